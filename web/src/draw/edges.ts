import type { Theme } from "../model/theme";
import type { ColumnPlace, Layout } from "../network/layout";
import { pathOf } from "./canvas";
import { css, palette } from "./colors";

/** Widths of the lines; weights of about the same size share one path, which is what makes thousands of edges fast. */
const WIDTHS = [0.4, 0.7, 1.1, 1.7, 2.5, 3.6];
const ALPHAS = [0.16, 0.28, 0.42, 0.56, 0.7, 0.85];
/** From so many edges on between two columns, lines are thin and straight, and the faintest are left out. */
const MANY = 500;
/** Number of edges between two columns at which only those above the spread of the weights are drawn. */
const SCALE = 3200;

export interface EdgeFocus {
  column: number;
  unit: number;
}

interface Bundle {
  values: ArrayLike<number>;
  from: ColumnPlace;
  to: ColumnPlace;
  start: number;
  inputs: number;
  outputs: number;
}

/** Number of weights between each pair of neighboring columns, one after another. */
export function bundlesOf(layout: Layout, values: ArrayLike<number>): Bundle[] {
  const bundles: Bundle[] = [];
  let start = 0;
  for (let i = 1; i < layout.columns.length; i++) {
    const [from, to] = [layout.columns[i - 1]!, layout.columns[i]!];
    const [inputs, outputs] = [from.units.length, to.units.length];
    bundles.push({ values, from, to, start, inputs, outputs });
    start += inputs * outputs;
  }
  return start === values.length ? bundles : [];
}

/** Draw the edges of all columns, or stronger those of one unit; `only` draws those into one column. */
export function drawEdges(
  context: CanvasRenderingContext2D, layout: Layout, values: ArrayLike<number>, theme: Theme,
  focus: EdgeFocus | null, only: number | null,
): void {
  bundlesOf(layout, values).forEach((bundle, i) => {
    const column = i + 1;
    const isFaint = (focus !== null || only !== null) && only !== column;
    drawBundle(context, bundle, theme, isFaint ? 0.18 : 1, null);
    if (focus?.column === column) drawBundle(context, bundle, theme, 1, { to: focus.unit });
    if (focus?.column === column - 1) drawBundle(context, bundle, theme, 1, { from: focus.unit });
  });
}

function drawBundle(
  context: CanvasRenderingContext2D, bundle: Bundle, theme: Theme, strength: number,
  chosen: { from?: number; to?: number } | null,
): void {
  const { values, from, to, start, inputs, outputs } = bundle;
  const count = inputs * outputs;
  let squares = 0;
  for (let at = start; at < start + count; at++) squares += values[at]! * values[at]!;
  const spread = Math.sqrt(squares / count);
  if (!(spread > 0)) return;
  const isMany = count > MANY && !chosen;
  // The more edges there are, the larger one must be to be drawn.
  const least = isMany ? Math.min(1.8, 0.3 + count / SCALE) : 0.06;
  const levels = WIDTHS.length;
  const paths = Array.from({ length: 2 * levels }, () => pathOf(context));
  const used = new Uint8Array(2 * levels);
  const [fromHalf, toHalf] = [from.size / 2, to.size / 2];
  // Between blocks of several columns, lines end at the block's edge, so that they do not run behind other units.
  const right = chosen?.from === undefined ? Math.max(...from.units.map((unit) => unit.x)) + from.size : null;
  const left = chosen?.to === undefined ? Math.min(...to.units.map((unit) => unit.x)) : null;
  for (let input = chosen?.from ?? 0; input < (chosen?.from === undefined ? inputs : chosen.from + 1); input++) {
    const [x1, y1] = [right ?? from.units[input]!.x + from.size, from.units[input]!.y + fromHalf];
    for (let output = chosen?.to ?? 0; output < (chosen?.to === undefined ? outputs : chosen.to + 1); output++) {
      const value = values[start + input * outputs + output]!;
      const relative = Math.abs(value) / spread;
      if (!(relative >= least)) continue;
      const level = Math.min(levels - 1, Math.floor((relative / 2.4) * levels));
      const path = (value < 0 ? 0 : levels) + level;
      used[path] = 1;
      const [x2, y2] = [left ?? to.units[output]!.x, to.units[output]!.y + toHalf];
      paths[path]!.moveTo(x1, y1);
      if (isMany) paths[path]!.lineTo(x2, y2);
      else {
        const bend = (x2 - x1) * 0.45;
        paths[path]!.bezierCurveTo(x1 + bend, y1, x2 - bend, y2, x2, y2);
      }
    }
  }
  const { negative, positive } = palette(theme);
  for (let path = 0; path < 2 * levels; path++) {
    if (!used[path]) continue;
    const level = path % levels;
    const alpha = ALPHAS[level]! * strength * (isMany ? 0.45 : 1);
    context.strokeStyle = css(path < levels ? negative : positive, alpha);
    context.lineWidth = WIDTHS[level]! * (isMany ? 0.4 : 1);
    context.stroke(paths[path]!);
  }
}
