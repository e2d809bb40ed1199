import { graphql } from "gatsby";

import { headOf } from "../../lib/head.js";
import { Document } from "../components/document.jsx";
import { useFrame } from "../components/frame.js";
import { Lede, Picture, Prose, Title } from "../components/parts.jsx";

export default function Page({ data }) {
  const { site } = useFrame();
  const { item } = data.entry;
  return (
    <Document path={item.url} head={headOf(item, site, "website")}>
      <div className="wrap">
        <article className="narrow">
          <header className="head">
            <Title of={item} />
            <Lede of={item} />
          </header>
          {item.image && <Picture item={item} shape="wide" lead />}
          <Prose html={item.html} />
        </article>
      </div>
    </Document>
  );
}

export const query = graphql`
  query ($slug: String!) {
    entry(kind: { eq: "pages" }, slug: { eq: $slug }) {
      item
    }
  }
`;
