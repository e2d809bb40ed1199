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
    // A page may have the address of the tags' folder, so these move file by file.
    ...content.pages.map(({ slug, url }) => [`pages/${slug}/index.html`, `${url}index.html`]),
    ...content.tags.map(({ url }) => [`${url}index.html`, `${url}index.html`]),
    ["404/index.html", "404.html"],
  ],
});
