// Words, money, dates and patterns as a visitor sees them. Needs no Node: it may run in a browser.

import money from "../design/money.json" with { type: "json" };
import sizes from "../design/sizes.json" with { type: "json" };
import words from "../design/words.json" with { type: "json" };

const RTL = ["ar", "fa", "he", "ur"];

const base = (language) => language.split("-")[0].toLowerCase();

/** The interface's words in the site's language, else in English. */
export const wordsFor = (language) => words[base(language)] ?? words.en;

export const direction = (language) => (RTL.includes(base(language)) ? "rtl" : "ltr");

/** 4850 minor units of exponent 2 as "48.50", with no rounding anywhere. */
export function decimal(minor, exponent) {
  if (exponent === 0) return String(minor);
  const digits = String(minor).padStart(exponent + 1, "0");
  return `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}

/** An amount of `price` with its currency's sign, as the site's language writes it. */
export function price(minor, { currency, exponent }, language) {
  const { pattern, group, decimal: point } = money.formats[base(language)] ?? money.formats.en;
  const [whole, fraction] = decimal(minor, exponent).split(".");
  const number = whole.replace(/\B(?=(\d{3})+$)/g, group) + (fraction ? point + fraction : "");
  const symbol = money.symbols[currency] ?? `${currency}\u00a0`;
  return pattern.replace("{number}", () => number).replace("{symbol}", () => symbol).trim();
}

/** The price of the cheapest variant. */
export const lowest = (variants) => variants.map(({ price }) => price).reduce((a, b) => (b.amount < a.amount ? b : a));

/** "2026-11-21T10:00:00Z" as "November 21, 2026"; the day is the one of UTC. */
export function date(iso, language) {
  const { date: pattern, months } = wordsFor(language);
  const [year, month, day] = iso.slice(0, 10).split("-").map(Number);
  return pattern.replace("{day}", day).replace("{month}", months[month - 1]).replace("{year}", year);
}

/** FNV-1a over the slug picks a pattern for an item without a picture: same item, same pattern. */
export function pattern(slug) {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(slug)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return { tones: hash % 6, motif: Math.floor(hash / 6) % 4 };
}

/** The `sizes` of a picture: how wide the page shows it. */
export const sizesOf = (shape, lead) => sizes[shape === "wide" ? "wide" : lead ? "lead" : "card"];

/** An address that is safe to follow: never a script. */
export const web = (address) => (/^(https?:\/\/|\/)/i.test(address) ? address : "#");

/** Fields and attributes in an order that no feed can change. */
export const sorted = (values) => Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));

/** Escaped for XML, without the characters that XML forbids. */
export function xml(text) {
  const entities = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return String(text ?? "")
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "")
    .replace(/[&<>"]/g, (sign) => entities[sign]);
}
