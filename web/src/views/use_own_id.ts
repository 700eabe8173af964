import { useState } from "preact/hooks";

let next = 0;

/** An id that no other element of the page has; Preact's own ids begin anew in each mounted element. */
export function useOwnId(): string {
  return useState(() => `gnp-${next++}`)[0];
}
