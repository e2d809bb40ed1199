import { ArticleCard } from "../../components/cards.jsx";
import { Section } from "../../components/section.jsx";
import { card, content, section } from "../../content.js";

export const getStaticProps = () => section("articles", content.articles.map(card));

export default function Articles(props) {
  return <Section kind="articles" of={ArticleCard} className="grid" {...props} />;
}
