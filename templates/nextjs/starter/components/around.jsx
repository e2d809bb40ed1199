import { createContext, useContext } from "react";

import { wordsFor } from "../lib/format.js";

/** What every page has around it: the site's facts, its sections and its patterns. */
export const Around = createContext(null);

export const useAround = () => useContext(Around);

/** The site's language and the interface's words in it. */
export function useWords() {
  const { language } = useAround().site;
  return { language, t: wordsFor(language) };
}
