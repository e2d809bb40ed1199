import { Day, Draft, Picture } from "./parts.jsx";
import { CardPrice } from "./price.jsx";

/** Cards in a list of this class, or whatever stands there instead. */
export function Cards({ items, of: Card, className, children }) {
  if (items.length === 0) return children;
  return <ul className={className}>{items.map((item) => <li key={item.url}><Card item={item} /></li>)}</ul>;
}

function CardTitle({ item }) {
  return <h3 dir="auto"><a href={item.url}>{item.title}</a><Draft item={item} /></h3>;
}

function About({ item }) {
  return item.description && <p className="about" dir="auto">{item.description}</p>;
}

export function ProductCard({ item }) {
  return (
    <article className="card">
      <Picture item={item} shape="tall" />
      <CardTitle item={item} />
      <CardPrice product={item} />
    </article>
  );
}

export function ArticleCard({ item }) {
  return (
    <article className="card">
      <Picture item={item} />
      <Day iso={item.published_at} />
      <CardTitle item={item} />
      <About item={item} />
    </article>
  );
}

/** Shows its first product's picture where it has none of its own. */
export function CollectionCard({ item }) {
  return (
    <article className="card">
      <Picture item={!item.image && item.first?.image ? item.first : item} />
      <CardTitle item={item} />
      <About item={item} />
    </article>
  );
}
