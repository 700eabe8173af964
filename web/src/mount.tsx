import { render } from "preact";
import { Playground } from "./model/playground";
import type { Transport } from "./types";
import { App } from "./views/App";

/** Show a playground in an element; the result takes it away again. */
export function mount(element: HTMLElement, transport: Transport, options: { usesLink?: boolean } = {}): () => void {
  const playground = new Playground(transport, options.usesLink ?? false);
  render(<App playground={playground} />, element);
  return () => {
    render(null, element);
    playground.close();
  };
}
