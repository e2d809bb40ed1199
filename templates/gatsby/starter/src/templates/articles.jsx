import { graphql } from "gatsby";

import { ArticleCard } from "../components/cards.jsx";
import { Section } from "../components/section.jsx";

export default function Articles({ data: { introduction, entries } }) {
  const items = entries.nodes.map(({ item }) => item);
  return <Section kind="articles" introduction={introduction?.item} items={items} Card={ArticleCard} grid="grid" />;
}

export const query = graphql`
  {
    introduction: entry(kind: { eq: "introductions" }, slug: { eq: "articles" }) {
      item
    }
    entries: allEntry(filter: { kind: { eq: "articles" } }, sort: { position: ASC }) {
      nodes {
        item
      }
    }
  }
`;
