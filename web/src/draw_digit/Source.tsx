import type { Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { usePlayground } from "../model/context";
import { NumberInput, Segments } from "../views/fields";
import { count } from "../views/numbers";
import type { Gray } from "./picture";
import { PixelGrid } from "./PixelGrid";
import { clear, Sheet, sheetOf } from "./Sheet";
import { SmallImage } from "./SmallImage";

export type Mode = "draw" | "pixels" | "data" | "picture";

/** Where the image comes from, and what each source holds; a source keeps it while another one is looked at. */
export interface Sources {
  mode: Signal<Mode>;
  ink: HTMLCanvasElement;
  pixels: Signal<ArrayLike<number> | null>;
  row: Signal<number>;
  picture: Signal<Gray | null>;
  isErasing: Signal<boolean>;
}

const SIZE = 208;

/** Images with more pixels on a side are not changed pixel by pixel. */
const LARGEST_GRID = 32;

/** The image that is looked at: drawn, set pixel by pixel, taken from the data, or read from a file. */
export function Source({ sources, open }: { sources: Sources; open: (file: Blob) => void }) {
  const playground = usePlayground();
  const { board } = playground;
  const { mode, ink, pixels, row, picture, isErasing } = sources;
  const data = playground.data.value!;
  const shape = data.image_shape as [number, number];
  const rows = playground.points.value;
  const total = data.train_rows + data.test_rows;
  const at = Math.min(row.value, total - 1);
  const [low, high] = board.drawn.value?.answer.range ?? [0, 16];
  const empty = useRef<number[]>();
  empty.current = empty.current?.length === data.features ? empty.current : new Array<number>(data.features).fill(low);

  // What a source holds is looked at as soon as it is chosen.
  useEffect(() => {
    switch (mode.value) {
      case "draw": return board.show(sheetOf(ink));
      case "data": return board.show({ row: at });
      case "picture": return board.show(picture.value);
      case "pixels":
        pixels.value = board.drawn.peek()?.activations[0] ?? pixels.peek() ?? empty.current!;
        return board.show({ x: Array.from(pixels.value) });
    }
  }, [mode.value, mode.value === "data" ? at : 0, picture.value, data]);

  const choices: { value: Mode; label: string }[] = [
    { value: "draw", label: "Draw" },
    ...(Math.max(...shape) <= LARGEST_GRID ? [{ value: "pixels", label: "Pixels" } as const] : []),
    { value: "data", label: "Data" },
    { value: "picture", label: "Picture" },
  ];
  const setPixels = (next: number[], isSketch: boolean) => {
    pixels.value = next;
    board.show({ x: next }, isSketch);
  };
  return (
    <div class="source">
      <Segments label="Image from" value={mode.value} set={(next) => { mode.value = next; }} choices={choices} />
      {mode.value === "draw" && (
        <>
          <Sheet ink={ink} isErasing={isErasing.value} changed={(sheet, isSketch) => board.show(sheet, isSketch)}
            hint={board.drawn.value || board.mistake.value ? "" : "Draw a digit here"} />
          <div class="buttons">
            <Segments label="Tool" value={isErasing.value ? "eraser" : "pen"} set={(next) => { isErasing.value = next === "eraser"; }}
              choices={[{ value: "pen", label: "Pen" }, { value: "eraser", label: "Eraser" }]} />
            <button type="button" class="small" onClick={() => { clear(ink); isErasing.value = false; board.show(null); }}>Clear</button>
          </div>
        </>
      )}
      {mode.value === "pixels" && (
        <>
          <PixelGrid values={pixels.value ?? empty.current} shape={shape} low={low} high={high} size={SIZE} set={setPixels} />
          <div class="buttons">
            <span class="muted">Click, or press Space</span>
            <button type="button" class="small" onClick={() => setPixels([...empty.current!], false)}>Clear</button>
          </div>
        </>
      )}
      {mode.value === "data" && rows.X && (
        <>
          <div class="sheet">
            <SmallImage values={rows.X.data.subarray(at * data.features, (at + 1) * data.features)} shape={shape}
              scale={{ kind: "ink", low, high }} size={SIZE} label={`Image ${at} of the data`} />
          </div>
          <div class="buttons">
            <button type="button" class="small" aria-label="Previous image" disabled={at === 0} onClick={() => { row.value = at - 1; }}>‹</button>
            <NumberInput label="Number of the image" value={at} min={0} max={total - 1} step={1} set={(value) => { row.value = Math.round(value); }} />
            <button type="button" class="small" aria-label="Next image" disabled={at >= total - 1} onClick={() => { row.value = at + 1; }}>›</button>
            <span class="muted">{at < data.train_rows ? "training" : "test"} row, a {data.classes?.[rows.y!.data[at]!]}</span>
          </div>
          <span class="muted">{count(data.train_rows)} training rows, then {count(data.test_rows)} test rows</span>
        </>
      )}
      {mode.value === "picture" && (
        <>
          <div class="sheet">
            {picture.value
              ? <Photo picture={picture.value} />
              : <p class="hint">Drop a picture here</p>}
          </div>
          <label class="small file">
            Choose a file …
            <input type="file" accept="image/*" class="visually-hidden"
              onChange={(event) => {
                const file = event.currentTarget.files?.[0];
                if (file) open(file);
                event.currentTarget.value = "";
              }} />
          </label>
        </>
      )}
    </div>
  );
}

/** A picture in its own grays. */
function Photo({ picture }: { picture: Gray }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { pixels, width, height } = picture;
  useEffect(() => {
    const context = canvas.current!.getContext("2d")!;
    const image = context.createImageData(width, height);
    pixels.forEach((value, i) => image.data.set([value, value, value, 255], 4 * i));
    context.putImageData(image, 0, 0);
  }, [picture]);
  return <canvas ref={canvas} class="photo" width={width} height={height} role="img" aria-label={`Picture of ${height} by ${width} pixels`} />;
}
