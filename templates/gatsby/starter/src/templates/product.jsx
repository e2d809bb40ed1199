import { graphql } from "gatsby";

import { web } from "../../lib/format.js";
import { headOf, jsonLd } from "../../lib/head.js";
import { Buy } from "../components/buy.jsx";
import { Document } from "../components/document.jsx";
import { useFrame } from "../components/frame.js";
import { Lede, Picture, Price, Prose, Tags, Title } from "../components/parts.jsx";

export default function Product({ data }) {
  const { site, t } = useFrame();
  const { item } = data.entry;
  const { variants } = item;
  return (
    <Document path={item.url} head={headOf(item, site, "product")} ld={jsonLd(item, site, "product")}>
      <article className="wrap">
        <div className="product">
          <Gallery item={item} />
          <div className="product-text">
            <p className="crumb"><a href="/products/">{t.products}</a></p>
            <Title of={item} />
            {variants.length === 1 && <p className="price"><Price of={variants[0].price} /></p>}
            <Lede of={item} />
            {variants.length > 0 && <Variants item={item} />}
            {item.html && <Prose html={item.html} />}
            <Tags of={item} className="tags" />
          </div>
        </div>
      </article>
    </Document>
  );
}

function Gallery({ item }) {
  const { t } = useFrame();
  const others = item.images.filter(({ url }) => url !== item.image?.url);
  return (
    <div className="gallery">
      <Picture item={item} shape="tall" lead />
      {item.images.length > 1 && (
        <ul aria-label={t.images}>
          {others.map((image) => (
            <li key={image.url}><a href={web(image.url)}><Picture item={{ image }} shape="tall" /></a></li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Variants({ item }) {
  const { t } = useFrame();
  const alone = item.variants.length === 1;
  return (
    <ul className={alone ? "variants one" : "variants"} aria-label={t.options}>
      {item.variants.map((variant) => (
        <li key={variant.id}>
          {!alone && <What variant={variant} />}
          <Buy variant={variant} name={alone ? item.title : variant.title} />
        </li>
      ))}
    </ul>
  );
}

function What({ variant }) {
  return (
    <span className="what">
      <span dir="auto">{variant.title}</span> <span className="price small"><Price of={variant.price} /></span>
    </span>
  );
}

export const query = graphql`
  query ($slug: String!) {
    entry(kind: { eq: "products" }, slug: { eq: $slug }) {
      item
    }
  }
`;
