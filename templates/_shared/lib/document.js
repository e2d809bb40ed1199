// The head of a page as text, for generators that would put a head's elements in an order of their own.

import { stylesheet } from "./design.js";
import { web } from "./format.js";
import { headOf, jsonLd } from "./head.js";

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escape = (text) => String(text).replace(/[&<>"]/g, (sign) => ENTITIES[sign]);

const element = (name, attributes) => {
  const written = Object.entries(attributes).map(([attribute, value]) => ` ${attribute}="${escape(value)}"`);
  return `<${name}${written.join("")}>`;
};
const meta = (name, content) => content && element("meta", { name, content });
const property = (name, content) => content && element("meta", { property: name, content });
const link = (rel, href, more = {}) => element("link", { rel, href, ...more });

/**
 * `about` is what the page is about, `{item, kind, data}`: `kind` is its OpenGraph type, `data` says
 * whether search engines get it as JSON-LD too. A page without a kind has no address of its own.
 */
export function headText({ site, hidden }, { item, kind, data }) {
  const head = kind ? headOf(item, site, kind) : item;
  const { canonical, image, imageAlt } = head;
  const { styles, scripts } = site.storefront;
  return [
    element("meta", { charset: "utf-8" }),
    element("meta", { "http-equiv": "Content-Security-Policy", content: site.content_security_policy }),
    meta("viewport", "width=device-width, initial-scale=1"),
    `<title>${escape(head.title)}</title>`,
    meta("description", head.description),
    canonical && link("canonical", canonical),
    property("og:url", canonical),
    (hidden || head.draft || !canonical) && meta("robots", "noindex"),
    property("og:site_name", site.name),
    property("og:type", kind ?? "website"),
    property("og:title", head.ogTitle ?? head.title),
    property("og:description", head.ogDescription ?? head.description),
    property("og:image", image),
    image && property("og:image:alt", imageAlt),
    meta("twitter:card", image ? "summary_large_image" : "summary"),
    link("icon", "/favicon.svg", { type: "image/svg+xml" }),
    link("alternate", "/feed.xml", { type: "application/rss+xml", title: site.name }),
    ...styles.map((address) => link("stylesheet", web(address))),
    link("stylesheet", `/${stylesheet}`),
    data && `<script type="application/ld+json">${jsonLd(item, site, kind)}</script>`,
    ...scripts.map((address) => `<script src="${escape(web(address))}" defer></script>`),
  ]
    .filter(Boolean)
    .join("\n");
}
