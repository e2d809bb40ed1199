import { useFrame } from "./frame.js";
import { Day, Draft, Picture, PriceFrom } from "./parts.jsx";

export function ProductCard({ item, level }) {
  const { t } = useFrame();
  return (
    <article className="card">
      <Picture item={item} shape="tall" />
      <Heading item={item} level={level} />
      <p className="price">
        <PriceFrom variants={item.variants} />
        {!item.available && <> <span className="badge">{t.sold_out}</span></>}
      </p>
    </article>
  );
}

export function ArticleCard({ item, level }) {
  return (
    <article className="card">
      <Picture item={item} />
      {item.published_at && <Day iso={item.published_at} />}
      <Heading item={item} level={level} />
      <About item={item} />
    </article>
  );
}

/** A collection without a picture borrows the one of its first product. */
export function CollectionCard({ item, level }) {
  const pictured = !item.image && item.items[0]?.image ? item.items[0] : item;
  return (
    <article className="card">
      <Picture item={pictured} />
      <Heading item={item} level={level} />
      <About item={item} />
    </article>
  );
}

function Heading({ item, level = 2 }) {
  const Level = `h${level}`;
  return <Level dir="auto"><a href={item.url}>{item.title}</a><Draft of={item} /></Level>;
}

function About({ item }) {
  return item.description && <p className="about" dir="auto">{item.description}</p>;
}
