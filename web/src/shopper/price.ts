/** How a price is written. */

export function priceOf({ price, currency }: { price: number | null; currency: string }): string {
  if (price === null) return "";
  try {
    return new Intl.NumberFormat(undefined, currency ? { style: "currency", currency } : {}).format(price);
  } catch {
    return `${price} ${currency}`; // a currency that the browser does not know
  }
}
