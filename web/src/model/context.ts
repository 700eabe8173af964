import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Playground } from "./playground";

export const PlaygroundContext = createContext<Playground | null>(null);

export function usePlayground(): Playground {
  const playground = useContext(PlaygroundContext);
  if (!playground) throw new Error("a view stands outside of a playground");
  return playground;
}
