import { css, favicon, stylesheet } from "./lib/design.js";
import { readFeed } from "./lib/feed.js";
import { date, direction, lowest, pattern, price, sizesOf, sorted, web, wordsFor } from "./lib/format.js";
import { headOf, jsonLd } from "./lib/head.js";
import { robots, rss, sitemap } from "./lib/indexes.js";

const content = readFeed("content.json");
const { site } = content;

const files = {
  [stylesheet]: css,
  "favicon.svg": favicon,
  "sitemap.xml": sitemap(content),
  "feed.xml": rss(content),
  "robots.txt": robots(content),
};

export default function (eleventyConfig) {
  eleventyConfig.addGlobalData("feed", content);
  eleventyConfig.addGlobalData("site", site);
  eleventyConfig.addGlobalData("t", wordsFor(site.language));
  eleventyConfig.addGlobalData("direction", direction(site.language));
  eleventyConfig.addGlobalData("stylesheet", `/${stylesheet}`);
  eleventyConfig.addGlobalData("hidden", content.hidden);

  eleventyConfig.addFilter("money", (minor, of) => price(minor, of, site.language));
  eleventyConfig.addFilter("day", (iso) => date(iso, site.language));
  eleventyConfig.addFilter("pattern", pattern);
  eleventyConfig.addFilter("head", (item, kind) => headOf(item, site, kind));
  eleventyConfig.addFilter("jsonld", (item, kind) => jsonLd(item, site, kind));
  eleventyConfig.addFilter("lowest", lowest);
  eleventyConfig.addFilter("sizes", sizesOf);
  eleventyConfig.addFilter("sorted", sorted);
  eleventyConfig.addFilter("web", web);

  for (const [name, text] of Object.entries(files)) {
    eleventyConfig.addTemplate(`files/${name}.11ty.js`, { render: () => text }, { permalink: `/${name}` });
  }
  eleventyConfig.addPassthroughCopy({ public: "/" });
  eleventyConfig.setUseGitIgnore(false);
  eleventyConfig.setNunjucksEnvironmentOptions({ trimBlocks: true, lstripBlocks: true });

  return { dir: { input: "src", output: "_site" }, htmlTemplateEngine: false, markdownTemplateEngine: false };
}
