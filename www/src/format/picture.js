const SIDE = 128;
const MOST = 64 * 1024;
const LARGEST_FILE = 20_000_000;

/** The file cannot become a picture; the message says why, to the reader. */
export class Unusable extends Error {}

/**
 * What the API takes as a picture: the middle of it, as a small square.
 *
 * @param {File} file
 * @returns {Promise<Blob>}
 */
export async function square(file) {
  if (file.type.startsWith("image/svg")) throw new Unusable("An SVG can carry scripts, so it is not taken. Choose a PNG, a JPEG or a WebP.");
  if (file.size > LARGEST_FILE) throw new Unusable("This file is too large. Choose a picture of 20 MB at most.");
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new Unusable("This file is no picture that the browser can read. Choose a PNG, a JPEG or a WebP.");
  });
  const side = Math.min(bitmap.width, bitmap.height);
  const canvas = new OffscreenCanvas(SIDE, SIDE);
  const context = canvas.getContext("2d");
  if (context) {
    context.imageSmoothingQuality = "high";
    context.drawImage(bitmap, (bitmap.width - side) / 2, (bitmap.height - side) / 2, side, side, 0, 0, SIDE, SIDE);
  }
  bitmap.close();
  // A browser that does not write WebP makes a PNG of it.
  for (const [type, quality] of /** @type {[string, number][]} */ ([["image/webp", 0.9], ["image/webp", 0.6], ["image/jpeg", 0.8]])) {
    const picture = await canvas.convertToBlob({ type, quality });
    if (picture.size <= MOST) return picture;
  }
  throw new Unusable("This picture stays too large. Choose another one.");
}
