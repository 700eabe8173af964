// Arrays of a frame in few bits, each kind as exactly as it is seen.
import type { NumberArray, Numbers } from "../types";

export interface Quality {
  /** Side of a unit's picture over the plane, at most. */
  side: number;
  /** Steps of a weight on each side of 0. */
  levels: number;
  /** Number of weights of each column, and the largest of them. */
  sizes?: number[];
  scales?: number[];
}

export interface Packed {
  name: string;
  moment?: number;
  shape: number[];
  bytes: number;
  /** How the bytes become numbers. */
  kind: "raw" | "pairs" | "range" | "shades" | "columns";
  dtype?: string;
  low?: number;
  high?: number;
  sizes?: number[];
  steps?: number[];
  /** Whether the bytes are differences to those of the moment before. */
  isDifference: boolean;
}

/** Probabilities and shades have steps of this size. */
const STEP = 8;
/** Gradients have so many steps on each side of 0, and end at three times their root mean square. */
const GRADIENT_LEVELS = 7;
const GRADIENT_END = 3;

type Result = { packed: Packed; bytes: Uint8Array };

export function quantized(name: string, array: NumberArray, quality: Quality): Result {
  const { data, shape } = array;
  const of = (bytes: Uint8Array, rest: Partial<Packed> & Pick<Packed, "kind">): Result =>
    ({ packed: { name, shape, bytes: bytes.length, isDifference: true, ...rest }, bytes });
  if (name === "surface" && shape.length === 3) return of(planes(data), { kind: "pairs" });
  if (name === "surface") return range(of, data);
  if (name === "images") return { ...range(of, data), packed: { ...range(of, data).packed, name: "X", isDifference: false } };
  if (name === "units") {
    const small = reduced(array, quality.side);
    return of(Uint8Array.from(small.data, (value) => Math.round((value - 128) / STEP)), { kind: "shades", shape: small.shape });
  }
  if ((name === "weights" || name === "gradients") && quality.sizes) {
    const { sizes } = quality;
    const steps = name === "weights"
      ? quality.scales!.map((scale) => scale / quality.levels)
      : spreads(data, sizes).map((spread) => (GRADIENT_END * spread) / GRADIENT_LEVELS || 1);
    const most = name === "weights" ? quality.levels : GRADIENT_LEVELS;
    const bytes = new Uint8Array(data.length);
    eachColumn(sizes, (at, column) => {
      const value = Math.round(data[at]! / steps[column]!);
      bytes[at] = Math.max(-most, Math.min(most, Number.isFinite(value) ? value : 0));
    });
    return of(bytes, { kind: "columns", sizes, steps: steps.map((one) => Number(one.toPrecision(5))), isDifference: name === "weights" });
  }
  const dtype = data instanceof Float32Array ? "f" : data instanceof Int32Array ? "i" : "b";
  return of(new Uint8Array(data.slice().buffer), { kind: "raw", dtype, isDifference: false });
}

export function restored(packed: Packed, bytes: Uint8Array): NumberArray {
  const { shape } = packed;
  const array = (data: Numbers): NumberArray => ({ data, shape });
  switch (packed.kind) {
    case "pairs": {
      const half = bytes.length / 2;
      return array(Uint8Array.from(bytes, (_, i) => (i % 2 ? Math.min(255, bytes[half + (i >> 1)]! * STEP) : bytes[i >> 1]!)));
    }
    case "range": {
      const [low, high] = [packed.low!, packed.high!];
      return array(Float32Array.from(bytes, (value) => low + ((high - low) * value) / 255));
    }
    case "shades":
      return array(Uint8Array.from(new Int8Array(bytes.buffer), (value) => Math.max(0, Math.min(255, 128 + value * STEP))));
    case "columns": {
      const signed = new Int8Array(bytes.buffer);
      const values = new Float32Array(bytes.length);
      eachColumn(packed.sizes!, (at, column) => { values[at] = signed[at]! * packed.steps![column]!; });
      return array(values);
    }
    case "raw":
      return array(packed.dtype === "f" ? new Float32Array(bytes.buffer) : packed.dtype === "i" ? new Int32Array(bytes.buffer) : bytes);
  }
}

/** All classes, then all probabilities. */
function planes(data: Numbers): Uint8Array {
  const half = data.length / 2;
  return Uint8Array.from({ length: data.length }, (_, i) => (i < half ? data[2 * i]! : Math.round(data[2 * (i - half) + 1]! / STEP)));
}

function range(of: (bytes: Uint8Array, rest: Partial<Packed> & Pick<Packed, "kind">) => Result, data: Numbers): Result {
  let [low, high] = [Infinity, -Infinity];
  for (const value of data) {
    if (value < low && value > -Infinity) low = value;
    if (value > high && value < Infinity) high = value;
  }
  if (!(high > low)) [low, high] = [Number.isFinite(low) ? low : 0, (Number.isFinite(low) ? low : 0) + 1];
  const bytes = Uint8Array.from(data, (value) => Math.round((255 * (Math.max(low, Math.min(high, value || 0)) - low)) / (high - low)));
  return of(bytes, { kind: "range", low, high });
}

/** Pictures with fewer pixels: each is the nearest one of the larger picture. */
function reduced({ data, shape }: NumberArray, side: number): NumberArray {
  const [units, rows, columns] = shape as [number, number, number];
  if (rows <= side || units * rows * columns < 40_000) return { data, shape };
  const nearest = Array.from({ length: side }, (_, i) => Math.round((i * (rows - 1)) / (side - 1)));
  const small = new Uint8Array(units * side * side);
  let at = 0;
  for (let unit = 0; unit < units; unit++) {
    for (const row of nearest) for (const column of nearest) small[at++] = data[(unit * rows + row) * columns + column]!;
  }
  return { data: small, shape: [units, side, side] };
}

function eachColumn(sizes: number[], act: (at: number, column: number) => void): void {
  let at = 0;
  sizes.forEach((size, column) => { for (const end = at + size; at < end; at++) act(at, column); });
}

/** Root mean square of each column. */
function spreads(data: Numbers, sizes: number[]): number[] {
  const squares = sizes.map(() => 0);
  eachColumn(sizes, (at, column) => { squares[column]! += (data[at]! || 0) ** 2; });
  return squares.map((sum, column) => Math.sqrt(sum / Math.max(1, sizes[column]!)));
}
