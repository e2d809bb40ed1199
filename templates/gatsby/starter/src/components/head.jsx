import { web } from "../../lib/format.js";
import { useFrame } from "./frame.js";

/** What a page tells browsers, search engines and social networks; `ld` is JSON, safe in a script. */
export function Head({ title, description, canonical, ogTitle, ogDescription, image, imageAlt, type, draft, ld }) {
  const { site, hidden, stylesheet } = useFrame();
  return (
    <head>
      <meta charSet="utf-8" />
      <meta httpEquiv="Content-Security-Policy" content={site.content_security_policy} />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>{title}</title>
      <meta name="description" content={description} />
      {canonical && <link rel="canonical" href={canonical} />}
      {canonical && <meta property="og:url" content={canonical} />}
      {(hidden || draft || !canonical) && <meta name="robots" content="noindex" />}
      <meta property="og:site_name" content={site.name} />
      <meta property="og:type" content={type ?? "website"} />
      <meta property="og:title" content={ogTitle ?? title} />
      <meta property="og:description" content={ogDescription ?? description} />
      {image && <meta property="og:image" content={image} />}
      {image && imageAlt && <meta property="og:image:alt" content={imageAlt} />}
      <meta name="twitter:card" content={image ? "summary_large_image" : "summary"} />
      <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
      <link rel="alternate" type="application/rss+xml" title={site.name} href="/feed.xml" />
      {site.storefront.styles.map((address) => <link key={address} rel="stylesheet" href={web(address)} />)}
      <link rel="stylesheet" href={stylesheet} />
      {ld && <script type="application/ld+json" dangerouslySetInnerHTML={{ __html: ld }} />}
      {site.storefront.scripts.map((address) => <script key={address} src={web(address)} defer />)}
    </head>
  );
}
