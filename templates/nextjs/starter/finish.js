// Next's scripts stay behind in its own folder: no page loads them.

import { renameSync, rmSync } from "node:fs";

import { assemble } from "./lib/assemble.js";
import { readFeed } from "./lib/feed.js";

const site = "out";
const exported = ".next/exported";
const content = readFeed("content.json");

rmSync(exported, { recursive: true, force: true });
renameSync(site, exported);
assemble(content, {
  exported,
  site,
  moves: [
    ...["index.html", "articles", "products", "collections"].map((name) => [name, name]),
    ...content.pages.map(({ slug, url }) => [`pages/${slug}`, url]),
    ["404/index.html", "404.html"],
  ],
});
