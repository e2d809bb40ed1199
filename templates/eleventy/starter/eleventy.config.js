import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

import { date, decimal, direction, pattern, price, wordsFor, xml } from "./lib/format.js";
import { contentSecurityPolicy, headOf, jsonLd } from "./lib/head.js";
import { readFeed } from "./lib/feed.js";

const content = readFeed("content.json");
const { site } = content;

const css = readFileSync("src/assets/site.css");
const stylesheet = `assets/site.${createHash("sha256").update(css).digest("hex")}.css`;

export default function (eleventyConfig) {
  eleventyConfig.addGlobalData("feed", content);
  eleventyConfig.addGlobalData("site", site);
  eleventyConfig.addGlobalData("t", wordsFor(site.language));
  eleventyConfig.addGlobalData("direction", direction(site.language));
  eleventyConfig.addGlobalData("csp", contentSecurityPolicy(site));
  eleventyConfig.addGlobalData("stylesheet", `/${stylesheet}`);
  eleventyConfig.addGlobalData("hidden", content.hidden);

  eleventyConfig.addFilter("money", (minor, of) => price(minor, of, site.language));
  eleventyConfig.addFilter("day", (iso) => date(iso, site.language));
  eleventyConfig.addFilter("rfc822", (iso) => new Date(iso).toUTCString());
  eleventyConfig.addFilter("pattern", pattern);
  eleventyConfig.addFilter("xml", xml);
  eleventyConfig.addFilter("decimal", decimal);
  eleventyConfig.addFilter("head", (item, kind) => headOf(item, site, kind));
  eleventyConfig.addFilter("jsonld", (item, kind) => jsonLd(item, site, kind));
  eleventyConfig.addFilter("lowest", (variants) => variants.map(({ price }) => price).reduce((a, b) => (b.amount < a.amount ? b : a)));
  eleventyConfig.addFilter("sorted", (values) => Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
  eleventyConfig.addFilter("web", (address) => (/^(https?:\/\/|\/)/i.test(address) ? address : "#"));

  eleventyConfig.addPassthroughCopy({ "src/assets/site.css": stylesheet });
  eleventyConfig.addPassthroughCopy("src/favicon.svg");
  eleventyConfig.setUseGitIgnore(false);
  eleventyConfig.setNunjucksEnvironmentOptions({ trimBlocks: true, lstripBlocks: true });

  return { dir: { input: "src", output: "_site" }, htmlTemplateEngine: false, markdownTemplateEngine: false };
}
