// Hands the content to Gatsby as nodes, makes a page of each, and writes the files beside the pages.

import { cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import { css, favicon, motifs, stylesheet } from "./lib/design.js";
import { readFeed } from "./lib/feed.js";
import { robots, rss, sitemap } from "./lib/indexes.js";

const SECTIONS = ["articles", "products", "collections"];

/** Every page is made below this address: at the root, Gatsby takes `/index/` for `/`. */
const ROOT = "/site";

const content = readFeed("content.json");
const { site } = content;

/** Types are said, not guessed: an empty feed has nothing to guess from. */
export function createSchemaCustomization({ actions }) {
  actions.createTypes(`
    "What every page shows around its own content."
    type Frame implements Node @dontInfer {
      value: JSON!
    }

    "An item of the feed, whole."
    type Entry implements Node @dontInfer {
      kind: String!
      slug: String!
      "Its place in the feed: Gatsby need not keep the order in which nodes were made."
      position: Int!
      item: JSON!
    }
  `);
}

export function sourceNodes({ actions, createContentDigest, createNodeId }) {
  const create = (type, id, facts) => {
    const internal = { type, contentDigest: createContentDigest(facts) };
    actions.createNode({ ...facts, id: createNodeId(id), internal });
  };
  const createEntries = (kind, items) =>
    items.forEach((item, position) => {
      const { slug } = item;
      create("Entry", `${kind}/${slug}`, { kind, slug, position, item });
    });

  create("Frame", "frame", { value: frame() });
  for (const kind of [...SECTIONS, "pages", "tags"]) createEntries(kind, content[kind]);
  createEntries("introductions", Object.values(content.introductions));
  createEntries("home", [content.home]);
}

function frame() {
  return {
    site,
    hidden: content.hidden,
    stylesheet: `/${stylesheet}`,
    motifs,
    sections: SECTIONS.filter((kind) => content[kind].length > 0),
  };
}

export function createPages({ actions }) {
  const create = (template, address, context) =>
    actions.createPage({
      path: ROOT + address,
      component: resolve(`src/templates/${template}.jsx`),
      context: { language: site.language, ...context },
    });

  create("home", "/");
  create("not-found", "/404.html");
  for (const kind of SECTIONS) create(kind, `/${kind}/`);
  content.articles.forEach(({ slug, url }, position, articles) => {
    const [newer, older] = [articles[position - 1], articles[position + 1]].map(neighbour);
    create("article", url, { slug, newer, older });
  });
  for (const { slug, url } of content.products) create("product", url, { slug });
  for (const { slug, url } of content.collections) create("collection", url, { slug });
  for (const { slug, url } of content.pages) create("page", url, { slug });
  for (const { slug, url } of content.tags) create("tag", url, { slug });
}

const neighbour = (article) => article && { title: article.title, url: article.url };

/** No page has a script, so these files, those of `static` and the pages are the whole site. */
export function onPostBuild() {
  if (existsSync("static")) cpSync("static", join("public", ROOT), { recursive: true });
  const files = {
    [stylesheet]: css,
    "favicon.svg": favicon,
    "sitemap.xml": sitemap(content),
    "feed.xml": rss(content),
    "robots.txt": robots(content),
  };
  for (const [name, text] of Object.entries(files)) {
    const file = join("public", ROOT, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
