import { palette, css, signedShades, diverging, mix } from "./colors";
import { offscreen } from "./canvas";
import type { Theme } from "../model/theme";
import type { Layout } from "../network/layout";
import type { NumberArray } from "../types";
import { drawSymbol } from "./symbols";

/** Pictures of all units side by side, so that one call puts them on a canvas and each is drawn from there. */
export class UnitPictures {
  private sheet: ReturnType<typeof offscreen> | null = null;
  private across = 1;
  private rows = 0;
  private columns = 0;

  /** Take over new pictures, (units, rows, columns); row 0 is the lowest y if they are flipped. */
  update(pictures: NumberArray, isFlipped: boolean, theme: Theme): void {
    const [count, rows, columns] = pictures.shape as [number, number, number];
    const across = Math.max(1, Math.ceil(Math.sqrt(count)));
    const [width, height] = [across * columns, Math.max(1, Math.ceil(count / across)) * rows];
    if (this.sheet?.canvas.width !== width || this.sheet.canvas.height !== height) this.sheet = offscreen(width, height);
    [this.across, this.rows, this.columns] = [across, rows, columns];
    const { pixels } = this.sheet;
    const shades = signedShades(theme);
    const { data } = pictures;
    let at = 0;
    for (let unit = 0; unit < count; unit++) {
      const left = (unit % across) * columns;
      const top = Math.floor(unit / across) * rows;
      for (let row = 0; row < rows; row++) {
        let to = (top + (isFlipped ? rows - 1 - row : row)) * width + left;
        for (let column = 0; column < columns; column++) pixels[to++] = shades[data[at++]!]!;
      }
    }
    this.sheet.show();
  }

  draw(context: CanvasRenderingContext2D, unit: number, x: number, y: number, size: number): void {
    if (!this.sheet) return;
    const left = (unit % this.across) * this.columns;
    const top = Math.floor(unit / this.across) * this.rows;
    context.drawImage(this.sheet.canvas, left, top, this.columns, this.rows, x, y, size, size);
  }
}

/** What the units show: pictures of the first so many, shades of numbers, or nothing. */
export interface UnitContents {
  /** Number of hidden units with a picture, in the order of columns. */
  pictured: number;
  pictures: UnitPictures;
  /** Incoming weights of each column whose units have no other picture. */
  weights: (UnitPictures | undefined)[];
  /** The mean image, 0 to 1 for each pixel, if the input is one. */
  image: number[] | null;
  isClassification: boolean;
  /** Names of the classes; none where they are not written. */
  names: string[];
  /** Names of the features; none where they are not written. */
  features: string[];
  isPlane: boolean;
  /** In slow motion: the value of each unit of a column, from −1 to 1, or undefined. */
  shade?: (column: number, unit: number) => number | undefined;
}

export function drawUnits(context: CanvasRenderingContext2D, layout: Layout, contents: UnitContents, theme: Theme): void {
  const { line, classes, zero, ink } = palette(theme);
  const last = layout.columns.length - 1;
  let picture = 0;
  layout.columns.forEach(({ units, size }, column) => {
    const radius = column === 0 && contents.image ? 0 : Math.min(6, size / 5);
    units.forEach(({ x, y }, unit) => {
      const shade = contents.shade?.(column, unit);
      context.save();
      context.beginPath();
      context.roundRect(x, y, size, size, radius);
      context.clip();
      context.fillStyle = css(zero);
      context.fillRect(x, y, size, size);
      const index = column > 0 && column < last ? picture++ : -1;
      if (shade !== undefined) {
        context.fillStyle = css(diverging(theme, shade));
        context.fillRect(x, y, size, size);
      } else if (index >= 0 && index < contents.pictured) {
        contents.pictures.draw(context, index, x, y, size);
      } else if (index >= 0 && contents.weights[column]) {
        contents.weights[column].draw(context, unit, x, y, size);
      } else if (column === 0 && contents.image) {
        context.fillStyle = css(mix(zero, ink, contents.image[unit]!));
        context.fillRect(x, y, size, size);
      } else if (column === 0 && contents.isPlane) {
        drawAxis(context, unit, x, y, size, theme);
      }
      context.restore();
      if (column === last && contents.isClassification && shade === undefined) {
        drawSymbol(context, unit, x + size / 2, y + size / 2, size * 0.28, css(classes[unit % classes.length]!));
      }
      if (column === last && contents.names[unit]) {
        context.font = "12px system-ui, sans-serif";
        context.textAlign = "left";
        context.fillStyle = css(ink);
        context.fillText(contents.names[unit]!, x + size + 7, y + size / 2 + 4);
      }
      if (column === 0 && contents.features[unit]) {
        context.font = "12px system-ui, sans-serif";
        context.textAlign = "right";
        context.fillStyle = css(ink);
        context.fillText(contents.features[unit]!, x - 7, y + size / 2 + 4);
      }
      if (size < 7 || (column === 0 && contents.image)) return;
      context.strokeStyle = css(line);
      context.lineWidth = 1;
      context.beginPath();
      context.roundRect(x + 0.5, y + 0.5, size - 1, size - 1, radius);
      context.stroke();
    });
  });
}

/** The picture of an input of the plane: from low to high along its axis. */
function drawAxis(context: CanvasRenderingContext2D, axis: number, x: number, y: number, size: number, theme: Theme): void {
  const ramp = axis === 0
    ? context.createLinearGradient(x, 0, x + size, 0)
    : context.createLinearGradient(0, y + size, 0, y);
  for (const stop of [-1, 0, 1]) ramp.addColorStop((stop + 1) / 2, css(diverging(theme, stop)));
  context.fillStyle = ramp;
  context.fillRect(x, y, size, size);
}
