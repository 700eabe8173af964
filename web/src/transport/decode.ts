import type { Answer, Arrays, Numbers } from "../types";

interface Place {
  name: string;
  dtype: string;
  shape: number[];
  offset: number;
}

type View = new (buffer: ArrayBuffer, offset: number, length: number) => Numbers;

const VIEWS: Record<string, View> = {
  uint8: Uint8Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
};

/** Read a message: the length of the header, the header in JSON, and arrays, which stay views of the message. */
export function decode(message: ArrayBuffer): { answer: Answer; arrays: Arrays } {
  const length = new DataView(message).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(message, 4, length))) as Answer & {
    arrays?: Place[];
  };
  const arrays: Arrays = {};
  for (const { name, dtype, shape, offset } of header.arrays ?? []) {
    const View = VIEWS[dtype];
    if (!View) throw new Error(`unknown dtype ${dtype} of the array ${name}`);
    const count = shape.reduce((product, side) => product * side, 1);
    arrays[name] = { data: new View(message, 4 + length + offset, count), shape };
  }
  return { answer: header, arrays };
}
