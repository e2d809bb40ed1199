import { headOf } from "../../lib/head.js";
import { Document } from "./document.jsx";
import { useFrame } from "./frame.js";
import { Lede } from "./parts.jsx";

/** The page of a whole section, which a page of the same name can introduce; both as queried. */
export function Section({ kind, introduction, entries, Card, grid }) {
  const { site, t } = useFrame();
  const path = `/${kind}/`;
  const { title, description, lede, image, seo, html } = introduction?.item ?? { title: t[kind] };
  return (
    <Document path={path} head={headOf({ title, description, url: path, image, seo }, site, "website")}>
      <div className="wrap">
        <header className="head">
          <h1 dir="auto">{title}</h1>
          <Lede of={{ lede }} />
          {html && <div className="prose narrow-start" dangerouslySetInnerHTML={{ __html: html }} />}
        </header>
        <List items={itemsOf(entries)} Card={Card} className={grid} />
      </div>
    </Document>
  );
}

export const itemsOf = ({ nodes }) => nodes.map(({ item }) => item);

export function List({ items, Card, level, className, label }) {
  const { t } = useFrame();
  if (items.length === 0) return <p className="empty">{t.nothing}</p>;
  return (
    <ul className={className} aria-label={label}>
      {items.map((item) => <li key={item.slug}><Card item={item} level={level} /></li>)}
    </ul>
  );
}
