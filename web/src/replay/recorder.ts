// What a page has seen of a training, at moments whose distances grow: from these a replay is made.
import { canonical } from "../model/link";
import type { Answer, Arrays, DataMessage, FrameMessage, StateMessage } from "../types";

/** Number of moments that are kept. */
const MOST = 60;
/** Limit on the bytes that they take. */
const MOST_BYTES = 48e6;

export interface Moment {
  frame: FrameMessage;
  arrays: Arrays;
}

export interface Recording {
  state: StateMessage;
  data: DataMessage;
  points: Arrays;
  moments: Moment[];
}

export class Recorder {
  private state: StateMessage | null = null;
  private data: DataMessage | null = null;
  private points: Arrays = {};
  private moments: Moment[] = [];
  private latest: Moment | null = null;

  /** Take note of a message of the back end. */
  take(answer: Answer, arrays: Arrays): void {
    if (answer.type === "state") {
      const of = (message: StateMessage) => canonical([message.state.data, message.state.layers, message.state.seed]);
      if (this.state && of(this.state) !== of(answer)) this.forget();
      this.state = answer;
    } else if (answer.type === "data") {
      // Other rows of the same choice, such as of another table, before anything was trained.
      if (this.latest?.frame.step === 0) this.forget();
      this.data = answer;
      this.points = arrays;
    } else if (answer.type === "frame") {
      this.takeFrame(answer, arrays);
    }
  }

  /** Everything up to now, or null if there is nothing yet. */
  recording(): Recording | null {
    const { state, data, points, latest, moments } = this;
    if (!state || !data || !latest) return null;
    const last = moments[moments.length - 1];
    const all = last && last.frame.step === latest.frame.step ? moments : [...moments, latest];
    return { state, data, points, moments: all };
  }

  private forget(): void {
    this.moments = [];
    this.latest = null;
  }

  private takeFrame(frame: FrameMessage, { history: _, ...arrays }: Arrays): void {
    if (this.latest && frame.step < this.latest.frame.step) this.forget();
    const findings = frame.findings ?? this.latest?.frame.findings;
    this.latest = { frame: { ...frame, findings }, arrays: { ...this.latest?.arrays, ...arrays } };
    // Only frames with all their pictures: those of different moments do not belong together.
    const last = this.moments[this.moments.length - 1];
    if (!arrays.histograms || (last && frame.step < 1.04 * last.frame.step + 1)) return;
    this.moments.push({ frame: this.latest.frame, arrays: copied(this.latest.arrays) });
    const bytes = Object.values(this.latest.arrays).reduce((sum, one) => sum + one.data.byteLength, 0);
    if (this.moments.length > Math.max(8, Math.min(MOST, MOST_BYTES / bytes))) thin(this.moments);
  }
}

/** Take out the moment that is closest to its neighbors, in terms of the ratio of their steps. */
export function thin(moments: Moment[]): void {
  const at = moments.map((one) => Math.log(one.frame.step + 10));
  let [best, least] = [1, Infinity];
  for (let i = 1; i < at.length - 1; i++) {
    const gap = at[i + 1]! - at[i - 1]!;
    if (gap < least) [best, least] = [i, gap];
  }
  moments.splice(best, 1);
}

const copied = (arrays: Arrays): Arrays =>
  Object.fromEntries(Object.entries(arrays).map(([name, { data, shape }]) => [name, { data: data.slice(), shape }]));
