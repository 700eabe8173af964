// What is known of one unit: its name, its bias, and its incoming weights.
import type { Playground, UnitFocus } from "../model/playground";
import type { Layout } from "./layout";

export function nameOf(playground: Playground, layout: Layout, { column, unit }: UnitFocus): string {
  const data = playground.data.peek();
  if (column === 0) {
    const width = data?.image_shape?.[1];
    if (width) return `pixel ${Math.floor(unit / width) + 1}, ${(unit % width) + 1}`;
    return data?.names[unit] ?? `feature ${unit + 1}`;
  }
  if (column === layout.columns.length - 1) return data?.classes?.[unit] ? `output, ${data.classes[unit]}` : "output";
  return `layer ${column}, unit ${unit + 1}`;
}

export interface Incoming {
  bias: number | null;
  /** The largest first. */
  weights: { name: string; value: number }[];
  count: number;
}

export function incoming(playground: Playground, layout: Layout, at: UnitFocus): Incoming {
  const { weights, biases } = playground.latest;
  const counts = layout.columns.map((one) => one.units.length);
  if (at.column === 0 || !weights || !biases) return { bias: null, weights: [], count: 0 };
  let start = 0;
  let place = 0;
  for (let column = 1; column < at.column; column++) {
    start += counts[column - 1]! * counts[column]!;
    place += counts[column]!;
  }
  const inputs = counts[at.column - 1]!;
  const found = Array.from({ length: inputs }, (_, input) => ({
    name: nameOf(playground, layout, { column: at.column - 1, unit: input }),
    value: weights.data[start + input * counts[at.column]! + at.unit]!,
  }));
  found.sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
  return { bias: biases.data[place + at.unit] ?? null, weights: found, count: inputs };
}
