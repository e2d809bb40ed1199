// Nuxt's scripts stay behind in its own folder: no page loads them.

import { assemble } from "./lib/assemble.js";
import { readFeed } from "./lib/feed.js";

const content = readFeed("content.json");

assemble(content, {
  exported: ".output/public",
  site: "dist",
  moves: [
    ...["index.html", "articles", "products", "collections"].map((name) => [name, name]),
    // A page may have the address of the tags' folder, so these move file by file.
    ...[...content.pages, ...content.tags].map(({ url }) => [`${url}index.html`, `${url}index.html`]),
    ["_lost/index.html", "404.html"],
  ],
});
