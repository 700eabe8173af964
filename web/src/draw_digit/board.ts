// A drawn digit, a picture, or an image of the data, and what the network made of it.
import { batch, signal, type Signal } from "@preact/signals";
import type { Arrays, DenseColumn, DrawingMessage, DrawRequest } from "../types";

/** What is sent as an image: gray values of a sheet, a row in its own units, or the number of a row of the data. */
export type Image = { pixels: number[]; width: number; height: number } | { x: number[] } | { row: number };

export type Numbers = ArrayLike<number>;

export interface Drawn {
  answer: DrawingMessage;
  arrays: Arrays;
  /** Values of each column of the diagram, the input first. */
  activations: Numbers[];
  /** Contributions of each column, the input first, without the output. */
  contributions: Numbers[];
}

export interface Change {
  facts: NonNullable<DrawingMessage["change"]>;
  against: number;
  before: Numbers;
  changed: Numbers | null;
}

export type UnitsShow = "activations" | "contributions" | "weights";

/** Shortest time between two looks at the same image while the network trains, and longest wait for an answer. */
const AGAIN = 400;
/** An answer may take this share of the time at most, so that it does not slow the training down. */
const BUSY = 0.1;
const PATIENCE = 4000;

/** The image that is looked at. One question is under way at a time; of those that came meanwhile, the last one is next. */
export class Board {
  readonly drawn: Signal<Drawn | null> = signal(null);
  readonly change: Signal<Change | null> = signal(null);
  readonly mistake = signal("");
  /** Class that the prediction is compared with; null for the runner-up. */
  readonly against: Signal<number | null> = signal(null);
  readonly unitsShow: Signal<UnitsShow> = signal("activations");
  private image: Image | null = null;
  private number = 0;
  private askedAt = -Infinity;
  private isAsking = false;
  private next: { isSketch: boolean } | null = null;
  private timer = 0;
  private cost = 0;

  constructor(private send: (request: DrawRequest) => void) {}

  /** Look at an image. isSketch: whether it is still being drawn, so that nothing is searched for yet. */
  show(image: Image | null, isSketch = false): void {
    this.image = image;
    if (image) return this.ask(isSketch);
    this.next = null;
    batch(() => {
      this.drawn.value = this.change.value = null;
      this.mistake.value = "";
    });
  }

  compareWith(against: number | null): void {
    this.against.value = against;
    this.ask(false);
  }

  /** Look at the same image again, since the network has changed. */
  refresh(): void {
    if (!this.image || this.timer) return;
    const wait = Math.max(0, this.askedAt + Math.max(AGAIN, this.cost / BUSY) - performance.now());
    this.timer = window.setTimeout(() => {
      this.timer = 0;
      this.ask(false);
    }, wait);
  }

  /** The network has other units, so nothing that is known of them holds. */
  forget(): void {
    this.drawn.value = this.change.value = null;
    this.number++;
    this.isAsking = false;
    this.refresh();
  }

  receive(answer: DrawingMessage, arrays: Arrays, columns: DenseColumn[]): void {
    if (answer.id === this.number && this.image) {
      const pixels = arrays.row!.data;
      const units = columns.map((one) => one.units);
      batch(() => {
        this.mistake.value = "";
        this.drawn.value = {
          answer, arrays,
          activations: [pixels, ...split(arrays.activations!.data, units)],
          contributions: split(arrays.contributions!.data, [pixels.length, ...units.slice(0, -1)]),
        };
        if (answer.change) {
          const { change: facts, against } = answer;
          this.change.value = { facts, against, before: pixels, changed: arrays.changed?.data ?? null };
        }
      });
    }
    this.answered();
  }

  failed(id: number, message: string): void {
    if (id === this.number && this.image) {
      batch(() => {
        this.drawn.value = this.change.value = null;
        this.mistake.value = message;
      });
    }
    this.answered();
  }

  private answered(): void {
    this.isAsking = false;
    this.cost = performance.now() - this.askedAt;
    const next = this.next;
    this.next = null;
    if (next) this.ask(next.isSketch);
  }

  private ask(isSketch: boolean): void {
    if (!this.image) return;
    const now = performance.now();
    if (this.isAsking && now < this.askedAt + PATIENCE) {
      this.next = { isSketch };
      return;
    }
    this.isAsking = true;
    this.askedAt = now;
    this.send({ type: "draw", id: ++this.number, against: this.against.peek(), change: !isSketch, ...this.image });
  }
}

function split(flat: Numbers, sizes: number[]): Numbers[] {
  let start = 0;
  return sizes.map((size) => Array.prototype.slice.call(flat, start, (start += size)) as number[]);
}
