const BEFORE = '<div id="__nuxt">';
const AFTER = "</div>";
const MARKS = /<!--[[\]]?-->/g;

/** Leaves out what only scripts of Nuxt would look for: its element around the page, and its marks. */
export default defineNitroPlugin((nitro) => {
  nitro.hooks.hook("render:html", (html, { event }) => {
    const { page } = event.context;
    if (!page) return;
    const body = html.body.join("");
    const inner = body.slice(body.indexOf(BEFORE) + BEFORE.length, body.lastIndexOf(AFTER));
    html.htmlAttrs = [page.attributes];
    html.head = [page.head];
    html.body = [inner.replace(MARKS, ""), page.storefront];
  });
});
