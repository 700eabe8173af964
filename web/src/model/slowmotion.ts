// One row in slow motion: the steps of its forward pass, its loss, its backward pass, and the update.
import type { DenseColumn, LayerTrace, TraceMessage } from "../types";

export type Phase = "input" | "forward" | "loss" | "backward" | "update";

export const PHASES: { phase: Phase; label: string; gloss: string }[] = [
  { phase: "input", label: "Input", gloss: "the row as the network gets it, scaled" },
  { phase: "forward", label: "Forward", gloss: "from the input to the prediction, column by column" },
  { phase: "loss", label: "Loss", gloss: "how wrong the prediction is, as one number" },
  { phase: "backward", label: "Backward", gloss: "how the loss changes with each number, from the output back" },
  { phase: "update", label: "Update", gloss: "each weight moves against its gradient" },
];

export interface SlowStep {
  phase: Phase;
  /** Column that the step is about; 0 is the input. */
  column: number;
  title: string;
}

export interface ColumnValues {
  /** Standard name of the numbers: x, a, dz, or db. */
  name: string;
  values: number[];
}

/** The first row of an array of the trace, which has one. */
export const row = (array: number[] | number[][] | undefined): number[] | null =>
  !array ? null : Array.isArray(array[0]) ? (array[0] as number[]) : (array as number[]);

export function stepsOf(columns: DenseColumn[]): SlowStep[] {
  const names = columns.map((_, i) => (i === columns.length - 1 ? "output" : `layer ${i + 1}`));
  const forward = names.map((name, i): SlowStep => ({ phase: "forward", column: i + 1, title: `Forward, ${name}` }));
  const backward = names.map((name, i): SlowStep => ({ phase: "backward", column: i + 1, title: `Backward, ${name}` }));
  const update = names.map((name, i): SlowStep => ({ phase: "update", column: i + 1, title: `Update, ${name}` }));
  return [
    { phase: "input", column: 0, title: "Input" },
    ...forward,
    { phase: "loss", column: columns.length, title: "Loss" },
    ...backward.reverse(),
    ...update,
  ];
}

/** The layers of the trace that belong to a column: its dense layer, and what follows up to the next one. */
export function layersOfColumn(trace: TraceMessage, columns: DenseColumn[], column: number): [string, LayerTrace][] {
  const names = Object.keys(trace.layers);
  const first = names.indexOf(columns[column - 1]!.name);
  const next = columns[column] ? names.indexOf(columns[column]!.name) : -1;
  return names.slice(first, next < 0 ? undefined : next).map((name) => [name, trace.layers[name]!]);
}

/** The numbers that a column shows at a step: activations until the backward pass has reached it, then gradients. */
export function valuesAt(trace: TraceMessage, columns: DenseColumn[], step: SlowStep, column: number): ColumnValues | null {
  if (column === 0) return { name: "x", values: trace.x };
  const layers = layersOfColumn(trace, columns, column);
  const dense = layers[0]?.[1];
  const activations = row(layers[layers.length - 1]?.[1].a);
  if (!dense || !activations) return null;
  const isReached =
    step.phase === "input" ? false : step.phase === "forward" ? column <= step.column : true;
  if (!isReached) return null;
  if (step.phase === "backward" && column >= step.column) return { name: "dz", values: row(dense.dz) ?? [] };
  if (step.phase === "update") return column <= step.column
    ? { name: "db", values: row(dense.db) ?? [] }
    : { name: "dz", values: row(dense.dz) ?? [] };
  return { name: "a", values: activations };
}

/**
 * What the edges into a column carry at a step, (inputs × units), and which column that is; null if none are active.
 *
 * Forward it is x·W, backward W between dz and da, in the update dW.
 */
export function edgesAt(trace: TraceMessage, columns: DenseColumn[], step: SlowStep): { into: number; values: number[] } | null {
  const into = step.phase === "backward" ? step.column + 1 : step.column;
  if (step.phase === "input" || step.phase === "loss" || into > columns.length) return null;
  const dense = trace.layers[columns[into - 1]!.name];
  if (!dense) return null;
  const W = dense.W as number[][];
  if (step.phase === "update") return { into, values: (dense.dW as number[][]).flatMap((line) => line.map((value) => -value)) };
  const x = row(dense.x)!;
  const dz = row(dense.dz)!;
  const isForward = step.phase === "forward";
  return { into, values: W.flatMap((line, i) => line.map((weight, j) => weight * (isForward ? x[i]! : dz[j]!))) };
}

/** The lines of the formulas of a step, by layer. */
export function formulasAt(trace: TraceMessage, columns: DenseColumn[], step: SlowStep): [string, string[]][] {
  if (step.phase !== "forward" && step.phase !== "backward") return [];
  const direction = step.phase;
  const names = layersOfColumn(trace, columns, step.column).map(([name]) => name);
  if (direction === "backward") names.reverse();
  return names
    .map((name): [string, string[]] => [name, trace.formulas[name]?.[direction] ?? []])
    .filter(([, lines]) => lines.length > 0);
}
