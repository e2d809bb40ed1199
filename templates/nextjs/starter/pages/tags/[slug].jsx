import { useWords } from "../../components/around.jsx";
import { ArticleCard, Cards, ProductCard } from "../../components/cards.jsx";
import { card, content, find, page, paths } from "../../content.js";

export const getStaticPaths = () => paths(content.tags);

export function getStaticProps({ params }) {
  const { articles, products, ...tag } = find(content.tags, params).item;
  return page({ item: tag, kind: "website" }, { tag, articles: articles.map(card), products: products.map(card) });
}

export default function Tag({ tag, articles, products }) {
  const { t } = useWords();
  return (
    <div className="wrap">
      <header className="head">
        <h1 dir="auto">{tag.title}</h1>
      </header>
      <Cards items={products} of={ProductCard} className="grid dense section" label={t.products} />
      <Cards items={articles} of={ArticleCard} className="grid section" label={t.articles} />
    </div>
  );
}
