import { lowest, price } from "../lib/format.js";
import { useWords } from "./around.jsx";

export function Price({ of }) {
  const { language, t } = useWords();
  const now = price(of.amount, of, language);
  if (!of.compare_at || of.compare_at <= of.amount) return now;
  return (
    <>
      <span className="hidden">{t.now}</span> {now}{" "}
      <del><span className="hidden">{t.was}</span> {price(of.compare_at, of, language)}</del>
    </>
  );
}

export function CardPrice({ product: { variants, available } }) {
  const { language, t } = useWords();
  return (
    <p className="price">
      {variants.length > 1 && <>{t.from} {price(lowest(variants).amount, variants[0].price, language)}</>}
      {variants.length === 1 && <Price of={variants[0].price} />}
      {!available && <> <span className="badge">{t.sold_out}</span></>}
    </p>
  );
}
