import { CollectionCard } from "../../components/cards.jsx";
import { Section } from "../../components/section.jsx";
import { collectionCard, content, section } from "../../content.js";

export const getStaticProps = () => section("collections", content.collections.map(collectionCard));

export default function Collections(props) {
  return <Section kind="collections" of={CollectionCard} className="tiles" {...props} />;
}
