// A shape for each class, so that classes are told apart without colors.
import {
  symbol, symbolCircle, symbolCross, symbolDiamond2, symbolSquare2, symbolStar, symbolTriangle, symbolWye, symbolTimes,
  symbolPlus, type SymbolType,
} from "d3-shape";

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
  [symbolDiamond2, 0.55],
];

/** Symbols that are lines have no inside. */
export const isStroked = (index: number): boolean => index % SYMBOLS.length === 7 || index % SYMBOLS.length === 8;

/** The outline of a class's symbol around (0, 0), as SVG path data; radius is that of the circle. */
export function symbolPath(index: number, radius: number): string {
  const [type, size] = SYMBOLS[index % SYMBOLS.length]!;
  return symbol(type, Math.PI * (radius * size) ** 2 * 1.15)() ?? "";
}
