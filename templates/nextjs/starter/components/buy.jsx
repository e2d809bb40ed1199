import { sorted, web } from "../lib/format.js";
import { useWords } from "./around.jsx";

/** The way to the shop, as its `offer` asks for; `name` tells visitors who hear the page what it buys. */
export function Buy({ variant: { available, buy: offer }, name }) {
  const { t } = useWords();
  const says = (words) => <>{words}<span className="hidden"> {name}</span></>;
  if (!available || !offer) {
    return <button className="button buy" type="button" disabled>{says(available ? t.not_for_sale : t.sold_out)}</button>;
  }
  switch (offer.kind) {
    case "link":
      return <a className="button buy" href={web(offer.href)} rel="nofollow">{says(t.buy)}</a>;
    case "form":
      return (
        <form action={web(offer.href)} method="post">
          {sorted(offer.fields).map(([field, value]) => <input key={field} type="hidden" name={field} value={value} />)}
          <button className="button buy">{says(t.buy)}</button>
        </form>
      );
    default:
      return (
        <button className={`button buy ${offer.css_class}`} type="button" {...Object.fromEntries(sorted(offer.attributes))}>
          {says(t.buy)}
        </button>
      );
  }
}
