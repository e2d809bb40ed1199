// What the site lists for machines: sitemap.xml, feed.xml and robots.txt.

import { wordsFor, xml } from "./format.js";

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';
const NEWEST = 20;

const tag = (name, text) => (text ? `<${name}>${xml(text)}</${name}>\n` : "");

export function sitemap({ site, pages, tags, ...sections }) {
  const url = (address, changed) => `<url>${tag("loc", site.url + address).trim()}${tag("lastmod", changed).trim()}</url>\n`;
  const entries = (items) => items.map((item) => url(item.url, item.updated_at));
  const urls = [url("/")];
  for (const kind of ["articles", "products", "collections"]) {
    if (sections[kind].length > 0) urls.push(url(`/${kind}/`), ...entries(sections[kind]));
  }
  urls.push(...entries(pages), ...tags.map((tag) => url(tag.url)));
  return `${HEAD}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${urls.join("")}</urlset>\n`;
}

export function rss({ site, articles }) {
  const channel =
    tag("title", site.name) +
    tag("link", `${site.url}/`) +
    tag("description", site.tagline || wordsFor(site.language).latest_articles) +
    tag("language", site.language) +
    `<atom:link href="${xml(site.url)}/feed.xml" rel="self" type="application/rss+xml"/>\n`;
  const items = articles.slice(0, NEWEST).map((article) => rssItem(article, site));
  const spaces = 'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/"';
  return `${HEAD}<rss version="2.0" ${spaces}>\n<channel>\n${channel}${items.join("")}</channel>\n</rss>\n`;
}

function rssItem(article, site) {
  const address = site.url + article.url;
  const about =
    tag("title", article.title) +
    tag("link", address) +
    `<guid isPermaLink="true">${xml(address)}</guid>\n` +
    tag("pubDate", article.published_at && new Date(article.published_at).toUTCString()) +
    tag("description", article.description) +
    tag("content:encoded", article.html);
  return `<item>\n${about}</item>\n`;
}

export const robots = ({ site, hidden }) =>
  `User-agent: *\n${hidden ? "Disallow" : "Allow"}: /\nSitemap: ${site.url}/sitemap.xml\n`;
