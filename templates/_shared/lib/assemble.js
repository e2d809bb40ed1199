// Makes the site of what a generator exported, and of nothing else that it left there.

import { cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { css, favicon, stylesheet } from "./design.js";
import { robots, rss, sitemap } from "./indexes.js";

/**
 * Moves files and folders, [from, to], from the folder `exported` to `site`, beside those of the folder
 * `public`, which are served as they are, and the files that every site has.
 */
export function assemble(content, { exported, site, moves }) {
  rmSync(site, { recursive: true, force: true });
  const place = (name) => {
    mkdirSync(dirname(`${site}/${name}`), { recursive: true });
    return `${site}/${name}`;
  };
  if (existsSync("public")) cpSync("public", site, { recursive: true });
  for (const [from, to] of moves) renameSync(`${exported}/${from}`, place(to));
  const files = {
    [stylesheet]: css,
    "favicon.svg": favicon,
    "sitemap.xml": sitemap(content),
    "feed.xml": rss(content),
    "robots.txt": robots(content),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(place(name), text);
}
