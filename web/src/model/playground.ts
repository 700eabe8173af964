import { batch, signal, type Signal } from "@preact/signals";
import type {
  Action, Answer, Arrays, Changes, Connection, Cure, DataMessage, DenseColumn, ExportKind, Finding, FrameMessage, Point,
  State, StateMessage, TraceMessage, Transport,
} from "../types";
import { Board } from "../draw_digit/board";
import { Recorder } from "../replay/recorder";
import { changesBack, type AppliedCure } from "./cure";
import { History } from "./history";
import { canonical, fromFragment, toFragment } from "./link";

/** How often what is read as text or drawn as curves is renewed while training runs, in milliseconds. */
const SLOW = 125;

export type Painter = (arrays: Arrays) => void;

export interface UnitFocus {
  column: number;
  unit: number;
}

/** Where a mistake is shown: beside the formula, or at the foot of the page. */
export interface Mistake {
  message: string;
  at: "formula" | "page";
}

/** The page's side of one playground: what the back end said last, as signals, and the requests that change it. */
export class Playground {
  readonly connection: Signal<Connection> = signal("connecting");
  /** Why the connection was closed, if the server said so. */
  readonly lostReason = signal("");
  readonly state: Signal<State | null> = signal(null);
  readonly columns: Signal<DenseColumn[]> = signal([]);
  readonly parameters = signal(0);
  readonly lossName = signal("");
  readonly data: Signal<DataMessage | null> = signal(null);
  readonly points: Signal<Arrays> = signal({});
  /** Whether the back end has own data, as far as is known. */
  readonly hasOwn = signal(false);
  /** Names of all columns of own data, as far as they are known. */
  readonly ownColumns: Signal<string[]> = signal([]);
  readonly frame: Signal<FrameMessage | null> = signal(null);
  readonly running = signal(false);
  readonly diverged: Signal<string | null> = signal(null);
  readonly findings: Signal<Finding[]> = signal([]);
  /** The cure that was applied last, and what undoes it. */
  readonly applied: Signal<AppliedCure | null> = signal(null);
  readonly mistake: Signal<Mistake | null> = signal(null);
  readonly notice = signal("");
  readonly trace: Signal<TraceMessage | null> = signal(null);
  /** Which step of the trace is shown. */
  readonly slowStep = signal(0);
  /** The unit that is pointed at; column 0 is the input. */
  readonly focus: Signal<UnitFocus | null> = signal(null);
  /** Counts up when arrays that are shown as text or bars have changed. */
  readonly slowly = signal(0);
  /** Points that are being painted, before the back end has them; null outside of painting. */
  readonly painted: Signal<Point[] | null> = signal(null);

  readonly board = new Board((request) => this.transport.send(request));
  readonly history = new History();
  readonly recorder = new Recorder();
  readonly latest: Arrays = {};
  private painters = new Set<Painter>();
  private waiting: { frame: FrameMessage; arrays: Arrays } | null = null;
  private slowDue = 0;
  private linkTimer = 0;
  private isOpening = true;
  private isAsking = false;
  private next: Changes | null = null;
  private nextRestarts = false;
  private exporting: ((file: File | null) => void) | null = null;

  constructor(private transport: Transport, readonly usesLink: boolean, readonly isReplay = false) {
    transport.onConnection?.((connection, reason) => this.connectionChanged(connection, reason));
    if (!transport.onConnection) this.connection.value = "open";
    transport.onMessage((answer, arrays) => this.receive(answer, arrays));
    if (usesLink) window.addEventListener("hashchange", this.applyLink);
  }

  /** Call `painter` in every animation frame that has new arrays; the result undoes it. */
  onPaint(painter: Painter): () => void {
    this.painters.add(painter);
    return () => this.painters.delete(painter);
  }

  /**
   * Change the state. While the back end has not answered, further changes are put together, so that a slider that is
   * moved quickly does not make a queue. `restart`: begin anew, also after training has diverged.
   */
  set(changes: Changes, restart = false): void {
    this.applied.value = null;
    this.ask(changes, restart);
  }

  private ask(changes: Changes, restart: boolean): void {
    this.mistake.value = null;
    if (this.isAsking) {
      this.nextRestarts ||= restart;
      const { data, training, ...rest } = changes;
      const { data: oldData, training: oldTraining, ...old } = this.next ?? {};
      this.next = {
        ...old, ...rest,
        ...(data || oldData ? { data: { ...oldData, ...data } } : {}),
        ...(training || oldTraining ? { training: { ...oldTraining, ...training } } : {}),
      };
      return;
    }
    this.isAsking = true;
    this.transport.send({ type: "set", changes, ...(restart ? { restart } : {}) });
  }

  private answered(): void {
    this.isAsking = false;
    const [changes, restart] = [this.next, this.nextRestarts];
    this.next = null;
    this.nextRestarts = false;
    if (changes) this.ask(changes, restart);
  }

  /** Apply a cure, and remember the state before it. */
  cure(cure: Cure): void {
    const before = this.state.peek();
    if (!before) return;
    this.set(cure.changes, cure.restart);
    this.applied.value = { label: cure.label, undo: changesBack(before, cure), restart: cure.restart };
  }

  /** Go back to the state before the last cure. */
  undoCure(): void {
    const applied = this.applied.peek();
    if (!applied) return;
    this.set(applied.undo, applied.restart);
  }

  run(action: Action): void {
    if (action === "play") this.trace.value = null;
    this.transport.send({ type: "run", action });
  }

  askTrace(row: number): void {
    if (this.running.value) this.run("pause");
    this.transport.send({ type: "trace", row });
  }

  /** Ask for a file of the back end; null if there is none, for a reason that is shown. */
  askFile(what: ExportKind): Promise<File | null> {
    this.exporting?.(null);
    return new Promise((resolve) => {
      this.exporting = resolve;
      this.transport.send({ type: "export", what });
    });
  }

  private exported(file: File | null): void {
    this.exporting?.(file);
    this.exporting = null;
  }

  get isClassification(): boolean {
    return this.data.value?.classes != null;
  }

  close(): void {
    window.removeEventListener("hashchange", this.applyLink);
    this.transport.close?.();
  }

  private connectionChanged(connection: Connection, reason = ""): void {
    this.connection.value = connection;
    // Attempts that fail have no reason; the first one stays.
    if (reason || connection === "open") this.lostReason.value = reason;
    this.exported(null);
    this.waiting = null;
    this.isAsking = false;
    this.next = null;
    this.nextRestarts = false;
    if (connection === "open") this.isOpening = true;
    else this.running.value = false;
  }

  private receive(answer: Answer, arrays: Arrays): void {
    if (!this.isReplay) this.recorder.take(answer, arrays);
    switch (answer.type) {
      case "state":
        return this.receiveState(answer);
      case "data":
        return batch(() => {
          this.data.value = answer;
          this.points.value = arrays;
          const choice = this.state.value?.data;
          if (choice?.kind === "own" && !choice.components && !choice.columns.length) this.ownColumns.value = answer.names;
        });
      case "frame":
        return this.receiveFrame(answer, arrays);
      case "trace":
        return batch(() => {
          this.trace.value = answer;
          this.slowStep.value = 0;
        });
      case "drawing":
        return this.board.receive(answer, arrays, this.columns.value);
      case "export":
        return this.exported(new File([answer.text ?? (arrays.data!.data as BlobPart)], answer.name, { type: answer.mime }));
      case "error":
        if (answer.of === "draw") return this.board.failed(answer.id!, answer.message);
        this.exported(null);
        this.mistake.value = {
          message: answer.message,
          at: /formula|function|variable/.test(answer.message) ? "formula" : "page",
        };
        return this.answered();
    }
  }

  private receiveState(answer: StateMessage): void {
    batch(() => {
      const old = this.state.value;
      const isOther = old !== null && canonical([old.layers, old.data]) !== canonical([answer.state.layers, answer.state.data]);
      if (isOther) {
        this.trace.value = null;
        // Pictures of a former network would show under the new one until the next frame.
        for (const name of Object.keys(this.latest)) delete this.latest[name];
      }
      this.state.value = answer.state;
      this.running.value = answer.running;
      this.columns.value = answer.layers;
      this.parameters.value = answer.parameters;
      this.lossName.value = answer.loss;
      if (isOther) this.board.forget();
      this.mistake.value = null;
      if (answer.state.data.kind === "own") this.hasOwn.value = true;
      if (this.isReplay) return;
      if (answer.state.data.kind === "points") this.painted.value ??= answer.state.data.points;
      else if (old?.data.kind === "points" || !old) this.painted.value = null;
    });
    this.answered();
    if (this.isOpening) {
      this.isOpening = false;
      this.applyLink();
    }
    this.writeLink();
  }

  /**
   * Draw in the next animation frame, and only then ask for more.
   *
   * The back end may be a frame ahead, to compute while the page draws; what the earlier one had is not lost.
   */
  private receiveFrame(frame: FrameMessage, arrays: Arrays): void {
    const { history, ...views } = arrays;
    if (history) this.history.extend(frame.history_from, history.data);
    const isScheduled = this.waiting !== null;
    const findings = frame.findings ?? this.waiting?.frame.findings;
    this.waiting = { frame: { ...frame, findings }, arrays: { ...this.waiting?.arrays, ...views } };
    if (!isScheduled) requestAnimationFrame(() => this.draw());
  }

  private draw(): void {
    if (!this.waiting) return;
    const { frame, arrays } = this.waiting;
    this.waiting = null;
    Object.assign(this.latest, arrays);
    const now = performance.now();
    batch(() => {
      this.running.value = frame.running;
      this.diverged.value = frame.diverged;
      if (frame.findings && canonical(frame.findings) !== canonical(this.findings.peek())) {
        this.findings.value = frame.findings;
      }
      if (now >= this.slowDue || !frame.running) {
        this.slowDue = now + SLOW;
        this.frame.value = frame;
        this.slowly.value++;
      }
    });
    for (const painter of this.painters) painter(arrays);
    this.transport.send({ type: "seen", number: frame.number });
  }

  private applyLink = (): void => {
    const state = this.usesLink ? fromFragment(location.hash) : null;
    const now = this.state.value;
    if (!state || !now) return;
    const merged = { ...now, ...state, data: { ...now.data, ...state.data } };
    if (canonical(merged) === canonical(now)) return;
    // Options that the link does not have are the defaults, not those that the server happens to have.
    const none = Object.fromEntries(Object.keys(now.training).map((name) => [name, null]));
    this.set({ ...state, training: { ...none, ...state.training } });
  };

  private writeLink(): void {
    if (!this.usesLink) return;
    window.clearTimeout(this.linkTimer);
    // Browsers allow only some hundred changes of the address in half a minute.
    this.linkTimer = window.setTimeout(() => {
      if (this.state.value) window.history.replaceState(null, "", toFragment(this.state.value));
    }, 400);
  }
}
