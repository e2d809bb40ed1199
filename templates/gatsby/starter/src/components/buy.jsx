import { sorted, web } from "../../lib/format.js";
import { useFrame } from "./frame.js";

/** The way to buy a variant that its shop offers; `name` is for those who do not see the page. */
export function Buy({ variant, name }) {
  const { t } = useFrame();
  const offer = variant.buy;
  const label = (text) => <>{text}<span className="hidden"> {name}</span></>;
  if (!variant.available || !offer) {
    const why = variant.available ? t.not_for_sale : t.sold_out;
    return <button className="button buy" type="button" disabled>{label(why)}</button>;
  }
  switch (offer.kind) {
    case "link":
      return <a className="button buy" href={web(offer.href)} rel="nofollow">{label(t.buy)}</a>;
    case "form":
      return (
        <form action={web(offer.href)} method="post">
          {sorted(offer.fields).map(([field, value]) => <input key={field} type="hidden" name={field} value={value} />)}
          <button className="button buy">{label(t.buy)}</button>
        </form>
      );
    default: {
      const attributes = Object.fromEntries(sorted(offer.attributes));
      return <button className={`button buy ${offer.css_class}`} type="button" {...attributes}>{label(t.buy)}</button>;
    }
  }
}
