import { motifs } from "~~/lib/design.js";
import { headText } from "~~/lib/document.js";
import { readFeed } from "~~/lib/feed.js";
import { direction, wordsFor } from "~~/lib/format.js";

const content = readFeed("content.json");
const { site } = content;
const { language } = site;

/** Read once, and only while the site is built: no page takes it along to a browser. */
export default defineNuxtPlugin(({ ssrContext }) => {
  const describe = (about) => {
    ssrContext.event.context.page = {
      attributes: `lang="${language}" dir="${direction(language)}"`,
      head: headText(content, about),
      storefront: site.storefront.html,
    };
  };
  return { provide: { site: { ...content, language, motifs, describe, t: wordsFor(language) } } };
});
