import { graphql } from "gatsby";

import { CollectionCard } from "../components/cards.jsx";
import { Section } from "../components/section.jsx";

export default function Collections({ data }) {
  return <Section kind="collections" {...data} Card={CollectionCard} grid="tiles" />;
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
