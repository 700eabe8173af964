import type { Theme } from "../model/theme";
import type { NumberArray } from "../types";
import { classShades, signedShades } from "./colors";
import { offscreen } from "./canvas";

let scratch: ReturnType<typeof offscreen> | null = null;

function sized(width: number, height: number): ReturnType<typeof offscreen> {
  if (scratch?.canvas.width !== width || scratch.canvas.height !== height) scratch = offscreen(width, height);
  return scratch;
}

/** Range of the colors of numbers: symmetrical around 0 if both signs occur, otherwise around the middle. */
export interface NumberScale {
  middle: number;
  side: number;
}

export function numberScale(values: ArrayLike<number>): NumberScale {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (!(high >= low)) return { middle: 0, side: 1 };
  const middle = low < 0 && high > 0 ? 0 : (low + high) / 2;
  return { middle, side: Math.max(high - middle, middle - low) || 1 };
}

/** Draw a grid of classes with their probabilities, or of numbers, over the whole square; row 0 is the lowest y. */
export function drawSurface(
  context: CanvasRenderingContext2D, width: number, surface: NumberArray, classes: number, scale: NumberScale, theme: Theme,
): void {
  const [rows, columns] = surface.shape as [number, number];
  const { canvas, pixels, show } = sized(columns, rows);
  const { data } = surface;
  const isOfClasses = surface.shape.length === 3;
  const shades = isOfClasses ? classShades(theme, classes) : signedShades(theme);
  for (let row = 0; row < rows; row++) {
    let to = (rows - 1 - row) * columns;
    for (let at = row * columns; at < (row + 1) * columns; at++) {
      if (isOfClasses) pixels[to++] = shades[data[2 * at]! * 256 + data[2 * at + 1]!]!;
      else {
        const t = (data[at]! - scale.middle) / scale.side;
        pixels[to++] = shades[Math.round(128 + 127 * Math.max(-1, Math.min(1, t)))]!;
      }
    }
  }
  show();
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = "high";
  // The outer points of the grid lie on the border of the picture, so half a cell on each side is left out.
  context.drawImage(canvas, 0.5, 0.5, columns - 1, rows - 1, 0, 0, width, width);
}

/** Draw one of a stack of pictures of shades. */
export function drawShades(
  context: CanvasRenderingContext2D, pictures: NumberArray, index: number, size: number, isFlipped: boolean, theme: Theme,
): void {
  const [, rows, columns] = pictures.shape as [number, number, number];
  const { canvas, pixels, show } = sized(columns, rows);
  const shades = signedShades(theme);
  const from = index * rows * columns;
  for (let row = 0; row < rows; row++) {
    const to = (isFlipped ? rows - 1 - row : row) * columns;
    for (let column = 0; column < columns; column++) {
      pixels[to + column] = shades[pictures.data[from + row * columns + column]!]!;
    }
  }
  show();
  context.imageSmoothingEnabled = isFlipped;
  context.drawImage(canvas, 0, 0, size, size);
}
