import { scaleLinear } from "d3-scale";
import type { Theme } from "../model/theme";
import { pathOf } from "./canvas";
import { css, diverging, palette } from "./colors";
import type { NumberScale } from "./surface";
import { isStroked, symbolPath } from "./symbols";

export type Domain = [[number, number], [number, number]];

export interface Place {
  x(value: number): number;
  y(value: number): number;
  inverse(px: number, py: number): [number, number];
}

export function placeOf(domain: Domain, size: number): Place {
  const x = scaleLinear(domain[0], [0, size]);
  const y = scaleLinear(domain[1], [size, 0]);
  return { x, y, inverse: (px, py) => [x.invert(px), y.invert(py)] };
}

export interface Rows {
  X: ArrayLike<number>;
  y: ArrayLike<number>;
  isTest: ArrayLike<number>;
}

/** Draw rows of two columns: training rows are filled, test rows are hollow; the shape is that of the class. */
export function drawPoints(
  context: CanvasRenderingContext2D, rows: Rows, place: Place, scale: NumberScale | null, theme: Theme, showsTest: boolean,
): void {
  const { classes, paper, ink } = palette(theme);
  const count = rows.y.length;
  const radius = count > 2000 ? 2.2 : count > 800 ? 2.8 : 3.4;
  const paths = new Map<number, Path2D>();
  context.lineJoin = "round";
  for (let i = 0; i < count; i++) {
    const isTest = rows.isTest[i] === 1;
    if (isTest && !showsTest) continue;
    const value = rows.y[i]!;
    // Numbers have no classes, so the shape is that of the part: circles to train on, diamonds to test on.
    const shape = scale ? (isTest ? 1 : 0) : value;
    let path = paths.get(shape);
    if (!path) paths.set(shape, (path = pathOf(context, symbolPath(shape, radius))));
    const color = scale
      ? css(diverging(theme, ((value - scale.middle) / scale.side) * 1.1))
      : css(classes[value % classes.length]!);
    const [px, py] = [place.x(rows.X[2 * i]!), place.y(rows.X[2 * i + 1]!)];
    context.translate(px, py);
    if ((isTest && !scale) || isStroked(shape)) {
      context.strokeStyle = css(paper);
      context.lineWidth = 3.4;
      context.stroke(path);
      if (isTest) {
        context.fillStyle = css(paper, 0.75);
        context.fill(path);
      }
      context.strokeStyle = color;
      context.lineWidth = 1.6;
      context.stroke(path);
    } else {
      context.strokeStyle = scale ? css(ink, 0.75) : css(paper);
      context.lineWidth = scale ? 1 : 1.4;
      context.stroke(path);
      context.fillStyle = color;
      context.fill(path);
    }
    context.translate(-px, -py);
  }
}

/** The row nearest to a place of the picture, within `reach` pixels, or null. */
export function nearest(rows: Rows, place: Place, px: number, py: number, reach: number, onlyTrain: boolean): number | null {
  let best: number | null = null;
  let least = reach * reach;
  for (let i = 0; i < rows.y.length; i++) {
    if (onlyTrain && rows.isTest[i] === 1) continue;
    const distance = (place.x(rows.X[2 * i]!) - px) ** 2 + (place.y(rows.X[2 * i + 1]!) - py) ** 2;
    if (distance <= least) [best, least] = [i, distance];
  }
  return best;
}
