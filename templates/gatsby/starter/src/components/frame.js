import { graphql, useStaticQuery } from "gatsby";

import { wordsFor } from "../../lib/format.js";

/** What every page shows around its own content, with the interface's words `t`. */
export function useFrame() {
  const { frame } = useStaticQuery(graphql`
    {
      frame {
        value
      }
    }
  `);
  return { ...frame.value, t: wordsFor(frame.value.site.language) };
}
