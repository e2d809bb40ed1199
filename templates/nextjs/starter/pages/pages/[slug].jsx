// Built below /pages/, where no slug is a word of Next's, like 500; finish.js moves each to its address.

import { Lede, Picture, Prose, Title } from "../../components/parts.jsx";
import { content, find, page, paths } from "../../content.js";

export const getStaticPaths = () => paths(content.pages);

export function getStaticProps({ params }) {
  const { item } = find(content.pages, params);
  return page({ item, kind: "website" }, { item });
}

export default function Page({ item }) {
  return (
    <div className="wrap">
      <article className="narrow">
        <header className="head">
          <Title item={item} />
          <Lede item={item} />
        </header>
        {item.image && <Picture item={item} shape="wide" lead />}
        <Prose html={item.html} />
      </article>
    </div>
  );
}
