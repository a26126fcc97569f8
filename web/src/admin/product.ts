/** What is written of a product, as lines that people edit. */

import type { Schemas } from "../common/api";
import { admin as words } from "../common/strings";

/** Write where pictures are, one a line; those that failed and have no address cannot be sent again. */
export function writePictures(pictures: Schemas["PictureState"][]): string {
  return pictures
    .map((picture) => picture.source)
    .filter((source) => /^(https?:\/\/|data:|sha256:)/.test(source))
    .join("\n");
}

export function parsePictures(text: string): string[] {
  return lines(text);
}

export function writeAttributes(attributes: Record<string, string>): string {
  return Object.entries(attributes)
    .map(([name, value]) => `${name} = ${value}`)
    .join("\n");
}

/** Read attributes; throws a RangeError for a line that is none. */
export function parseAttributes(text: string): Record<string, string> {
  return Object.fromEntries(
    lines(text).map((line) => {
      const place = line.indexOf("=");
      if (place < 1) throw new RangeError(words.badAttribute(line));
      return [line.slice(0, place).trim(), line.slice(place + 1).trim()];
    }),
  );
}

/** Read a price, null for none; throws a RangeError for what is none. */
export function parsePrice(text: string): number | null {
  if (!text.trim()) return null;
  const price = Number(text.trim().replace(",", "."));
  if (!Number.isFinite(price) || price < 0) throw new RangeError(words.badPrice);
  return price;
}

function lines(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
}
