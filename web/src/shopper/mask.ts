/** Draws which places of a picture are of what was found there. */

import type { Schemas } from "../common/api";

type Region = Schemas["RegionAnswer"];

/** Draw the masks of regions over a whole canvas, in a colour of CSS. */
export function drawMasks(canvas: HTMLCanvasElement, regions: readonly Region[], colour: string): void {
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  for (const { mask, box } of regions) {
    if (!mask) continue;
    const [left, top, right, bottom] = box;
    const { width, height } = canvas;
    context.drawImage(
      stencil(mask),
      left * width,
      top * height,
      (right - left) * width,
      (bottom - top) * height,
    );
  }
  context.globalCompositeOperation = "source-in";
  context.fillStyle = colour;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.globalCompositeOperation = "source-over";
}

/** A small opaque picture of a mask, whose runs are of places outside and inside by turns. */
function stencil({ rows, columns, runs }: Schemas["MaskAnswer"]): OffscreenCanvas {
  const small = new OffscreenCanvas(columns, rows);
  const pixels = new ImageData(columns, rows);
  let place = 0;
  runs.forEach((length, turn) => {
    if (turn % 2) for (let one = place; one < place + length; one++) pixels.data[4 * one + 3] = 255;
    place += length;
  });
  small.getContext("2d")?.putImageData(pixels, 0, 0);
  return small;
}
