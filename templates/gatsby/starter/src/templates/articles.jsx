import { graphql } from "gatsby";

import { ArticleCard } from "../components/cards.jsx";
import { Section } from "../components/section.jsx";

export default function Articles({ data }) {
  return <Section kind="articles" {...data} Card={ArticleCard} grid="grid" />;
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
