// The files of the site that are no pages.

import { css, favicon, stylesheet } from "../../lib/design.js";
import { robots, rss, sitemap } from "../../lib/indexes.js";
import { feed } from "../site.js";

const files = {
  [stylesheet]: css,
  "favicon.svg": favicon,
  "sitemap.xml": sitemap(feed),
  "feed.xml": rss(feed),
  "robots.txt": robots(feed),
};

export const getStaticPaths = () => Object.entries(files).map(([file, text]) => ({ params: { file }, props: { text } }));

export const GET = ({ props }) => new Response(props.text);
