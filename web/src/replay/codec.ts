// A recording as text: numbers of few bits, differences from moment to moment, deflated, in base64.
import type { Arrays, DataMessage, FrameMessage, NumberArray, Numbers, StateMessage } from "../types";
import { thin, type Moment, type Recording } from "./recorder";
import { quantized, restored, type Packed, type Quality } from "./quantize";

/** From the best to the smallest: number of moments, side of a unit's picture, and steps of a weight on each side of 0. */
const QUALITIES: (Quality & { moments: number })[] = [
  { moments: 60, side: 20, levels: 127 },
  { moments: 48, side: 16, levels: 127 },
  { moments: 40, side: 14, levels: 63 },
  { moments: 30, side: 12, levels: 63 },
  { moments: 22, side: 10, levels: 31 },
  { moments: 14, side: 8, levels: 31 },
  { moments: 8, side: 8, levels: 15 },
  { moments: 4, side: 8, levels: 7 },
];

/** Limit on the numbers of rows that a replay shows. */
const MOST_NUMBERS = 250_000;

interface Header {
  state: StateMessage;
  data: DataMessage;
  frames: FrameMessage[];
  points: Packed[];
  history: Packed;
  arrays: Packed[][];
}

export interface Replay {
  state: StateMessage;
  data: DataMessage;
  points: Arrays;
  moments: Moment[];
  /** Rows of the learning curves. */
  history: NumberArray;
}

/** Return a recording as text of at most so many characters, in the best quality that is short enough. */
export async function packed(recording: Recording, history: NumberArray, most: number): Promise<string> {
  let text = "";
  for (const quality of QUALITIES) {
    const moments = [...recording.moments];
    while (moments.length > quality.moments) thin(moments);
    text = toBase64(await deflated(bytesOf({ ...recording, moments }, history, quality)));
    if (text.length <= most) return text;
  }
  throw new Error("This network is too large for a replay of less than a megabyte.");
}

export async function unpacked(text: string): Promise<Replay> {
  const bytes = await inflated(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)));
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))) as Header;
  let at = 4 + length;
  const read = (packed: Packed, before?: Uint8Array): Uint8Array => {
    const part = bytes.slice(at, (at += packed.bytes));
    if (packed.isDifference && before) for (let i = 0; i < part.length; i++) part[i] = part[i]! + before[i]!;
    return part;
  };
  const points = Object.fromEntries(header.points.map((one) => [one.name, restored(one, read(one))]));
  const history = restored(header.history, read(header.history));
  const moments = header.frames.map((frame): Moment => ({ frame, arrays: {} }));
  // The bytes of an array follow each other from moment to moment.
  for (const line of header.arrays) {
    let before: Uint8Array | undefined;
    line.forEach((one) => {
      const part = read(one, before);
      before = part;
      moments[one.moment!]!.arrays[one.name] = restored(one, part);
    });
  }
  return { state: header.state, data: header.data, points, moments, history };
}

function bytesOf(recording: Recording, history: NumberArray, quality: Quality): Uint8Array {
  const parts: Uint8Array[] = [];
  const put = (name: string, array: NumberArray, quality: Quality, before?: Uint8Array): [Packed, Uint8Array] => {
    const { packed, bytes } = quantized(name, array, quality);
    const isDifference = packed.isDifference && before?.length === bytes.length;
    parts.push(isDifference ? bytes.map((value, i) => value - before![i]!) : bytes);
    return [{ ...packed, isDifference }, bytes];
  };
  const { data, points } = shortened(recording);
  const columns = recording.state.layers.map((one) => one.units);
  const sizes = columns.map((units, i) => units * (i ? columns[i - 1]! : data.features));
  const scales = largestWeights(recording.moments, sizes);
  const header: Header = {
    state: { ...recording.state, running: false },
    data,
    frames: recording.moments.map(({ frame }) => ({
      ...frame, running: false, findings: frame.findings?.map((one) => ({ ...one, cure: null })) ?? [],
    })),
    points: Object.entries(points).map(([name, array]) => put(name, array, quality)[0]),
    history: put("history", history, quality)[0],
    arrays: [],
  };
  const names = new Set(recording.moments.flatMap(({ arrays }) => Object.keys(arrays)));
  for (const name of names) {
    let before: Uint8Array | undefined;
    const line: Packed[] = [];
    recording.moments.forEach(({ arrays }, moment) => {
      const array = arrays[name];
      if (!array) return;
      const [packed, bytes] = put(name, array, { ...quality, sizes, scales }, before);
      before = bytes;
      line.push({ ...packed, moment });
    });
    header.arrays.push(line);
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const length = new Uint8Array(new Uint32Array([json.length]).buffer);
  return joined([length, json, ...parts]);
}

/** The largest weight of each column in all moments, so that equal numbers are equal weights. */
function largestWeights(moments: Moment[], sizes: number[]): number[] {
  const largest = sizes.map(() => 1e-12);
  for (const { arrays } of moments) {
    const values = arrays.weights?.data;
    let at = 0;
    sizes.forEach((size, column) => {
      for (const end = at + size; values && at < end; at++) {
        const value = Math.abs(values[at]!);
        if (value > largest[column]! && value < Infinity) largest[column] = value;
      }
    });
  }
  return largest;
}

/** The rows that are drawn: of images those that fit, of other rows that are no points only the targets. */
function shortened({ data, points }: Recording): { data: DataMessage; points: Arrays } {
  const { X, y, is_test: isTest } = points as { X: NumberArray; y: NumberArray; is_test: NumberArray };
  if (!data.image_shape && !data.domain) return { data, points: { X: { data: new Float32Array(0), shape: [0] }, y, is_test: isTest } };
  const rows = Math.min(y.data.length, Math.floor(MOST_NUMBERS / data.features));
  const some = (array: NumberArray, each = 1): NumberArray => ({ ...array, data: array.data.slice(0, rows * each) as Numbers });
  const image = some(X, data.features);
  return {
    data: { ...data, train_rows: Math.min(data.train_rows, rows) },
    points: { [data.image_shape ? "images" : "X"]: image, y: some(y), is_test: some(isTest) },
  };
}

function joined(parts: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, one) => sum + one.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

async function through(bytes: Uint8Array, stream: CompressionStream | DecompressionStream): Promise<Uint8Array> {
  const readable = new Blob([bytes as BlobPart]).stream().pipeThrough(stream as ReadableWritablePair<Uint8Array, Uint8Array>);
  return new Uint8Array(await new Response(readable).arrayBuffer());
}

const deflated = (bytes: Uint8Array) => through(bytes, new CompressionStream("deflate-raw"));
const inflated = (bytes: Uint8Array) => through(bytes, new DecompressionStream("deflate-raw"));

function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}
