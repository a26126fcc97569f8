/** What colour each point has: by category, by price, or the product's own. */

import { map as words } from "../common/strings";
import type { Cloud } from "./cloud";

export type Colouring = "category" | "price" | "colour";
type Rgb = readonly [number, number, number];

/** Twelve hues that are told apart on light and on dark, by eyes of most kinds; after Paul Tol and Okabe and Ito. */
const HUES: readonly Rgb[] = [
  [68, 119, 190],
  [230, 130, 35],
  [52, 150, 90],
  [204, 72, 90],
  [145, 100, 190],
  [60, 178, 190],
  [200, 165, 40],
  [215, 110, 170],
  [135, 105, 75],
  [120, 170, 60],
  [90, 95, 150],
  [225, 120, 100],
];
const OTHER: Rgb = [138, 143, 140];
/** From cheap to dear: viridis, without its darkest end, which is lost on a dark ground. */
const SCALE: readonly Rgb[] = [
  [72, 60, 140],
  [49, 104, 142],
  [33, 145, 140],
  [70, 185, 110],
  [180, 205, 60],
  [250, 215, 50],
];

export interface LegendEntry {
  /** The number of the category, or -1 for all that have no hue of their own. */
  category: number;
  name: string;
  colour: string;
  count: number;
}

export interface PriceLegend {
  low: number;
  middle: number;
  high: number;
  gradient: string;
}

/** Fill three bytes of each point with its colour. */
export function paint(cloud: Cloud, by: Colouring, into: Uint8Array): void {
  if (by === "colour") into.set(cloud.colours);
  else if (by === "price") paintPrices(cloud, into);
  else {
    for (let at = 0; at < cloud.loaded; at++) into.set(hueOf(cloud.categories[at] ?? 0), 3 * at);
  }
}

/** The categories with a hue of their own, then all others. */
export function legendOf(cloud: Cloud): LegendEntry[] {
  const counts = new Uint32Array(cloud.manifest.categories.length);
  for (const category of cloud.categories.subarray(0, cloud.loaded))
    counts[category] = (counts[category] ?? 0) + 1;
  const named = cloud.manifest.categories
    .map((name, category) => ({ category, name, colour: css(hueOf(category)), count: counts[category] ?? 0 }))
    .slice(1, HUES.length + 1)
    .filter(({ count }) => count);
  const rest = cloud.loaded - named.reduce((sum, { count }) => sum + count, 0);
  return rest
    ? [...named, { category: -1, name: words.otherCategories, colour: css(OTHER), count: rest }]
    : named;
}

/** The prices at the ends and in the middle; null where none are known. */
export function priceLegendOf(cloud: Cloud): PriceLegend | null {
  const known = knownPrices(cloud);
  if (!known.length) return null;
  const at = (share: number) => known[Math.floor(share * (known.length - 1))] as number;
  return {
    low: at(0),
    middle: at(0.5),
    high: at(1),
    gradient: `linear-gradient(to right, ${SCALE.map(css).join(", ")})`,
  };
}

/** Whether a point is of a category of the legend. */
export function isOf(category: number, entry: number): boolean {
  return entry === -1 ? category === 0 || category > HUES.length : category === entry;
}

export function css([red, green, blue]: Rgb): string {
  return `rgb(${red} ${green} ${blue})`;
}

function hueOf(category: number): Rgb {
  return category === 0 || category > HUES.length ? OTHER : (HUES[category - 1] as Rgb);
}

/** By rank, for a few dear products would leave all others one colour. */
function paintPrices(cloud: Cloud, into: Uint8Array): void {
  const known = knownPrices(cloud);
  for (let at = 0; at < cloud.loaded; at++) {
    const price = cloud.prices[at] as number;
    into.set(Number.isNaN(price) ? OTHER : scaled(rank(known, price)), 3 * at);
  }
}

function knownPrices(cloud: Cloud): Float32Array {
  return cloud.prices
    .subarray(0, cloud.loaded)
    .filter((price) => !Number.isNaN(price))
    .sort();
}

function rank(sorted: Float32Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return sorted.length > 1 ? low / (sorted.length - 1) : 0;
}

function scaled(share: number): Rgb {
  const at = Math.min(1, share) * (SCALE.length - 1);
  const from = SCALE[Math.floor(at)] as Rgb;
  const to = SCALE[Math.ceil(at)] as Rgb;
  return [0, 1, 2].map((one) =>
    Math.round((from[one] as number) + (at % 1) * ((to[one] as number) - (from[one] as number))),
  ) as unknown as Rgb;
}
