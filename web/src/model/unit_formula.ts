// The formulas of one unit with the numbers of the row that is followed, in the words of the trace.
import { short } from "../views/numbers";
import type { DenseColumn, LayerTrace, TraceMessage } from "../types";
import { layersOfColumn, row } from "./slowmotion";

/** More terms of a sum are only counted. */
const MOST_TERMS = 5;

const factor = (value: number): string => (value < 0 ? `(${short(value)})` : short(value));

/** A sum of products by its largest terms, in their order. */
function products(left: number[], right: number[]): string {
  const order = left.map((_, i) => i).sort((a, b) => Math.abs(left[b]! * right[b]!) - Math.abs(left[a]! * right[a]!));
  const shown = order.slice(0, MOST_TERMS).sort((a, b) => a - b);
  const text = shown.map((i) => `${factor(left[i]!)}·${factor(right[i]!)}`).join(" + ");
  const more = left.length - shown.length;
  return more > 0 ? `${text} + … ${more} more` : text;
}

/** Forward: from the inputs of the unit to its activation. */
export function forwardLines(
  trace: TraceMessage, columns: DenseColumn[], column: number, unit: number, activation: string,
): string[] {
  const layers = layersOfColumn(trace, columns, column);
  const [[, dense]] = layers as [[string, LayerTrace]];
  const W = (dense.W as number[][]).map((line) => line[unit]!);
  const [z, a, b] = [row(dense.z)![unit]!, row(dense.a)![unit]!, row(dense.b)![unit]!];
  const lines = [
    `z[${unit}] = Σ x·W[…, ${unit}] + b[${unit}]`,
    `     = ${products(row(dense.x)!, W)} + ${factor(b)}`,
    `     = ${short(z)}`,
  ];
  if (layers.length === 1 || a !== z) lines.push(`a[${unit}] = ${written(activation, z, unit)} = ${short(a)}`);
  for (const [name, layer] of layers.slice(1)) {
    const value = row(layer.a)?.[unit];
    if (value === undefined) continue;
    const from = row(layer.z)?.[unit];
    lines.push(from === undefined
      ? `a[${unit}] = ${name}: ${short(value)}`
      : `a[${unit}] = ${written(activation, from, unit)} = ${short(value)}`);
  }
  return lines;
}

/** softmax looks at all units of its layer, other activations at one number. */
const written = (activation: string, z: number, unit: number): string =>
  activation === "softmax" ? `softmax(z)[${unit}]` : activation === "identity" ? "z" : `${activation}(${short(z)})`;

/** Backward: from the gradients of the next column to those of the unit's weights. */
export function backwardLines(
  trace: TraceMessage, columns: DenseColumn[], column: number, unit: number, activation: string,
): string[] {
  const layers = layersOfColumn(trace, columns, column);
  const [[, dense]] = layers as [[string, LayerTrace]];
  const next = columns[column] && trace.layers[columns[column]!.name];
  const lines: string[] = [];
  const [dz, x] = [row(dense.dz)![unit]!, row(dense.x)!];
  if (next) {
    const W = (next.W as number[][])[unit]!;
    const da = row(layers[layers.length - 1]![1].da)?.[unit];
    lines.push(`da[${unit}] = Σ dz·W[${unit}, …] of the next layer`, `      = ${products(row(next.dz)!, W)} = ${short(da ?? NaN)}`);
    lines.push(layers.length > 1
      ? `dz[${unit}] = ${short(dz)}, back through ${layers.slice(1).map(([name]) => name).reverse().join(", ")}`
      : `dz[${unit}] = da[${unit}] · ${activation}'(z[${unit}]) = ${short(dz)}`);
  } else {
    lines.push(`dz[${unit}] = ∂loss / ∂z[${unit}] = ${short(dz)}`);
  }
  let largest = 0;
  x.forEach((value, i) => { if (Math.abs(value) > Math.abs(x[largest]!)) largest = i; });
  lines.push(
    `dW[${largest}, ${unit}] = x[${largest}]·dz[${unit}] = ${factor(x[largest]!)}·${factor(dz)} = ${short(x[largest]! * dz)}`,
    `db[${unit}] = dz[${unit}] = ${short(dz)}`,
  );
  return lines;
}
