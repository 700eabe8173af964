// Small pictures of the kinds of data, drawn from a few points of each pattern.
import type { Theme } from "../model/theme";
import type { Kind } from "../types";
import { css, diverging, palette } from "./colors";

/** x and y from −1 to 1, and the class. */
type Dot = [number, number, number];

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Evenly scattered numbers that look random but are always the same. */
const scatter = (i: number): [number, number] => [((i * 0.7549) % 1) * 2 - 1, ((i * 0.5698) % 1) * 2 - 1];

const DOTS: Partial<Record<Kind, () => Dot[]>> = {
  moons: () =>
    range(28).map((i): Dot => {
      const angle = (Math.PI * (i % 14)) / 13;
      return i < 14
        ? [0.62 * Math.cos(angle) - 0.3, 0.78 * Math.sin(angle) - 0.18, 0]
        : [0.62 * Math.cos(angle) + 0.3, -0.78 * Math.sin(angle) + 0.18, 1];
    }),
  circles: () =>
    range(30).map((i): Dot => {
      const angle = (2 * Math.PI * i) / (i < 20 ? 20 : 10);
      const radius = i < 20 ? 0.82 : 0.34;
      return [radius * Math.cos(angle), radius * Math.sin(angle), i < 20 ? 0 : 1];
    }),
  spirals: () =>
    range(36).map((i): Dot => {
      const along = ((i % 18) + 1) / 18;
      const angle = 4.4 * along + (i < 18 ? 0 : Math.PI);
      return [0.9 * along * Math.cos(angle), 0.9 * along * Math.sin(angle), i < 18 ? 0 : 1];
    }),
  blobs: () =>
    range(36).map((i): Dot => {
      const [x, y] = scatter(i + 1);
      const [cx, cy] = [[-0.5, -0.45], [0.55, -0.3], [0, 0.55]][i % 3]!;
      return [cx! + 0.3 * x, cy! + 0.3 * y, i % 3];
    }),
  above: () =>
    range(40).map((i): Dot => {
      const [x, y] = scatter(i + 1);
      return [0.92 * x, 0.92 * y, y > Math.sin(3 * x) / 2 ? 1 : 0];
    }),
};

const DIGIT = ["00111100", "01100110", "00000110", "00011100", "00000110", "01000110", "01100110", "00111100"];

export function drawPattern(context: CanvasRenderingContext2D, kind: Kind, size: number, theme: Theme): void {
  const { classes, ink, muted, zero } = palette(theme);
  const place = (value: number): number => size / 2 + (value * (size - 8)) / 2;
  const dots = DOTS[kind];
  if (dots) {
    for (const [x, y, label] of dots()) {
      context.fillStyle = css(classes[label]!);
      context.beginPath();
      context.arc(place(x), place(-y), 1.7, 0, 7);
      context.fill();
    }
  } else if (kind === "surface") {
    const cells = 11;
    const side = size / cells;
    for (const i of range(cells * cells)) {
      const [column, row] = [i % cells, Math.floor(i / cells)];
      const [x, y] = [(column / (cells - 1)) * 2 - 1, 1 - (row / (cells - 1)) * 2];
      context.fillStyle = css(diverging(theme, Math.sin(2.6 * x) * Math.cos(2 * y)));
      context.fillRect(column * side, row * side, side + 0.5, side + 0.5);
    }
  } else if (kind === "digits") {
    const side = (size - 8) / 8;
    DIGIT.forEach((line, row) =>
      [...line].forEach((bit, column) => {
        context.fillStyle = css(bit === "1" ? ink : zero);
        context.fillRect(4 + column * side, 4 + row * side, side + 0.4, side + 0.4);
      }),
    );
  } else {
    drawBrush(context, kind, size, css(muted), css(classes[0]!), css(classes[1]!));
  }
}

/** A stroke of dots and a pencil for painting, a table for own data. */
function drawBrush(
  context: CanvasRenderingContext2D, kind: Kind, size: number, line: string, first: string, second: string,
): void {
  context.strokeStyle = line;
  context.lineWidth = 1.5;
  if (kind === "own") {
    for (const i of range(4)) {
      context.strokeRect(6, 7 + i * 8, size - 12, 8);
    }
    context.beginPath();
    context.moveTo(size / 2, 7);
    context.lineTo(size / 2, 39);
    context.stroke();
    return;
  }
  for (const [x, y, color] of [[9, 32, first], [15, 37, first], [20, 31, first], [10, 12, second], [17, 9, second], [22, 15, second]] as const) {
    context.fillStyle = color;
    context.beginPath();
    context.arc(x, y, 2.2, 0, 7);
    context.fill();
  }
  context.lineWidth = 1.6;
  context.lineJoin = "round";
  context.stroke(new Path2D("M26 31 L28 25 L36 13 L40 16 L32 28 Z"));
}
