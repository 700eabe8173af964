// A picture file as gray values, decoded in the browser; only these are sent.

export interface Gray {
  pixels: number[];
  width: number;
  height: number;
}

const LARGEST_SIDE = 256;
const MOST_BYTES = 30_000_000;
/** A smaller range of gray values is nothing that one could see. */
const LEAST_RANGE = 5;

/** Read a picture file; larger ones are made smaller. Throws an Error with a message for the page. */
export async function grayOf(file: Blob): Promise<Gray> {
  if (file.size > MOST_BYTES) throw new Error(`A picture file has at most ${MOST_BYTES / 1e6} MB.`);
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new Error("This file is not a picture that the browser can read; PNG and JPEG are.");
  }
  const scale = Math.min(1, LARGEST_SIDE / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(side * scale))) as [number, number];
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  context.imageSmoothingQuality = "high";
  const on = (paper: string): number[] => {
    context.fillStyle = paper;
    context.fillRect(0, 0, width, height);
    context.drawImage(bitmap, 0, 0, width, height);
    return grayPixels(context, width, height);
  };
  // White ink on a transparent background would be invisible on white.
  const onWhite = on("#fff");
  const pixels = rangeOf(onWhite) > LEAST_RANGE ? onWhite : on("#000");
  bitmap.close();
  return { pixels, width, height };
}

/** The luminance of a canvas, row by row, from 0 to 255. */
export function grayPixels(context: CanvasRenderingContext2D, width: number, height: number): number[] {
  const { data } = context.getImageData(0, 0, width, height);
  return Array.from({ length: width * height }, (_, i) =>
    Math.round(0.299 * data[4 * i]! + 0.587 * data[4 * i + 1]! + 0.114 * data[4 * i + 2]!));
}

function rangeOf(pixels: number[]): number {
  let [low, high] = [255, 0];
  for (const value of pixels) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return high - low;
}
