// Renders pages as plain HTML: the browser gets no React, and nothing that only React would need.

import { cloneElement, Fragment } from "react";
import { renderToStaticMarkup } from "react-dom/server";

import { direction } from "./lib/format.js";

/** Leaves out the two elements with which Gatsby's router tells a screen reader of a new page. */
export function wrapRootElement({ element }) {
  const [router] = element.props.children;
  return cloneElement(element, {}, cloneElement(router, { primary: false, component: Fragment }));
}

/** React draws no HTML without an element around it: `raw-html` is that element, and goes again. */
export function replaceRenderer({ bodyComponent, replaceBodyHTMLString }) {
  replaceBodyHTMLString(renderToStaticMarkup(bodyComponent).replace(/<\/?raw-html>/g, ""));
}

export function onRenderBody({ loadPageDataSync, pathname, setHtmlAttributes }) {
  const { language } = loadPageDataSync(pathname).result.pageContext;
  setHtmlAttributes({ lang: language, dir: direction(language) });
}
