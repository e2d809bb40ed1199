import { Day, Draft, Picture } from "./parts.jsx";
import { CardPrice } from "./price.jsx";

/** Cards in a list of this class, or whatever stands there instead. */
export function Cards({ items, of: Card, level, className, label, children }) {
  if (items.length === 0) return children;
  return (
    <ul className={className} aria-label={label}>
      {items.map((item) => <li key={item.url}><Card item={item} level={level} /></li>)}
    </ul>
  );
}

function CardTitle({ item, level = 2 }) {
  const Heading = `h${level}`;
  return <Heading dir="auto"><a href={item.url}>{item.title}</a><Draft item={item} /></Heading>;
}

function About({ item }) {
  return item.description && <p className="about" dir="auto">{item.description}</p>;
}

export function ProductCard({ item, level }) {
  return (
    <article className="card">
      <Picture item={item} shape="tall" />
      <CardTitle item={item} level={level} />
      <CardPrice product={item} />
    </article>
  );
}

export function ArticleCard({ item, level }) {
  return (
    <article className="card">
      <Picture item={item} />
      <Day iso={item.published_at} />
      <CardTitle item={item} level={level} />
      <About item={item} />
    </article>
  );
}

/** Shows its first product's picture where it has none of its own. */
export function CollectionCard({ item, level }) {
  return (
    <article className="card">
      <Picture item={!item.image && item.first?.image ? item.first : item} />
      <CardTitle item={item} level={level} />
      <About item={item} />
    </article>
  );
}
