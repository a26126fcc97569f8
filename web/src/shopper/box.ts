/** Boxes as the server has them: left, top, right and bottom as fractions of the upright picture. */

export type Sides = [left: number, top: number, right: number, bottom: number];

export const WHOLE: Sides = [0, 0, 1, 1];
/** Shorter sides are slips of the hand. */
export const SMALLEST = 0.03;

export function isWhole(box: Sides): boolean {
  return box.every((side, place) => Math.abs(side - (WHOLE[place] as number)) < 0.005);
}

export function isLargeEnough([left, top, right, bottom]: Sides): boolean {
  return right - left >= SMALLEST && bottom - top >= SMALLEST;
}

/** The smallest of some boxes around a point, or undefined. */
export function smallestAt<Boxed extends { box: Sides }>(
  boxes: readonly Boxed[],
  x: number,
  y: number,
): Boxed | undefined {
  return boxes
    .filter(({ box: [left, top, right, bottom] }) => left <= x && x <= right && top <= y && y <= bottom)
    .toSorted((one, other) => area(one.box) - area(other.box))[0];
}

/** Move a box, or its right and bottom sides only, inside the picture. */
export function moved([left, top, right, bottom]: Sides, x: number, y: number, isResized: boolean): Sides {
  if (isResized) return [left, top, clamp(right + x, left + SMALLEST), clamp(bottom + y, top + SMALLEST)];
  const dx = clamp(left + x, 0, 1 - (right - left)) - left;
  const dy = clamp(top + y, 0, 1 - (bottom - top)) - top;
  return [left + dx, top + dy, right + dx, bottom + dy];
}

/** How to place something over a picture, in CSS. */
export function inset([left, top, right, bottom]: Sides): string {
  return [top, 1 - right, 1 - bottom, left].map((side) => `${(100 * side).toFixed(2)}%`).join(" ");
}

export function isSame(one: Sides, other: Sides): boolean {
  return one.every((side, place) => Math.abs(side - (other[place] as number)) < 0.005);
}

export function clamp(value: number, lowest = 0, highest = 1): number {
  return Math.min(highest, Math.max(lowest, value));
}

function area([left, top, right, bottom]: Sides): number {
  return (right - left) * (bottom - top);
}
