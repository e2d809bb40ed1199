// What pages are made of. Only `getStaticProps`, `getStaticPaths` and the document may use it: they
// run while the site is built, components are compiled for browsers too.

import { motifs } from "./lib/design.js";
import { readFeed } from "./lib/feed.js";
import { wordsFor } from "./lib/format.js";

export const content = readFeed("content.json");
export const { site } = content;
export const t = wordsFor(site.language);

const link = ({ url, title }) => ({ url, title });

const around = {
  site,
  motifs,
  sections: ["products", "collections", "articles"].filter((kind) => content[kind].length > 0),
};

/** An item as its card shows it. */
export const card = ({ html, seo, ...item }) => item;

/** A collection as its card shows it: of its products, the first. */
export const collectionCard = ({ items, ...collection }) => ({ ...card(collection), first: items.length > 0 ? card(items[0]) : null });

/** A page's props: its own, what its head is about (see lib/document.js), what stands around it. */
export const page = (about, own) => ({ props: { about, around, ...own } });

/** Props of the page that lists a section. A page of the feed may introduce it. */
export function section(kind, cards) {
  const introduction = content.introductions[kind] ?? null;
  const { title, description = null, image = null, seo = {} } = introduction ?? { title: t[kind] };
  const item = { title, description, image, seo, url: `/${kind}/` };
  return page({ item, kind: "website" }, { introduction, cards });
}

/** Paths of the pages of these items; there are no others. */
export const paths = (items) => ({ paths: items.map(({ slug }) => ({ params: { slug } })), fallback: false });

/** The item of a path, with its neighbours. */
export function find(items, { slug }) {
  const place = items.findIndex((item) => item.slug === slug);
  const neighbour = (item) => (item ? link(item) : null);
  return { item: items[place], newer: neighbour(items[place - 1]), older: neighbour(items[place + 1]) };
}
