import { ProductCard } from "../../components/cards.jsx";
import { Section } from "../../components/section.jsx";
import { card, content, section } from "../../content.js";

export const getStaticProps = () => section("products", content.products.map(card));

export default function Products(props) {
  return <Section kind="products" of={ProductCard} className="grid dense" {...props} />;
}
