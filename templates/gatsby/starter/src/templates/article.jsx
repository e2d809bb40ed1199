import { graphql } from "gatsby";

import { headOf, jsonLd } from "../../lib/head.js";
import { Document } from "../components/document.jsx";
import { useFrame } from "../components/frame.js";
import { Day, Lede, Picture, Prose, Tags, Title } from "../components/parts.jsx";

export default function Article({ data, pageContext }) {
  const { site, t } = useFrame();
  const { item } = data.entry;
  return (
    <Document path={item.url} head={headOf(item, site, "article")} ld={jsonLd(item, site, "article")}>
      <article className="article">
        <div className="wrap">
          <header className="head">
            <p className="crumb"><a href="/articles/">{t.articles}</a></p>
            <Title of={item} />
            <Lede of={item} />
            {item.published_at && <Day iso={item.published_at} />}
          </header>
          <Picture item={item} shape="wide" lead />
          <div className="narrow">
            <Prose html={item.html} />
            <Tags of={item} className="tags section" />
            <Around {...pageContext} />
          </div>
        </div>
      </article>
    </Document>
  );
}

function Around({ newer, older }) {
  const { t } = useFrame();
  if (!newer && !older) return null;
  return (
    <nav className="around section" aria-label={t.articles}>
      {newer && <a href={newer.url} rel="prev" dir="auto"><span className="small">{t.newer}</span>{newer.title}</a>}
      {older && (
        <a className="older" href={older.url} rel="next" dir="auto"><span className="small">{t.older}</span>{older.title}</a>
      )}
    </nav>
  );
}

export const query = graphql`
  query ($slug: String!) {
    entry(kind: { eq: "articles" }, slug: { eq: $slug }) {
      item
    }
  }
`;
