// The content of content.json, and what every page says in the site's language.

import { readFeed } from "../lib/feed.js";
import { date, direction as directionOf, price, wordsFor } from "../lib/format.js";

export const feed = readFeed("content.json");
export const { site, hidden } = feed;
export const t = wordsFor(site.language);
export const direction = directionOf(site.language);

export const money = (minor, of) => price(minor, of, site.language);
export const day = (iso) => date(iso, site.language);

/** One page for each item of a section, each with its neighbours in the feed. */
export const pathsOf = (kind) =>
  feed[kind].map((item, index, all) => ({
    params: { slug: item.slug },
    props: { item, newer: all[index - 1], older: all[index + 1] },
  }));
