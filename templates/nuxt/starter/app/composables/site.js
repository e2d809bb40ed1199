/** The content, the interface's words (`t`) and the patterns (`motifs`). */
export const useSite = () => useNuxtApp().$site;

/** Says what the page is about: see lib/document.js. */
export const useAbout = (about) => useSite().describe(about);

/** The item whose address this is, and its place among `items`. */
export function useItem(items) {
  const { path } = useRoute();
  const place = items.findIndex(({ url }) => url === path);
  if (place < 0) throw createError({ statusCode: 404, message: `nothing of the feed has the address ${path}` });
  return { item: items[place], place };
}
