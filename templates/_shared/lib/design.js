// The design as text, read while the site is built; `npm` and the platform build in the site's root.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const read = (name) => readFileSync(`design/${name}`, "utf8");

/** Named by its digest, so that a browser may keep it forever. */
export const css = read("site.css");
export const stylesheet = `assets/site.${createHash("sha256").update(css).digest("hex")}.css`;

export const favicon = read("favicon.svg");

/** Drawn where an item has no picture; `pattern` says which. */
export const motifs = [0, 1, 2, 3].map((number) => read(`motifs/${number}.svg`).trim());
