// The small parts that pages are made of.

import { date, lowest, pattern, price as written, sizesOf } from "../../lib/format.js";
import { useFrame } from "./frame.js";

export function Title({ of }) {
  return <h1 dir="auto">{of.title}<Draft of={of} /></h1>;
}

export function Lede({ of }) {
  return of.lede && <p className="lede" dir="auto">{of.lede}</p>;
}

/** HTML of the content: sanitized where it came in, and shown as it is. */
export function Prose({ html }) {
  return <div className="prose" dir="auto" dangerouslySetInnerHTML={{ __html: html }} />;
}

export function Picture({ item, shape = "", lead = false }) {
  const { motifs } = useFrame();
  const { image } = item;
  if (!image) {
    const { tones, motif } = pattern(item.slug);
    const className = `picture ${shape} pattern pattern-${tones}`;
    return <div className={className} dangerouslySetInnerHTML={{ __html: motifs[motif] }} />;
  }
  const size = image.width && image.height ? { width: image.width, height: image.height } : {};
  const sized = image.srcset ? { srcSet: image.srcset, sizes: sizesOf(shape, lead) } : {};
  const when = lead ? { fetchpriority: "high" } : { loading: "lazy" };
  return (
    <div className={`picture ${shape}`}>
      <img src={image.url} alt={image.alt ?? ""} {...sized} {...size} {...when} decoding="async" />
    </div>
  );
}

/** Stands after a title, in a preview. */
export function Draft({ of }) {
  const { t } = useFrame();
  return of.draft && <> <span className="badge">{t.draft}</span></>;
}

export function Day({ iso }) {
  const { site } = useFrame();
  return <p className="small"><time dateTime={iso}>{date(iso, site.language)}</time></p>;
}

export function Price({ of }) {
  const { site, t } = useFrame();
  const amount = written(of.amount, of, site.language);
  if (!of.compare_at || of.compare_at <= of.amount) return amount;
  const was = written(of.compare_at, of, site.language);
  return (
    <>
      <span className="hidden">{t.now}</span> {amount} <del><span className="hidden">{t.was}</span> {was}</del>
    </>
  );
}

/** What a card says of a product with any number of variants. */
export function PriceFrom({ variants }) {
  const { site, t } = useFrame();
  if (variants.length === 0) return null;
  if (variants.length === 1) return <Price of={variants[0].price} />;
  const least = lowest(variants);
  return <>{t.from} {written(least.amount, least, site.language)}</>;
}

export function Tags({ of: { tag_links: tags }, className }) {
  if (tags.length === 0) return null;
  return (
    <ul className={className}>
      {tags.map(({ title, url }) => <li key={url} dir="auto"><a href={url} rel="tag">{title}</a></li>)}
    </ul>
  );
}
