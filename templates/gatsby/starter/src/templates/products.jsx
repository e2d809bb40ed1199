import { graphql } from "gatsby";

import { ProductCard } from "../components/cards.jsx";
import { Section } from "../components/section.jsx";

export default function Products({ data }) {
  return <Section kind="products" {...data} Card={ProductCard} grid="grid dense" />;
}

export const query = graphql`
  {
    introduction: entry(kind: { eq: "introductions" }, slug: { eq: "products" }) {
      item
    }
    entries: allEntry(filter: { kind: { eq: "products" } }, sort: { position: ASC }) {
      nodes {
        item
      }
    }
  }
`;
