// The small parts that pages are made of.

import { date, pattern, sizesOf } from "../lib/format.js";
import { useAround, useWords } from "./around.jsx";

/** The item's picture, else a pattern drawn for it; `lead` says that visitors see it first. */
export function Picture({ item, shape = "", lead }) {
  const { motifs } = useAround();
  if (!item.image) {
    const { tones, motif } = pattern(item.slug);
    return <div className={`picture ${shape} pattern pattern-${tones}`} dangerouslySetInnerHTML={{ __html: motifs[motif] }} />;
  }
  const { url, alt, srcset, width, height } = item.image;
  const sized = srcset ? { srcSet: srcset, sizes: sizesOf(shape, lead) } : {};
  const size = width && height ? { width, height } : {};
  const haste = lead ? { fetchPriority: "high" } : { loading: "lazy" };
  return <div className={`picture ${shape}`}><img src={url} alt={alt ?? ""} {...sized} {...size} {...haste} decoding="async" /></div>;
}

/** A title, marked where it is a draft's. */
export function Title({ item }) {
  return <h1 dir="auto">{item.title}<Draft item={item} /></h1>;
}

export function Draft({ item }) {
  const { t } = useWords();
  return item.draft && <> <span className="badge">{t.draft}</span></>;
}

export function Lede({ item }) {
  return item.lede && <p className="lede" dir="auto">{item.lede}</p>;
}

/** HTML of the feed: it was sanitized on its way in. */
export function Prose({ html }) {
  return <div className="prose" dir="auto" dangerouslySetInnerHTML={{ __html: html }} />;
}

export function Day({ iso }) {
  const { language } = useWords();
  return iso && <p className="small"><time dateTime={iso}>{date(iso, language)}</time></p>;
}

export function Tags({ item: { tag_links: tags }, className }) {
  if (tags.length === 0) return null;
  return (
    <ul className={className}>
      {tags.map(({ url, title }) => <li key={url} dir="auto"><a href={url} rel="tag">{title}</a></li>)}
    </ul>
  );
}
