// Reads content.json, the one source of everything on this site, and makes it ready to render.

import { readFileSync } from "node:fs";

const SECTIONS = ["articles", "products", "collections"];
const SLUG = /^[a-z0-9][a-z0-9-]*$/;

/** The content, with an address (`url`) on every item. A feed with drafts in it is a preview. */
export function readFeed(path) {
  const feed = JSON.parse(readFileSync(path, "utf8"));
  if (feed.version !== 1) throw new Error(`${path}: version ${feed.version} of the content feed is unknown`);

  const sections = Object.fromEntries(
    SECTIONS.map((kind) => [kind, feed[kind].map((item) => ({ ...item, url: `/${kind}/${item.slug}/` }))]),
  );
  const find = Object.fromEntries(
    ["articles", "products"].map((kind) => {
      const bySlug = new Map(sections[kind].map((item) => [item.slug, item]));
      return [kind, (slugs) => slugs.map((slug) => bySlug.get(slug)).filter(Boolean)];
    }),
  );
  for (const collection of sections.collections) collection.items = find.products(collection.products);
  const tags = feed.tags.map((tag) => ({ ...tag, articles: find.articles(tag.articles), products: find.products(tag.products) }));
  const pages = feed.pages.map((page) => ({ ...page, url: pageUrl(page.slug) }));
  const introductions = Object.fromEntries(
    pages.filter((page) => isIntroduction(page.slug)).map((page) => [page.slug, page]),
  );
  const content = {
    site: feed.site,
    hidden: feed.site.environment !== "prod" || [...SECTIONS, "pages"].some((kind) => feed[kind].some(({ draft }) => draft)),
    ...sections,
    tags,
    pages: pages.filter((page) => !isIntroduction(page.slug)),
    introductions,
    home: homeOf(feed.site, introductions.home),
  };
  refuseClashes(content);
  return content;
}

/** A page named like a section (or `home`) introduces what stands at that address. */
function isIntroduction(slug) {
  return slug === "home" || SECTIONS.includes(slug);
}

/** The page at `/`: the one that introduces it, or else the site's name. The tagline describes it. */
function homeOf({ name, client_id, tagline }, introduction) {
  const home = introduction ?? { title: name, slug: client_id, image: null, images: [], seo: {} };
  return home.description ? home : { ...home, description: tagline || null, lede: tagline || null };
}

/** `/assets/` belongs to the files that all releases share, `/404` to the page of a lost visitor. */
function pageUrl(slug) {
  return ["assets", "404"].includes(slug) ? `/page-${slug}/` : `/${slug}/`;
}

function refuseClashes({ articles, products, collections, pages, tags }) {
  const owners = new Map();
  for (const item of [...articles, ...products, ...collections, ...pages, ...tags]) {
    if (!SLUG.test(item.slug)) throw new Error(`content.json: ${item.id} has the slug ${JSON.stringify(item.slug)}`);
    if (owners.has(item.url)) {
      throw new Error(`content.json: ${owners.get(item.url)} and ${item.id} both want the address ${item.url}`);
    }
    owners.set(item.url, item.id);
  }
}
