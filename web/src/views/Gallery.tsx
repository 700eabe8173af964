import { useEffect, useRef, useState } from "preact/hooks";
import { offscreen, prepared } from "../draw/canvas";
import { mix, palette, pixel, css } from "../draw/colors";
import type { Rows } from "../draw/points";
import { usePlayground } from "../model/context";
import { theme } from "../model/theme";
import { count } from "./numbers";
import { useWidth } from "./use_width";

const ACROSS = 8;
const DOWN = 6;
const GAP = 4;
const CAPTION = 13;

/** Training images with their classes; a click follows one of them in slow motion. */
export function Gallery({ rows }: { rows: Rows }) {
  const playground = usePlayground();
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useWidth(frame);
  const [page, setPage] = useState(0);
  const data = playground.data.value!;
  const [height, breadth, channels = 1] = data.image_shape as [number, number, number?];
  const perPage = ACROSS * DOWN;
  const pages = Math.ceil(data.train_rows / perPage);
  const current = Math.min(page, pages - 1);
  const cell = (width + GAP) / ACROSS;
  const side = cell - GAP;
  const traced = playground.trace.value?.row ?? null;

  useEffect(() => {
    if (!width) return;
    const { ink, muted, zero } = palette(theme.value);
    const context = prepared(canvas.current!, width, DOWN * (cell + CAPTION));
    const features = data.features;
    const { canvas: image, pixels, show } = offscreen(breadth, height);
    let largest = 0;
    for (let i = 0; i < rows.X.length; i++) largest = Math.max(largest, rows.X[i]!);
    context.imageSmoothingEnabled = false;
    context.font = "11px system-ui, sans-serif";
    context.textAlign = "center";
    for (let at = 0; at < perPage; at++) {
      const row = current * perPage + at;
      if (row >= data.train_rows) break;
      const [x, y] = [(at % ACROSS) * cell, Math.floor(at / ACROSS) * (cell + CAPTION)];
      for (let i = 0; i < height * breadth; i++) {
        const value = (channel: number): number => (rows.X[row * features + i * channels + channel] ?? 0) / largest;
        pixels[i] = pixel(channels === 3
          ? [255 * value(0), 255 * value(1), 255 * value(2)]
          : mix(zero, ink, value(0)));
      }
      show();
      context.drawImage(image, x, y, side, side);
      context.fillStyle = css(muted);
      context.fillText(data.classes?.[rows.y[row]!] ?? "", x + side / 2, y + side + 11);
      if (row === traced) {
        context.strokeStyle = css(ink);
        context.lineWidth = 2;
        context.strokeRect(x + 1, y + 1, side - 2, side - 2);
      }
    }
  }, [width, current, rows.X, theme.value, traced]);

  const explain = (event: MouseEvent) => {
    const row = current * perPage + Math.floor(event.offsetY / (cell + CAPTION)) * ACROSS + Math.floor(event.offsetX / cell);
    if (row < data.train_rows) playground.askTrace(row);
  };
  const first = current * perPage + 1;
  return (
    <>
      <div class="gallery" ref={frame}>
        <canvas ref={canvas} role="img" onClick={explain}
          aria-label={`Training images ${first} to ${Math.min(first + perPage - 1, data.train_rows)} with their classes`} />
      </div>
      <p class="buttons">
        <button type="button" class="small" disabled={current === 0} onClick={() => setPage(current - 1)}>Previous</button>
        <span class="muted">{count(first)}–{count(Math.min(first + perPage - 1, data.train_rows))} of {count(data.train_rows)}</span>
        <button type="button" class="small" disabled={current >= pages - 1} onClick={() => setPage(current + 1)}>Next</button>
      </p>
    </>
  );
}
