// What a page tells machines: search engines, social networks, and the browser's security policy.

import { decimal } from "./format.js";

const ORIGIN = /^https?:\/\/[^\s;,'"]+$/;

/** Title, description and addresses of an item, by its own SEO fields first. */
export function headOf(item, site, kind) {
  const { seo = {} } = item;
  const title = seo.meta_title || item.title;
  const description = seo.meta_description || item.description || item.title;
  return {
    title: title === site.name ? title : `${title} · ${site.name}`,
    description,
    canonical: seo.canonical_url || site.url + item.url,
    ogTitle: seo.og_title || title,
    ogDescription: seo.og_description || description,
    image: seo.og_image || item.image?.url,
    imageAlt: seo.og_image ? "" : item.image?.alt,
    type: kind,
    draft: item.draft,
  };
}

/** Only what this page needs may load; a shop adds its own origins and, with them, inline styles. */
export function contentSecurityPolicy(site) {
  const { origins, scripts, styles } = site.storefront;
  const shop = origins.filter((origin) => ORIGIN.test(origin)).join(" ");
  const inline = scripts.length + styles.length > 0 ? "'unsafe-inline'" : "";
  const plain = site.url.startsWith("http:") ? "http:" : "";
  const rules = {
    "default-src": "'none'",
    "base-uri": "'none'",
    "connect-src": shop || "'none'",
    "font-src": `'self' data: ${shop}`,
    "form-action": `'self' ${shop}`,
    "frame-src": shop || "'none'",
    "img-src": `'self' data: https: ${plain}`,
    "manifest-src": "'self'",
    "media-src": `'self' https: ${plain}`,
    "script-src": shop || "'none'",
    "style-src": `'self' ${inline} ${shop}`,
  };
  return Object.entries(rules)
    .map(([rule, value]) => `${rule} ${value}`.replace(/\s+/g, " ").trim())
    .join("; ");
}

const organization = (site) => ({ "@type": "Organization", name: site.name, url: `${site.url}/` });
const images = (item) => [...new Set([item.image, ...item.images].filter(Boolean).map(({ url }) => url))];

const describe = {
  website: (_, site) => ({ "@type": "WebSite", name: site.name, url: `${site.url}/`, inLanguage: site.language }),
  article: (item, site) => ({
    "@type": "Article",
    headline: item.title,
    description: item.description ?? undefined,
    image: images(item),
    datePublished: item.published_at ?? undefined,
    dateModified: item.updated_at,
    mainEntityOfPage: site.url + item.url,
    publisher: organization(site),
  }),
  product: (item, site) => ({
    "@type": "Product",
    name: item.title,
    description: item.description ?? undefined,
    image: images(item),
    url: site.url + item.url,
    offers: item.variants.map((variant) => ({
      "@type": "Offer",
      name: variant.title,
      sku: variant.sku ?? undefined,
      price: decimal(variant.price.amount, variant.price.exponent),
      priceCurrency: variant.price.currency,
      availability: `https://schema.org/${variant.available ? "InStock" : "OutOfStock"}`,
      url: site.url + item.url,
    })),
  }),
};

/** schema.org data as text that is safe inside a script element. */
export function jsonLd(item, site, kind) {
  const document = { "@context": "https://schema.org", ...describe[kind](item, site) };
  return JSON.stringify(document).replace(/[<>&\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
