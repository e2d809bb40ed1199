import { useWords } from "../../components/around.jsx";
import { Cards, ProductCard } from "../../components/cards.jsx";
import { Lede, Prose, Title } from "../../components/parts.jsx";
import { card, content, find, page, paths } from "../../content.js";

export const getStaticPaths = () => paths(content.collections);

export function getStaticProps({ params }) {
  const { items, ...collection } = find(content.collections, params).item;
  return page({ item: collection, kind: "website" }, { collection, cards: items.map(card) });
}

export default function Collection({ collection, cards }) {
  const { t } = useWords();
  return (
    <div className="wrap">
      <header className="head">
        <p className="crumb"><a href="/collections/">{t.collections}</a></p>
        <Title item={collection} />
        <Lede item={collection} />
        {collection.html && <Prose html={collection.html} />}
      </header>
      <Cards items={cards} of={ProductCard} className="grid dense">
        <p className="empty">{t.nothing}</p>
      </Cards>
    </div>
  );
}
