import { useWords } from "../components/around.jsx";
import { ArticleCard, Cards, CollectionCard, ProductCard } from "../components/cards.jsx";
import { Lede, Picture, Prose } from "../components/parts.jsx";
import { card, collectionCard, content, page, site } from "../content.js";

export function getStaticProps() {
  const { products, articles, collections, home: item } = content;
  const shown = item.image ? item : (products[0] ?? articles[0] ?? item);
  const about = { ...item, description: item.description || site.name, url: "/" };
  return page(
    { item: about, kind: "website", data: true },
    {
      item,
      shown: card(shown),
      products: products.slice(0, 8).map(card),
      collections: collections.slice(0, 3).map(collectionCard),
      articles: articles.slice(0, 4).map(card),
    },
  );
}

export default function Home({ item, shown, products, collections, articles }) {
  const { t } = useWords();
  return (
    <div className="wrap">
      <section className="hero">
        <div className="hero-text">
          <h1 dir="auto">{item.title}</h1>
          <Lede item={item} />
          {item.html && <Prose html={item.html} />}
          <Actions products={products} articles={articles} />
        </div>
        <Picture item={shown} lead />
      </section>
      <Shelf kind="products" title={t.our_products} all={t.all_products} items={products} of={ProductCard} className="grid dense" />
      <Shelf kind="collections" title={t.our_collections} all={t.all_collections} items={collections} of={CollectionCard} className="tiles" />
      <Shelf kind="articles" title={t.latest_articles} all={t.all_articles} items={articles} of={ArticleCard} className="grid lead" />
    </div>
  );
}

function Actions({ products, articles }) {
  const { t } = useWords();
  if (products.length + articles.length === 0) return null;
  return (
    <p className="hero-actions">
      {products.length > 0 && <a className="button" href="/products/">{t.all_products}</a>}
      {articles.length > 0 && <a className={products.length > 0 ? "button quiet" : "button"} href="/articles/">{t.all_articles}</a>}
    </p>
  );
}

/** The first items of a section, under its title; nothing where there are none. */
function Shelf({ kind, title, all, items, of, className }) {
  if (items.length === 0) return null;
  return (
    <section className="section" aria-labelledby={kind}>
      <div className="section-head"><h2 id={kind}>{title}</h2><a href={`/${kind}/`}>{all}</a></div>
      <Cards items={items} of={of} level={3} className={className} />
    </section>
  );
}
