import { useRef, useState } from "preact/hooks";
import { short } from "../views/numbers";
import type { Numbers } from "./board";
import { SmallImage } from "./SmallImage";

const KEY_STEPS = 8;

/** The image as the network gets it, to change pixel by pixel: with the arrow keys and Space, or by clicking. */
export function PixelGrid({ values, shape, low, high, size, set }: {
  values: Numbers; shape: [number, number]; low: number; high: number; size: number;
  set: (values: number[], isSketch: boolean) => void;
}) {
  const [height, width] = shape;
  const [cursor, setCursor] = useState<number | null>(null);
  const painting = useRef<number | null>(null);
  const said = useRef<HTMLParagraphElement>(null);
  const middle = (low + high) / 2;
  const at = cursor ?? Math.floor(height / 2) * width + Math.floor(width / 2);

  const change = (pixel: number, value: number, isSketch: boolean) => {
    const next = Array.from(values);
    next[pixel] = Math.max(low, Math.min(high, value));
    set(next, isSketch);
    say(pixel, next[pixel]);
  };
  const say = (pixel: number, value: number) => {
    said.current!.textContent = `Row ${Math.floor(pixel / width) + 1}, column ${(pixel % width) + 1}: ${short(value)}`;
  };
  const pixelOf = (event: PointerEvent): number => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const part = (offset: number, side: number, count: number) =>
      Math.max(0, Math.min(count - 1, Math.floor((offset / side) * count)));
    return part(event.clientY - box.top, box.height, height) * width + part(event.clientX - box.left, box.width, width);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const [row, column] = [Math.floor(at / width), at % width];
    const target = {
      ArrowLeft: row * width + Math.max(0, column - 1), ArrowRight: row * width + Math.min(width - 1, column + 1),
      ArrowUp: Math.max(0, row - 1) * width + column, ArrowDown: Math.min(height - 1, row + 1) * width + column,
    }[event.key];
    if (target !== undefined) {
      setCursor(target);
      say(target, values[target]!);
    } else if (event.key === " " || event.key === "Enter") change(at, values[at]! > middle ? low : high, false);
    else if (event.key === "+") change(at, values[at]! + (high - low) / KEY_STEPS, false);
    else if (event.key === "-") change(at, values[at]! - (high - low) / KEY_STEPS, false);
    else return;
    event.preventDefault();
  };
  return (
    <div
      class="sheet pixels" tabIndex={0} role="application"
      aria-label={`Image of ${height} by ${width} pixels. Arrow keys move, Space sets or clears a pixel, plus and minus change it.`}
      onKeyDown={onKeyDown}
      onFocus={(event) => { if (event.currentTarget.matches(":focus-visible")) setCursor(at); }} onBlur={() => setCursor(null)}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        const pixel = pixelOf(event);
        painting.current = values[pixel]! > middle ? low : high;
        change(pixel, painting.current, true);
      }}
      onPointerMove={(event) => {
        const pixel = pixelOf(event);
        if (painting.current !== null && values[pixel] !== painting.current) change(pixel, painting.current, true);
      }}
      onPointerUp={() => {
        if (painting.current !== null) set(Array.from(values), false);
        painting.current = null;
      }}
      onPointerCancel={() => { painting.current = null; }}
    >
      <SmallImage values={values} shape={shape} scale={{ kind: "ink", low, high }} size={size} label="" cursor={cursor} />
      <p ref={said} class="visually-hidden" aria-live="polite" />
    </div>
  );
}
