import { graphql } from "gatsby";

import { headOf } from "../../lib/head.js";
import { ProductCard } from "../components/cards.jsx";
import { Document } from "../components/document.jsx";
import { useFrame } from "../components/frame.js";
import { Lede, Prose, Title } from "../components/parts.jsx";
import { List } from "../components/section.jsx";

export default function Collection({ data }) {
  const { site, t } = useFrame();
  const { item } = data.entry;
  return (
    <Document path={item.url} head={headOf(item, site, "website")}>
      <div className="wrap">
        <header className="head">
          <p className="crumb"><a href="/collections/">{t.collections}</a></p>
          <Title of={item} />
          <Lede of={item} />
          {item.html && <Prose html={item.html} />}
        </header>
        <List items={item.items} Card={ProductCard} className="grid dense" />
      </div>
    </Document>
  );
}

export const query = graphql`
  query ($slug: String!) {
    entry(kind: { eq: "collections" }, slug: { eq: $slug }) {
      item
    }
  }
`;
