// The state in the fragment of the address, as base64url of JSON: a link restores it, and no server sees it.
import type { State } from "../types";

const PREFIX = "#s=";

export function toFragment(state: State): string {
  const bytes = new TextEncoder().encode(JSON.stringify(state));
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return PREFIX + btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The state of a fragment, or null if there is none that can be read. */
export function fromFragment(fragment: string): Partial<State> | null {
  if (!fragment.startsWith(PREFIX)) return null;
  try {
    const text = atob(fragment.slice(PREFIX.length).replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
    const plain: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return plain && typeof plain === "object" && !Array.isArray(plain) ? (plain as Partial<State>) : null;
  } catch {
    return null;
  }
}

/** JSON with sorted keys, so that equal states have equal texts. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
