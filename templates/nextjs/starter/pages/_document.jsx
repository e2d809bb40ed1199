import Document, { Main } from "next/document";

import { content, site } from "../content.js";
import { headText } from "../lib/document.js";
import { direction } from "../lib/format.js";

const BEFORE = '<div id="__next">';
const AFTER = "</div>";

/**
 * Leaves out `Head` and `NextScript`, so that no page loads a script of Next, and the element that
 * such scripts would look for.
 */
export default class Page extends Document {
  static async getInitialProps({ renderPage }) {
    const { html } = await renderPage();
    const body = html.slice(html.indexOf(BEFORE) + BEFORE.length, html.lastIndexOf(AFTER));
    return { html: body + site.storefront.html };
  }

  render() {
    const { about } = this.props.__NEXT_DATA__.props.pageProps;
    return (
      <html lang={site.language} dir={direction(site.language)}>
        <head dangerouslySetInnerHTML={{ __html: headText(content, about) }} />
        <body><Main /></body>
      </html>
    );
  }
}
