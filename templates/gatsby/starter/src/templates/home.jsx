import { graphql } from "gatsby";

import { headOf, jsonLd } from "../../lib/head.js";
import { ArticleCard, CollectionCard, ProductCard } from "../components/cards.jsx";
import { Document } from "../components/document.jsx";
import { useFrame } from "../components/frame.js";
import { Lede, Picture, Prose } from "../components/parts.jsx";
import { itemsOf, List } from "../components/section.jsx";

export default function Home({ data }) {
  const { site, t } = useFrame();
  const [products, collections, articles] = [data.products, data.collections, data.articles].map(itemsOf);
  const { item } = data.home;
  const described = { ...item, url: "/", description: item.description || site.name };
  const shown = item.image ? item : (products[0] ?? articles[0] ?? item);
  return (
    <Document path="/" head={headOf(described, site, "website")} ld={jsonLd(item, site, "website")}>
      <div className="wrap">
        <section className="hero">
          <div className="hero-text">
            <h1 dir="auto">{item.title}</h1>
            <Lede of={item} />
            {item.html && <Prose html={item.html} />}
            <Actions sells={products.length > 0} tells={articles.length > 0} />
          </div>
          <Picture item={shown} lead />
        </section>
        <Part kind="products" title={t.our_products} items={products} Card={ProductCard} grid="grid dense" />
        <Part kind="collections" title={t.our_collections} items={collections} Card={CollectionCard} grid="tiles" />
        <Part kind="articles" title={t.latest_articles} items={articles} Card={ArticleCard} grid="grid lead" />
      </div>
    </Document>
  );
}

function Actions({ sells, tells }) {
  const { t } = useFrame();
  if (!sells && !tells) return null;
  return (
    <p className="hero-actions">
      {sells && <a className="button" href="/products/">{t.all_products}</a>}
      {tells && <a className={sells ? "button quiet" : "button"} href="/articles/">{t.all_articles}</a>}
    </p>
  );
}

function Part({ kind, title, items, Card, grid }) {
  const { t } = useFrame();
  if (items.length === 0) return null;
  return (
    <section className="section" aria-labelledby={kind}>
      <div className="section-head"><h2 id={kind}>{title}</h2><a href={`/${kind}/`}>{t[`all_${kind}`]}</a></div>
      <List items={items} Card={Card} level={3} className={grid} />
    </section>
  );
}

export const query = graphql`
  {
    home: entry(kind: { eq: "home" }) {
      item
    }
    products: allEntry(filter: { kind: { eq: "products" } }, sort: { position: ASC }, limit: 8) {
      nodes {
        item
      }
    }
    collections: allEntry(filter: { kind: { eq: "collections" } }, sort: { position: ASC }, limit: 3) {
      nodes {
        item
      }
    }
    articles: allEntry(filter: { kind: { eq: "articles" } }, sort: { position: ASC }, limit: 4) {
      nodes {
        item
      }
    }
  }
`;
