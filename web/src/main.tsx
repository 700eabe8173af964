import { render } from "preact";
import { Playground } from "./model/playground";
import { mount } from "./mount";
import { unpacked } from "./replay/codec";
import { ReplayTransport } from "./replay/transport";
import { socketAddress, socketTransport } from "./transport/socket";
import { App } from "./views/App";
import "./styles/index.css";

/** Show a replay in an element: the page with a recording in place of a back end. */
async function mountReplay(element: HTMLElement): Promise<void> {
  const transport = new ReplayTransport(await unpacked(document.getElementById("glassnet-replay-data")!.textContent!));
  const playground = new Playground(transport, false, true);
  render(<App playground={playground} replay={transport} />, element);
}

const replay = document.getElementById("glassnet-replay");
if (replay) void mountReplay(replay);

const page = document.getElementById("glassnet-playground");
if (page) mount(page, socketTransport(socketAddress(location)), { usesLink: true });
