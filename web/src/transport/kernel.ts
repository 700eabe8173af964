import type { Request, Transport } from "../types";
import { decode } from "./decode";

/** What the widget uses of an anywidget model. */
export interface Model {
  get(name: string): unknown;
  send(content: unknown): void;
  on(event: "msg:custom", callback: (content: unknown, buffers: DataView[]) => void): void;
  off(event: "msg:custom", callback: (content: unknown, buffers: DataView[]) => void): void;
}

/** One view of a widget; all views of a widget share one model, and each has a number. */
export interface KernelView {
  transport: Transport;
  /** Ask the kernel for everything there is to show, and for what changes from now on. */
  join(): void;
  /** Tell the kernel that nobody looks. */
  leave(): void;
}

/** Messages over the channel of a widget; `onFirst` is called before the first message is handed on. */
export function kernelView(model: Model, onFirst: () => void): KernelView {
  const page = 1 + Math.floor(Math.random() * 2 ** 31);
  let receive: Parameters<Transport["onMessage"]>[0] = () => {};
  let isFirst = true;

  function take(content: unknown, buffers: DataView[]): void {
    const { to } = content as { to: number | null };
    const buffer = buffers[0];
    if (!buffer || (to !== null && to !== page)) return;
    if (isFirst) {
      isFirst = false;
      onFirst();
    }
    // A copy, since arrays must begin at a multiple of their size.
    const bytes = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength).slice();
    const { answer, arrays } = decode(bytes.buffer);
    receive(answer, arrays);
  }

  function send(request: Request | { type: "join" } | { type: "leave" }): void {
    try {
      model.send({ page, request });
    } catch {
      // There is no kernel: the picture stays.
    }
  }

  model.on("msg:custom", take);
  return {
    join: () => send({ type: "join" }),
    leave: () => send({ type: "leave" }),
    transport: {
      send,
      onMessage(callback): void {
        receive = callback;
      },
      close(): void {
        model.off("msg:custom", take);
      },
    },
  };
}
