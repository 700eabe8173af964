// The messages between the page and the back end, and the state they carry.

/** A choice by name, with options: `{name: "sgd", learning_rate: 0.1}`. */
export type Spec = { name: string } & Record<string, unknown>;

export type Kind = "moons" | "circles" | "spirals" | "blobs" | "above" | "surface" | "digits" | "points" | "own";

/** x, y, and the class of a painted point. */
export type Point = [number, number, number];

export interface DataChoice {
  kind: Kind;
  rows: number;
  noise: number;
  test_share: number;
  seed: number;
  formula: string;
  points: Point[];
  columns: string[];
  components: boolean;
}

export interface Training {
  optimizer?: string | Spec;
  schedule?: string | Spec;
  loss?: string | Spec;
  batch_size?: number;
  shuffle?: boolean;
  l1?: number;
  l2?: number;
  weight_decay?: number;
  clip_norm?: number;
  clip_value?: number;
}

export interface State {
  data: DataChoice;
  layers: Spec[];
  training: Training;
  seed: number;
}

/** Parts of the state to change; those of data and training one by one, null for the default. */
export interface Changes {
  data?: Partial<DataChoice>;
  layers?: Spec[];
  training?: { [name in keyof Training]?: Training[name] | null };
  seed?: number;
}

export type Action = "play" | "pause" | "epoch" | "batch" | "reset";

export type Request =
  | { type: "set"; changes: Changes; restart?: boolean }
  | { type: "run"; action: Action }
  | { type: "seen"; number: number }
  | { type: "trace"; row: number }
  | { type: "predict"; id: number; x: number[] }
  | DrawRequest
  | { type: "export"; what: ExportKind };

/** An image to look at: gray values, a row in its own units, or the number of a row of the data. */
export type DrawRequest = { type: "draw"; id: number; against: number | null; change: boolean } & (
  { pixels: number[]; width: number; height: number } | { x: number[] } | { row: number }
);

/** Files of the back end; "replay" is a page without its recording. */
export type ExportKind = "python" | "recipe" | "model" | "replay";

/** A column of units behind the input; the last one is the output. */
export interface DenseColumn {
  name: string;
  units: number;
}

export interface StateMessage {
  type: "state";
  state: State;
  running: boolean;
  layers: DenseColumn[];
  parameters: number;
  loss: string;
}

export interface DataMessage {
  type: "data";
  domain: [[number, number], [number, number]] | null;
  features: number;
  names: string[];
  classes: string[] | null;
  image_shape: number[] | null;
  train_rows: number;
  test_rows: number;
}

/** A change of the state that cures a finding; `restart`: begin anew with it. */
export interface Cure {
  label: string;
  changes: Changes;
  restart: boolean;
}

export interface Finding {
  rule: string;
  severity: "info" | "warning" | "error";
  subject: string;
  message: string;
  /** What it means for the training, and what to do. */
  meaning: string;
  advice: string;
  cure: Cure | null;
}

export interface FrameMessage {
  type: "frame";
  number: number;
  epoch: number;
  step: number;
  batch: number;
  batches: number;
  running: boolean;
  learning_rate: number;
  epochs_per_second: number;
  history_from: number;
  diverged: string | null;
  findings?: Finding[];
}

/** Arrays of a layer in the trace of one row; x, z, a and so on have one row. */
export type LayerTrace = Record<string, number[] | number[][]>;

export interface TraceMessage {
  type: "trace";
  row: number;
  x: number[];
  loss: number;
  output: number[][];
  layers: Record<string, LayerTrace>;
  formulas: Record<string, { forward?: string[]; backward?: string[] }>;
}

export interface PredictionMessage {
  type: "prediction";
  id: number;
  output: number[];
}

/** What the network made of an image; the arrays are described in `drawing.py`. */
export interface DrawingMessage {
  type: "drawing";
  id: number;
  output: number[];
  predicted: number;
  against: number;
  margin: number;
  range: [number, number];
  change?: { found: boolean; reason?: string; pixels?: number; output?: number[] };
}

/** A file: its text, or its bytes as the array "data". */
export interface ExportMessage {
  type: "export";
  what: ExportKind;
  name: string;
  mime: string;
  text?: string;
}

export interface ErrorMessage {
  type: "error";
  message: string;
  /** Request that it answers, if that is a drawing. */
  of?: "draw";
  id?: number;
}

export type Answer = StateMessage | DataMessage | FrameMessage | TraceMessage | PredictionMessage | DrawingMessage
  | ExportMessage | ErrorMessage;

export type Numbers = Uint8Array | Int32Array | Float32Array | Float64Array;

export interface NumberArray {
  data: Numbers;
  shape: number[];
}

export type Arrays = Record<string, NumberArray>;

export type Connection = "connecting" | "open" | "lost";

/** How messages travel: a WebSocket on a page of its own, the kernel's comm in a notebook. */
export interface Transport {
  send(request: Request): void;
  onMessage(receive: (answer: Answer, arrays: Arrays) => void): void;
  onConnection?(changed: (connection: Connection, reason?: string) => void): void;
  close?(): void;
}
