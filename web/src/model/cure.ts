// Cures of the doctor's findings, and how to take one back.
import type { Changes, Cure, State } from "../types";

export interface AppliedCure {
  label: string;
  undo: Changes;
  restart: boolean;
}

/** What undoes a cure: the parts of the state that it changes as they were before; null for options that were not set. */
export function changesBack(before: State, cure: Cure): Changes {
  const { data, layers, training } = cure.changes;
  const old = <Part extends object>(part: Part, names: object): Part =>
    Object.fromEntries(Object.keys(names).map((name) => [name, part[name as keyof Part] ?? null])) as Part;
  return {
    ...(data ? { data: old(before.data, data) } : {}),
    ...(layers ? { layers: before.layers } : {}),
    ...(training ? { training: old(before.training, training) } : {}),
  };
}
