import { useWords } from "../../components/around.jsx";
import { Day, Lede, Picture, Prose, Tags, Title } from "../../components/parts.jsx";
import { content, find, page, paths } from "../../content.js";

export const getStaticPaths = () => paths(content.articles);

export function getStaticProps({ params }) {
  const found = find(content.articles, params);
  return page({ item: found.item, kind: "article", data: true }, found);
}

export default function Article({ item, newer, older }) {
  const { t } = useWords();
  return (
    <article className="article">
      <div className="wrap">
        <header className="head">
          <p className="crumb"><a href="/articles/">{t.articles}</a></p>
          <Title item={item} />
          <Lede item={item} />
          <Day iso={item.published_at} />
        </header>
        <Picture item={item} shape="wide" lead />
        <div className="narrow">
          <Prose html={item.html} />
          <Tags item={item} className="tags section" />
          <Neighbours newer={newer} older={older} />
        </div>
      </div>
    </article>
  );
}

function Neighbours({ newer, older }) {
  const { t } = useWords();
  if (!newer && !older) return null;
  return (
    <nav className="around section" aria-label={t.articles}>
      {newer && <a href={newer.url} rel="prev" dir="auto"><span className="small">{t.newer}</span>{newer.title}</a>}
      {older && <a className="older" href={older.url} rel="next" dir="auto"><span className="small">{t.older}</span>{older.title}</a>}
    </nav>
  );
}
