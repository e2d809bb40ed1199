import { useWords } from "../../components/around.jsx";
import { Buy } from "../../components/buy.jsx";
import { Lede, Picture, Prose, Tags, Title } from "../../components/parts.jsx";
import { Price } from "../../components/price.jsx";
import { content, find, page, paths } from "../../content.js";
import { web } from "../../lib/format.js";

export const getStaticPaths = () => paths(content.products);

export function getStaticProps({ params }) {
  const { item } = find(content.products, params);
  return page({ item, kind: "product", data: true }, { product: item });
}

export default function Product({ product }) {
  const { t } = useWords();
  const { variants, html } = product;
  return (
    <article className="wrap">
      <div className="product">
        <Gallery product={product} />
        <div className="product-text">
          <p className="crumb"><a href="/products/">{t.products}</a></p>
          <Title item={product} />
          {variants.length === 1 && <p className="price"><Price of={variants[0].price} /></p>}
          <Lede item={product} />
          <Variants product={product} />
          {html && <Prose html={html} />}
          <Tags item={product} className="tags" />
        </div>
      </div>
    </article>
  );
}

function Gallery({ product }) {
  const { t } = useWords();
  const others = product.images.filter(({ url }) => url !== product.image?.url);
  return (
    <div className="gallery">
      <Picture item={product} shape="tall" lead />
      {product.images.length > 1 && (
        <ul aria-label={t.images}>
          {others.map((image) => (
            <li key={image.url}><a href={web(image.url)}><Picture item={{ image }} shape="tall" /></a></li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Variants({ product: { title, variants } }) {
  const { t } = useWords();
  if (variants.length === 0) return null;
  const one = variants.length === 1;
  return (
    <ul className={one ? "variants one" : "variants"} aria-label={t.options}>
      {variants.map((variant) => (
        <li key={variant.id}>
          {!one && (
            <span className="what">
              <span dir="auto">{variant.title}</span> <span className="price small"><Price of={variant.price} /></span>
            </span>
          )}
          <Buy variant={variant} name={one ? title : variant.title} />
        </li>
      ))}
    </ul>
  );
}
