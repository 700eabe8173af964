import { render } from "preact";
import { Playground } from "./model/playground";
import { socketAddress, socketTransport } from "./transport/socket";
import type { Transport } from "./types";
import { App } from "./views/App";
import "./styles/index.css";

/** Show a playground in an element; the result takes it away again. */
export function mount(element: HTMLElement, transport: Transport, options: { usesLink?: boolean } = {}): () => void {
  const playground = new Playground(transport, options.usesLink ?? false);
  render(<App playground={playground} />, element);
  return () => {
    render(null, element);
    playground.close();
  };
}

// The page of its own has this element; in a notebook the widget calls `mount`.
const page = document.getElementById("glassnet-playground");
if (page) mount(page, socketTransport(socketAddress(location)), { usesLink: true });
