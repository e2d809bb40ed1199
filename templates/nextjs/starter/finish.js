// Makes `out` the site and nothing else: the pages that Next exported, and the files beside them.
// Next's scripts stay behind, since no page loads them.

import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";

import { css, favicon, stylesheet } from "./lib/design.js";
import { readFeed } from "./lib/feed.js";
import { robots, rss, sitemap } from "./lib/indexes.js";

const SITE = "out";
const EXPORTED = ".next/exported";

rmSync(EXPORTED, { recursive: true, force: true });
renameSync(SITE, EXPORTED);
mkdirSync(`${SITE}/assets`, { recursive: true });

const content = readFeed("content.json");
const move = (from, to) => renameSync(`${EXPORTED}/${from}`, `${SITE}/${to}`);

for (const name of ["index.html", "articles", "products", "collections"]) move(name, name);
move("404/index.html", "404.html");
for (const { slug, url } of content.pages) move(`pages/${slug}`, url);

const files = {
  [stylesheet]: css,
  "favicon.svg": favicon,
  "sitemap.xml": sitemap(content),
  "feed.xml": rss(content),
  "robots.txt": robots(content),
};
for (const [name, text] of Object.entries(files)) writeFileSync(`${SITE}/${name}`, text);
