/** What is asked, as a value: written as the server reads it, and as a link that restores it. */

import type { SearchOptions } from "../common/api";
import type { Sides } from "./box";

export type Colour = NonNullable<SearchOptions["colour"]>;
/** A product that was named, with what shows it. */
export interface Named {
  id: string;
  title: string;
  picture: string;
}
/** What is searched for: a picture of the shopper's own, one that a link shows, a sample, one of the web, or a product. */
export type Source =
  | { of: "picture" }
  | { of: "photo"; id: string }
  | { of: "sample"; name: string }
  | { of: "url"; url: string }
  | { of: "product"; id: string }
  | { of: "words" };

export interface Question {
  source: Source;
  /** The part to search; null leaves the choice to the server. */
  box: Sides | null;
  words: string;
  /** Kinds that were kept, which go with the words. */
  kept: string[];
  colour: Colour;
  /** What is let through: the chosen values of each field. */
  chosen: Record<string, string[]>;
  price: [low: number, high: number] | null;
  /** Tags that were dropped, as field and name. */
  dropped: [field: string, name: string][];
  like: string[];
  unlike: string[];
  limit: number;
}

/** How many products are asked for at first, and at most. */
export const PAGE = 24;
export const MOST = 100;
/** How many examples the server takes each way; a newer one takes the place of the oldest. */
export const MOST_EXAMPLES = 20;
/** Stands in a link for a photo that only the browser has that took it. */
const OWN = "own";
export const FACETS = ["category", "brand", "colour", "price"];

export function blank(source: Source): Question {
  return {
    source,
    box: null,
    words: "",
    kept: [],
    colour: "same",
    chosen: {},
    price: null,
    dropped: [],
    like: [],
    unlike: [],
    limit: PAGE,
  };
}

/** All words that are asked for. */
export function allWords({ words, kept }: Question): string {
  return [...kept, words].join(" ").trim();
}

/** Write what is let through as the server reads it. */
export function where({ chosen, price, dropped }: Question): string {
  const parts = Object.entries(chosen)
    .filter(([, values]) => values.length)
    .map(([field, values]) => `${quoted(field)} in (${values.map(quoted).join(", ")})`);
  if (price) parts.push(`price ${price[0]} .. ${price[1]}`);
  for (const [field, name] of dropped) {
    const fields = field === "kind" ? ["kind", "category"] : [field];
    parts.push(...fields.map((one) => `not ${quoted(one)} = ${quoted(name)}`));
  }
  return parts.join(" and ");
}

/** What is sent beside the picture. */
export function options(question: Question): SearchOptions {
  const { source, box, colour, like, unlike, limit } = question;
  return {
    words: allWords(question),
    where: where(question),
    colour,
    like,
    unlike,
    limit,
    fold: true,
    facets: FACETS,
    ...(box && { box: box.map((side) => Number(side.toFixed(4))) as Sides }),
    ...(!box && source.of !== "product" && source.of !== "words" && { group: "region" as const }),
    ...(source.of === "product" && { product: source.id }),
    ...(source.of === "url" && { url: source.url }),
  };
}

/** Write the question as the query of a link; a picture of one's own is only hinted at. */
export function toLink(question: Question): string {
  const { source, box, words, kept, colour, chosen, price, dropped, like, unlike } = question;
  const said = new URLSearchParams();
  if (source.of === "picture") said.set("photo", OWN);
  if (source.of === "photo") said.set("photo", source.id);
  if (source.of === "sample") said.set("sample", source.name);
  if (source.of === "url") said.set("url", source.url);
  if (source.of === "product") said.set("product", source.id);
  if (words) said.set("words", words);
  if (colour !== "same") said.set("colour", colour);
  if (box) said.set("box", box.map((side) => side.toFixed(3)).join(","));
  if (price) said.set("price", price.join(".."));
  for (const [field, values] of Object.entries(chosen))
    for (const value of values) said.append(`is.${field}`, value);
  for (const [field, name] of dropped) said.append(`not.${field}`, name);
  for (const one of kept) said.append("kind", one);
  for (const one of like) said.append("like", one);
  for (const one of unlike) said.append("unlike", one);
  const query = said.toString();
  return query && `?${query}`;
}

/** Read a link's query; null where nothing is asked. What cannot be read is left out. */
export function fromLink(query: string): Question | null {
  const said = new URLSearchParams(query);
  if (![...said.keys()].length) return null;
  const question = blank(sourceOf(said));
  const price = numbers(said.get("price"), "..");
  const box = numbers(said.get("box"), ",");
  question.words = said.get("words") ?? "";
  question.colour = (said.get("colour") as Colour | null) ?? "same";
  if (price.length === 2) question.price = price as [number, number];
  if (box.length === 4) question.box = box as Sides;
  question.kept = said.getAll("kind");
  question.like = said.getAll("like");
  question.unlike = said.getAll("unlike");
  for (const [key, value] of said) {
    const [relation, field] = key.split(/\.(.*)/s, 2);
    if (relation === "is" && field) question.chosen[field] = [...(question.chosen[field] ?? []), value];
    if (relation === "not" && field) question.dropped.push([field, value]);
  }
  return question;
}

function sourceOf(said: URLSearchParams): Source {
  const [sample, url, product] = ["sample", "url", "product"].map((name) => said.get(name));
  if (sample) return { of: "sample", name: sample };
  if (url) return { of: "url", url };
  if (product) return { of: "product", id: product };
  const photo = said.get("photo");
  if (photo && photo !== OWN) return { of: "photo", id: photo };
  return photo ? { of: "picture" } : { of: "words" };
}

function numbers(text: string | null, by: string): number[] {
  const read = text ? text.split(by).map(Number) : [];
  return read.every(Number.isFinite) ? read : [];
}

/** Quote a text for a condition. */
function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, "\\$&")}"`;
}
