import { graphql } from "gatsby";

import { headOf } from "../../lib/head.js";
import { ArticleCard, ProductCard } from "../components/cards.jsx";
import { Document } from "../components/document.jsx";
import { useFrame } from "../components/frame.js";
import { List } from "../components/section.jsx";

export default function Tag({ data }) {
  const { site, t } = useFrame();
  const { item } = data.entry;
  const { articles, products } = item;
  return (
    <Document path={item.url} head={headOf(item, site, "website")}>
      <div className="wrap">
        <header className="head">
          <h1 dir="auto">{item.title}</h1>
        </header>
        {products.length > 0 && <List items={products} Card={ProductCard} className="grid dense section" label={t.products} />}
        {articles.length > 0 && <List items={articles} Card={ArticleCard} className="grid section" label={t.articles} />}
      </div>
    </Document>
  );
}

export const query = graphql`
  query ($slug: String!) {
    entry(kind: { eq: "tags" }, slug: { eq: $slug }) {
      item
    }
  }
`;
