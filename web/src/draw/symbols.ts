// A shape for each class, so that classes are told apart without colors.
import { pathOf } from "./canvas";
import {
  symbol, symbolCircle, symbolCross, symbolDiamond2, symbolSquare2, symbolStar, symbolTriangle, symbolWye, symbolTimes,
  symbolPlus, type SymbolType,
} from "d3-shape";

const hexagon: SymbolType = {
  draw(context, size) {
    const radius = Math.sqrt(size / 2.6);
    for (let i = 0; i < 6; i++) {
      const [x, y] = [radius * Math.cos((Math.PI * i) / 3), radius * Math.sin((Math.PI * i) / 3)];
      if (i) context.lineTo(x, y);
      else context.moveTo(x, y);
    }
    context.closePath();
  },
};

/** Symbols in the order of classes, with a size that makes them look equally large. */
const SYMBOLS: [SymbolType, number][] = [
  [symbolCircle, 1],
  [symbolDiamond2, 0.95],
  [symbolTriangle, 0.9],
  [symbolSquare2, 0.8],
  [symbolCross, 0.95],
  [symbolStar, 0.9],
  [symbolWye, 0.95],
  [symbolPlus, 0.8],
  [symbolTimes, 0.8],
  [hexagon, 1],
];

/** Symbols that are lines have no inside. */
export const isStroked = (index: number): boolean => index % SYMBOLS.length === 7 || index % SYMBOLS.length === 8;

/** The outline of a class's symbol around (0, 0), as SVG path data; radius is that of the circle. */
export function symbolPath(index: number, radius: number): string {
  const [type, size] = SYMBOLS[index % SYMBOLS.length]!;
  return symbol(type, Math.PI * (radius * size) ** 2 * 1.15)() ?? "";
}

/** Draw the symbol of a class. */
export function drawSymbol(
  context: CanvasRenderingContext2D, index: number, x: number, y: number, radius: number, color: string,
): void {
  const path = pathOf(context, symbolPath(index, radius));
  context.save();
  context.translate(x, y);
  context.fillStyle = context.strokeStyle = color;
  context.lineWidth = radius / 2.2;
  if (isStroked(index)) context.stroke(path);
  else context.fill(path);
  context.restore();
}
