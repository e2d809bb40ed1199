import { readFeed } from "./lib/feed.js";

const SECTIONS = ["articles", "products", "collections"];

const { pages, tags, ...content } = readFeed("content.json");
const items = [...SECTIONS.flatMap((kind) => content[kind]), ...pages, ...tags];

/** Static pages without a script. The id of a build is in no page, so that equal content makes equal files. */
export default defineNuxtConfig({
  compatibilityDate: "2026-11-20",
  telemetry: false,
  devtools: { enabled: false },
  buildDir: ".nuxt",
  buildId: "site",
  app: { teleportId: false },
  features: { noScripts: true },
  experimental: { appManifest: false, payloadExtraction: false },
  nitro: {
    prerender: {
      crawlLinks: false,
      failOnError: true,
      routes: ["/", "/_lost/", ...SECTIONS.map((kind) => `/${kind}/`), ...items.map(({ url }) => url)],
    },
  },
});
