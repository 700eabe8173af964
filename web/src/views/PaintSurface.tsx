import { effect, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { prepared } from "../draw/canvas";
import { css, palette } from "../draw/colors";
import { drawPoints, placeOf, type Domain } from "../draw/points";
import { drawSurface } from "../draw/surface";
import { LIMITS } from "../model/catalog";
import { usePlayground } from "../model/context";
import { theme } from "../model/theme";
import type { Point } from "../types";
import { ClassSymbol } from "./legends";
import { useWidth } from "./use_width";

const DOMAIN: Domain = [[-1.1, 1.1], [-1.1, 1.1]];
/** Least distance between two points of a stroke, and the radius of the eraser, in units of the picture. */
const SPACING = 0.075;
const ERASER = 0.1;
const KEY_STEP = 0.1;

const round = (value: number): number => Math.round(Math.max(-1.1, Math.min(1.1, value)) * 1000) / 1000;

/** The decision surface as a sheet to paint points on, with a finger, a mouse, or the keyboard. */
export function PaintSurface() {
  const playground = usePlayground();
  const frame = useRef<HTMLDivElement>(null);
  const below = useRef<HTMLCanvasElement>(null);
  const above = useRef<HTMLCanvasElement>(null);
  const size = useWidth(frame);
  /** Class of the brush; −1 is the eraser. */
  const brush = useSignal(0);
  const cursor = useSignal<[number, number] | null>(null);
  const stroke = useRef<[number, number] | null>(null);
  const points = playground.painted.value!;
  const place = placeOf(DOMAIN, size);

  useEffect(() => {
    if (!size) return;
    const paint = () => {
      const colors = theme.value;
      const context = prepared(below.current!, size, size);
      const { surface } = playground.latest;
      const classes = playground.data.value?.classes;
      // The server numbers the classes that occur; their colors are those of the brushes.
      const kinds = new Set(playground.painted.value?.map((one) => one[2]));
      if (playground.state.value?.data.kind === "points" && classes && surface && kinds.size > 1) {
        const brushes = classes.map((name) => Number(name.replace(/\D/g, "")) - 1);
        const shown = { shape: surface.shape, data: surface.data.slice() };
        for (let i = 0; i < shown.data.length; i += 2) shown.data[i] = brushes[shown.data[i]!] ?? 0;
        drawSurface(context, size, shown, LIMITS.classes, { middle: 0, side: 1 }, colors);
      }
    };
    const stops = [playground.onPaint((arrays) => { if (arrays.surface) paint(); }), effect(paint)];
    return () => stops.forEach((stop) => stop());
  }, [size]);

  useEffect(() => effect(() => {
    const colors = theme.value;
    if (!size) return;
    const context = prepared(above.current!, size, size);
    const shown = playground.painted.value ?? [];
    drawPoints(context, {
      X: shown.flatMap(([x, y]) => [x, y]), y: shown.map((one) => one[2]), isTest: new Uint8Array(shown.length),
    }, place, null, colors, true);
    if (!cursor.value) return;
    const [px, py] = [place.x(cursor.value[0]), place.y(cursor.value[1])];
    context.strokeStyle = css(palette(colors).ink);
    context.lineWidth = 1.5;
    context.stroke(new Path2D(`M${px - 11} ${py}h8M${px + 3} ${py}h8M${px} ${py - 11}v8M${px} ${py + 3}v8`));
  }), [size]);

  const apply = (x: number, y: number) => {
    const now = playground.painted.peek()!;
    playground.painted.value = brush.peek() < 0
      ? now.filter((one) => Math.hypot(one[0] - x, one[1] - y) > ERASER)
      : now.length < LIMITS.points ? [...now, [round(x), round(y), brush.peek()]] : now;
  };
  const at = (event: PointerEvent) => place.inverse(event.offsetX, event.offsetY);
  const move = (event: PointerEvent) => {
    if (!stroke.current) return;
    const [x, y] = at(event);
    const [lastX, lastY] = stroke.current;
    if (brush.value >= 0 && Math.hypot(x - lastX, y - lastY) < SPACING) return;
    stroke.current = [x, y];
    apply(x, y);
  };
  const end = () => {
    if (!stroke.current) return;
    stroke.current = null;
    send(playground.painted.value!);
  };
  const send = (next: Point[]) => {
    if (new Set(next.map((one) => one[2])).size > 1) playground.set({ data: { kind: "points", points: next } });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const [x, y] = cursor.value ?? [0, 0];
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (by) cursor.value = [round(x + by[0]! * KEY_STEP), round(y + by[1]! * KEY_STEP)];
    else if (event.key === " " || event.key === "Enter") {
      apply(x, y);
      send(playground.painted.value!);
    } else if (/^[0-9]$/.test(event.key)) brush.value = (Number(event.key) + 9) % 10;
    else if (event.key === "e") brush.value = -1;
    else return;
    event.preventDefault();
  };
  const kinds = new Set(points.map((one) => one[2]));
  return (
    <>
      <PaintTools brush={brush} clear={() => { playground.run("pause"); playground.painted.value = []; }} />
      <div class="surface paint" ref={frame}>
        <canvas ref={below} aria-hidden="true" />
        <canvas
          ref={above} tabIndex={0} role="application"
          aria-label="Sheet to paint points on. Arrow keys move the brush, Space paints, the keys 1 to 9 and 0 choose a class, E erases."
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            cursor.value = null;
            const [x, y] = at(event);
            stroke.current = [x, y];
            apply(x, y);
          }}
          onPointerMove={move} onPointerUp={end} onPointerCancel={end} onKeyDown={onKeyDown}
          onFocus={(event) => { if (event.currentTarget.matches(":focus-visible")) cursor.value ??= [0, 0]; }}
          onBlur={() => { cursor.value = null; }}
        />
        {kinds.size < 2 && (
          <p class="hint">{points.length ? "Now choose a second class, and paint some of it." : "Click or drag to paint points."}</p>
        )}
      </div>
      <p class="muted">{points.length} points in {kinds.size} {kinds.size === 1 ? "class" : "classes"}</p>
    </>
  );
}

function PaintTools({ brush, clear }: { brush: { value: number }; clear: () => void }) {
  const choices = [...Array(LIMITS.classes).keys(), -1];
  const move = (event: KeyboardEvent, at: number) => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const next = (at + by + choices.length) % choices.length;
    brush.value = choices[next]!;
    ((event.currentTarget as HTMLElement).parentElement!.children[next] as HTMLElement).focus();
  };
  return (
    <div class="paint-tools">
      <div role="radiogroup" aria-label="Brush" class="brushes">
        {choices.map((choice, at) => (
          <button
            key={choice} type="button" role="radio" aria-checked={brush.value === choice} tabIndex={brush.value === choice ? 0 : -1}
            aria-label={choice < 0 ? "Eraser" : `Class ${choice + 1}`} title={choice < 0 ? "Eraser" : `Class ${choice + 1}`}
            onClick={() => { brush.value = choice; }} onKeyDown={(event) => move(event, at)}
          >
            {choice < 0
              ? <svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="M14.500 4 21 10.500 12.500 19H21v2H7l-4.500-4.500zM5.300 16.500 7.800 19h1.900l2.700-2.700-4.100-4.100z" /></svg>
              : <ClassSymbol index={choice} />}
          </button>
        ))}
      </div>
      <button type="button" class="small" onClick={clear}>Clear</button>
    </div>
  );
}
