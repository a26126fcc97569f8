/** Which points are where on the screen: of a click, of a lasso, of the middle of the view. */
import type { Matrix4 } from "three";
import type { Cloud } from "./cloud";

export type Spot = readonly [number, number];

/** How far from a point's middle a click may be, in pixels, beside the point's own size. */
const NEAR_PIXELS = 6;

/** Where points are on the screen: two numbers of each in pixels, and how far away; NaN behind the eye. */
export class Projected {
  readonly across: Float32Array;
  readonly down: Float32Array;
  readonly depth: Float32Array;

  constructor(cloud: Cloud, matrix: Matrix4, width: number, height: number) {
    const count = cloud.loaded;
    const { places } = cloud;
    const m = matrix.elements;
    this.across = new Float32Array(count);
    this.down = new Float32Array(count);
    this.depth = new Float32Array(count);
    for (let at = 0; at < count; at++) {
      const x = (places[3 * at] as number) / 65535;
      const y = (places[3 * at + 1] as number) / 65535;
      const z = (places[3 * at + 2] as number) / 65535;
      const w = m[3] * x + m[7] * y + m[11] * z + m[15];
      const isBefore = w > 0;
      this.across[at] = isBefore
        ? (((m[0] * x + m[4] * y + m[8] * z + m[12]) / w + 1) / 2) * width
        : Number.NaN;
      this.down[at] = isBefore
        ? ((1 - (m[1] * x + m[5] * y + m[9] * z + m[13]) / w) / 2) * height
        : Number.NaN;
      this.depth[at] = w;
    }
  }

  /** The point under a spot: of those that cover it the nearest to the eye, else the one nearest to the spot. */
  pick(
    [x, y]: Spot,
    radius: (depth: number) => number,
    isShown: (position: number) => boolean,
  ): number | null {
    let best: number | null = null;
    let bestDepth = Number.POSITIVE_INFINITY;
    let closest: number | null = null;
    let closestGap = NEAR_PIXELS;
    for (let at = 0; at < this.depth.length; at++) {
      const gap = Math.hypot((this.across[at] as number) - x, (this.down[at] as number) - y);
      const depth = this.depth[at] as number;
      const size = radius(depth);
      if (!(gap < size + NEAR_PIXELS) || !isShown(at)) continue;
      if (gap <= size && depth < bestDepth) {
        best = at;
        bestDepth = depth;
      } else if (gap - size < closestGap) {
        closest = at;
        closestGap = gap - size;
      }
    }
    return best ?? closest;
  }

  /** The points inside a line that was drawn around them. */
  inside(line: readonly Spot[], isShown: (position: number) => boolean): number[] {
    const across = line.map(([x]) => x);
    const down = line.map(([, y]) => y);
    const [left, right] = [Math.min(...across), Math.max(...across)];
    const [top, bottom] = [Math.min(...down), Math.max(...down)];
    const found: number[] = [];
    for (let at = 0; at < this.depth.length; at++) {
      const x = this.across[at] as number;
      const y = this.down[at] as number;
      if (x >= left && x <= right && y >= top && y <= bottom && isInside(line, x, y) && isShown(at))
        found.push(at);
    }
    return found;
  }
}

/** Whether a spot is inside a polygon: whether a ray from it crosses the outline an odd number of times. */
export function isInside(line: readonly Spot[], x: number, y: number): boolean {
  let inside = false;
  let [lastX, lastY] = line[line.length - 1] as Spot;
  for (const [nextX, nextY] of line) {
    if (nextY > y !== lastY > y && x < ((lastX - nextX) * (y - nextY)) / (lastY - nextY) + nextX)
      inside = !inside;
    [lastX, lastY] = [nextX, nextY];
  }
  return inside;
}
