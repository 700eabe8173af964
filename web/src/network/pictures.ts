// Pictures of units that the page makes itself: where the back end has none, their incoming weights.
import { UnitPictures } from "../draw/units";
import type { Playground } from "../model/playground";
import { theme } from "../model/theme";
import type { Layout } from "./layout";

const MOST_PIXELS = 100_000;

/**
 * Renew the pictures of the columns whose units have none: the weights into each, in the order in which the diagram has
 * the units of the column before.
 */
export function takeWeights(
  playground: Playground, layout: Layout, pictures: (UnitPictures | undefined)[], pictured: number,
): void {
  const flat = playground.latest.weights?.data;
  let start = 0;
  let before = 0;
  for (let column = 1; column < layout.columns.length - 1; column++) {
    const [from, to] = [layout.columns[column - 1]!, layout.columns[column]!];
    const [inputs, outputs] = [from.units.length, to.units.length];
    before += outputs;
    pictures[column] = undefined;
    if (flat && before > pictured && inputs * outputs <= MOST_PIXELS) {
      const { across } = from;
      const down = Math.ceil(inputs / across);
      const shades = new Uint8Array(outputs * down * across).fill(128);
      for (let unit = 0; unit < outputs; unit++) {
        let largest = 1e-12;
        for (let i = 0; i < inputs; i++) largest = Math.max(largest, Math.abs(flat[start + i * outputs + unit]!));
        for (let i = 0; i < inputs; i++) {
          const place = (i % down) * across + Math.floor(i / down);
          shades[unit * down * across + place] = Math.round(128 + (127 * flat[start + i * outputs + unit]!) / largest);
        }
      }
      const made = new UnitPictures();
      made.update({ data: shades, shape: [outputs, down, across] }, false, theme.peek());
      pictures[column] = made;
    }
    start += inputs * outputs;
  }
}

let known: { rows: unknown; image: number[] | null } = { rows: null, image: null };

/** The mean of all images, from 0 to 1, or null if rows are no images. */
export function meanImage(playground: Playground): number[] | null {
  const rows = playground.points.peek().X;
  const data = playground.data.peek();
  if (!rows || !data || data.image_shape?.length !== 2) return null;
  if (known.rows === rows) return known.image;
  const sums = new Array<number>(data.features).fill(0);
  for (let at = 0; at < rows.data.length; at++) sums[at % data.features]! += rows.data[at]!;
  const largest = Math.max(...sums) || 1;
  known = { rows, image: sums.map((sum) => sum / largest) };
  return known.image;
}
