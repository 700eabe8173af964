// The hidden layers as columns of the diagram: a dense layer with what follows it up to the next one.
import type { Spec } from "../types";

export type Normalization = "none" | "batchnorm" | "layernorm";

export interface Column {
  units: number;
  activation: string;
  /** Initial weights: a name, or "auto" for those that suit the activation. */
  init: string;
  normalization: Normalization;
  dropout: number;
  /** Layers that the page has no control for; they are kept as they are. */
  rest: Spec[];
}

export const NEW_COLUMN: Column = {
  units: 8,
  activation: "tanh",
  init: "auto",
  normalization: "none",
  dropout: 0,
  rest: [],
};

const nameOf = (choice: unknown, otherwise: string): string =>
  typeof choice === "string" ? choice : ((choice as Spec | null | undefined)?.name ?? otherwise);

/** Read specs of layers; null if they are no columns that the page can change, such as residual blocks. */
export function columnsOf(layers: Spec[]): Column[] | null {
  const columns: Column[] = [];
  for (const spec of layers) {
    const last = columns[columns.length - 1];
    if (spec.name === "dense") {
      columns.push({
        ...NEW_COLUMN,
        units: Number(spec.units),
        activation: nameOf(spec.activation, "identity"),
        init: nameOf(spec.init, "auto"),
        rest: [],
      });
    } else if (!last) {
      return null;
    } else if (spec.name === "batchnorm" || spec.name === "layernorm") {
      last.normalization = spec.name;
    } else if (spec.name === "activation") {
      last.activation = nameOf(spec.activation, "identity");
    } else if (spec.name === "dropout") {
      last.dropout = Number(spec.rate ?? 0.5);
    } else {
      last.rest.push(spec);
    }
  }
  return columns;
}

/** Specs of columns. With normalization, the activation is a layer of its own, behind it. */
export function layersOf(columns: Column[]): Spec[] {
  return columns.flatMap(({ units, activation, init, normalization, dropout, rest }) => {
    const isNormalized = normalization !== "none";
    const dense: Spec = { name: "dense", units, activation: isNormalized ? "identity" : activation };
    if (init !== "auto") dense.init = init;
    const layers: Spec[] = [dense];
    if (isNormalized) layers.push({ name: normalization }, { name: "activation", activation });
    if (dropout > 0) layers.push({ name: "dropout", rate: dropout });
    return [...layers, ...rest];
  });
}
