/** Makes pictures upright and small before they are sent: the search sees no more of a larger one. */

const MAX_SIDE = 1024;
const MAX_BYTES = 1_000_000;
const QUALITY = 0.9;

/** Give a picture whose longer side is at most 1024 pixels; throws if the browser cannot read it. */
export async function shrink(picture: Blob): Promise<Blob> {
  const pixels = await createImageBitmap(picture, { imageOrientation: "from-image" });
  try {
    const scale = Math.min(1, MAX_SIDE / Math.max(pixels.width, pixels.height));
    if (scale === 1 && picture.size <= MAX_BYTES) return picture;
    return await redraw(pixels, Math.round(pixels.width * scale), Math.round(pixels.height * scale));
  } finally {
    pixels.close();
  }
}

async function redraw(pixels: ImageBitmap, width: number, height: number): Promise<Blob> {
  const canvas = new OffscreenCanvas(Math.max(1, width), Math.max(1, height));
  const context = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D;
  context.fillStyle = "white"; // JPEG knows no transparency, and packshots are on white
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(pixels, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
}
