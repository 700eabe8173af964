import { FIELDS, EPOCH } from "../model/history";
import { signal, type Signal } from "@preact/signals";
import type { Answer, Arrays, Transport } from "../types";
import type { Replay } from "./codec";

/** A transport that answers from a recording: the page shows one of its moments, and `show` chooses which. */
export class ReplayTransport implements Transport {
  readonly at: Signal<number>;
  private receive: (answer: Answer, arrays: Arrays) => void = () => {};

  constructor(readonly replay: Replay) {
    this.at = signal(replay.moments.length - 1);
  }

  send(): void {} // nobody is there to ask

  onMessage(receive: (answer: Answer, arrays: Arrays) => void): void {
    this.receive = receive;
    receive(this.replay.state, {});
    receive(this.replay.data, this.replay.points);
    this.show(this.at.value);
  }

  /** Show a moment, from 0 on. */
  show(at: number): void {
    const { moments, history } = this.replay;
    this.at.value = Math.max(0, Math.min(moments.length - 1, at));
    const { frame, arrays } = moments[this.at.value]!;
    let rows = 0;
    while (rows * FIELDS < history.data.length && history.data[rows * FIELDS + EPOCH]! <= frame.epoch) rows++;
    const known = { data: history.data.subarray(0, rows * FIELDS), shape: [rows, FIELDS] };
    this.receive({ ...frame, history_from: 0 }, { ...arrays, history: known });
  }
}
