// What a page tells machines: search engines and social networks.

import { decimal } from "./format.js";

/** Title, description and addresses of an item, by its own SEO fields first; the site's picture last. */
export function headOf(item, site, kind) {
  const { seo = {} } = item;
  const image = item.image ?? site.image;
  const title = seo.meta_title || item.title;
  const description = seo.meta_description || item.description || item.title;
  return {
    title: title === site.name ? title : `${title} · ${site.name}`,
    description,
    canonical: seo.canonical_url || site.url + item.url,
    ogTitle: seo.og_title || title,
    ogDescription: seo.og_description || description,
    image: seo.og_image || image?.share_url,
    imageAlt: seo.og_image ? "" : image?.alt,
    type: kind,
    draft: item.draft,
  };
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
