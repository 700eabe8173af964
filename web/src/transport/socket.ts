import type { Connection, Request, Transport } from "../types";
import { decode } from "./decode";

const FIRST_WAIT = 500;
const LONGEST_WAIT = 8000;

/** The address of the page's own server, with the token that the page was opened with. */
export function socketAddress(place: Location): string {
  const scheme = place.protocol === "https:" ? "wss" : "ws";
  const token = new URLSearchParams(place.search).get("token") ?? "";
  return `${scheme}://${place.host}/socket?token=${encodeURIComponent(token)}`;
}

/** Take the token out of the address bar; the browser has a cookie by now, so a reload works all the same. */
function hideToken(): void {
  if (location.search) window.history.replaceState(null, "", location.pathname + location.hash);
}

/** A transport over a WebSocket, which connects again, after longer and longer waits, when the server is gone. */
export function socketTransport(address: string): Transport {
  let socket: WebSocket | null = null;
  let wait = FIRST_WAIT;
  let timer = 0;
  let isClosed = false;
  let receive: Parameters<Transport["onMessage"]>[0] = () => {};
  let changed: (connection: Connection, reason?: string) => void = () => {};

  function connect(): void {
    const current = new WebSocket(address);
    current.binaryType = "arraybuffer";
    socket = current;
    let isServed = false;
    current.onmessage = (event) => {
      // Only now: a server that has no room for another page opens the connection, and closes it at once.
      if (!isServed) {
        isServed = true;
        wait = FIRST_WAIT;
        hideToken();
        changed("open");
      }
      const { answer, arrays } = decode(event.data as ArrayBuffer);
      receive(answer, arrays);
    };
    current.onclose = ({ reason }) => {
      if (isClosed) return;
      changed("lost", reason);
      timer = window.setTimeout(connect, wait);
      wait = Math.min(2 * wait, LONGEST_WAIT);
    };
  }

  return {
    send(request: Request): void {
      if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(request));
    },
    onMessage(callback): void {
      receive = callback;
      if (!socket) connect();
    },
    onConnection(callback): void {
      changed = callback;
    },
    close(): void {
      isClosed = true;
      window.clearTimeout(timer);
      socket?.close();
    },
  };
}
