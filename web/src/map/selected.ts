/** What can be done with products that were selected: each is tagged, or written into a table. */

import { client, given, type Schemas } from "../common/api";

type Product = Schemas["ProductAnswer"];

const TAGGED_AT_ONCE = 50;

/** Store a tag as an attribute of products; `tell` is told how many have it, and the number of them is given. */
export async function tagAll(
  products: readonly Product[],
  tag: string,
  tell: (done: number) => void,
): Promise<number> {
  for (let start = 0; start < products.length; start += TAGGED_AT_ONCE) {
    tell(start);
    const batch = products.slice(start, start + TAGGED_AT_ONCE);
    const stored = await Promise.all(batch.map(({ id }) => readProduct(id)));
    await given(client.POST("/v1/products", { body: { products: stored.map((one) => tagged(one, tag)) } }));
  }
  return products.length;
}

/** Write products as CSV. */
export function tableOf(products: readonly Product[]): Blob {
  const head = ["id", "title", "brand", "categories", "price", "currency", "url"];
  const lines = products.map((product) => [
    product.id,
    product.title,
    product.brand,
    product.categories.join(" > "),
    product.price ?? "",
    product.currency,
    product.url,
  ]);
  const text = [head, ...lines].map((line) => line.map(cell).join(",")).join("\r\n");
  return new Blob([text], { type: "text/csv" });
}

async function readProduct(id: string): Promise<Schemas["StoredProduct"]> {
  return given(client.GET("/v1/products/{product_id}", { params: { path: { product_id: id } } }));
}

/** A stored product as it is put again: its pictures by what is kept of them, so that nothing is fetched. */
function tagged({ product, pictures }: Schemas["StoredProduct"], tag: string): Schemas["ProductInputWithId"] {
  return {
    ...product,
    categories: [...product.categories],
    pictures: pictures.map(({ source, picture }) => (picture ? `sha256:${picture}` : source)),
    attributes: { ...product.attributes, tag },
  };
}

function cell(value: string | number): string {
  const text = String(value);
  // A spreadsheet would compute what begins like a formula.
  const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
