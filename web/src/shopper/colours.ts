/** The colours that products are tagged with, and how to paint them. */

import type { Colour } from "./question";

const SWATCHES: Record<Exclude<Colour, "same" | "any">, string> = {
  black: "#161616",
  white: "#ffffff",
  grey: "#8b8f92",
  beige: "#dccdb0",
  brown: "#7a4a28",
  red: "#cf2a27",
  maroon: "#761c2b",
  pink: "#ef8fb5",
  orange: "#ee7d22",
  yellow: "#f4d13a",
  green: "#3c9a4a",
  olive: "#7b7b2d",
  turquoise: "#35b8b4",
  blue: "#2f6fd0",
  navy: "#1c2b57",
  purple: "#7c47a5",
  silver: "linear-gradient(135deg, #f2f4f5, #9aa1a6)",
  gold: "linear-gradient(135deg, #f5e2a0, #b8892f)",
  multicolour: "conic-gradient(#e5484d, #f4d13a, #3c9a4a, #2f6fd0, #e5484d)",
};

export const COLOURS = Object.keys(SWATCHES) as (keyof typeof SWATCHES)[];

export function isNamed(colour: string): boolean {
  return colour.toLowerCase() in SWATCHES;
}

/** How to paint a colour; what a catalogue calls otherwise has no swatch. */
export function swatch(name: string): string {
  return SWATCHES[name.toLowerCase() as keyof typeof SWATCHES] ?? "transparent";
}
