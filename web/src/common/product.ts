/** How a product is told in few words: its title, price, category, page and picture. */

import type { Schemas } from "./api";

type Product = Schemas["ProductAnswer"];

/** How sure a region of a picture is that is told as found. */
export const SURE_REGION = 0.4;

export function titleOf(product: Pick<Product, "id" | "title">): string {
  return product.title || product.id;
}

/** Its price with the currency, as the reader's country writes it; empty where none is known. */
export function priceOf({ price, currency }: Pick<Product, "price" | "currency">): string {
  if (price === null) return "";
  try {
    return new Intl.NumberFormat(undefined, currency ? { style: "currency", currency } : {}).format(price);
  } catch {
    return `${price} ${currency}`; // a currency that the browser does not know
  }
}

/** The narrowest of a path of categories. */
export function narrowest(path: string): string {
  return path.split(" > ").at(-1) as string;
}

/** Whether it has a page that a link may lead to; a catalogue may say anything. */
export function hasPage({ url }: Pick<Product, "url">): boolean {
  return /^https?:\/\//i.test(url);
}

/** The first of a stored product's pictures that is kept; empty where none is. */
export function pictureOf({ pictures }: Schemas["StoredProduct"]): string {
  return pictures.find(({ picture }) => picture)?.picture ?? "";
}
