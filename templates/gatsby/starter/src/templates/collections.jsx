import { graphql } from "gatsby";

import { CollectionCard } from "../components/cards.jsx";
import { Section } from "../components/section.jsx";

export default function Collections({ data: { introduction, entries } }) {
  const items = entries.nodes.map(({ item }) => item);
  return <Section kind="collections" introduction={introduction?.item} items={items} Card={CollectionCard} grid="tiles" />;
}

export const query = graphql`
  {
    introduction: entry(kind: { eq: "introductions" }, slug: { eq: "collections" }) {
      item
    }
    entries: allEntry(filter: { kind: { eq: "collections" } }, sort: { position: ASC }) {
      nodes {
        item
      }
    }
  }
`;
