import { useEffect, useRef } from "preact/hooks";
import { grayPixels, type Gray } from "./picture";

/** Pixels of the sheet on a side, and the widths of the pen and the eraser in them. */
export const SIDE = 112;
const PEN = 10;
const ERASER = 22;

/** A sheet to draw on with a mouse, a finger, or a pen. The ink is kept in `ink`, so that it outlives the sheet. */
export function Sheet({ ink, isErasing, changed, hint }: {
  ink: HTMLCanvasElement; isErasing: boolean; changed: (sheet: Gray | null, isSketch: boolean) => void; hint: string;
}) {
  const holder = useRef<HTMLDivElement>(null);
  const last = useRef<[number, number] | null>(null);
  const waiting = useRef(0);

  useEffect(() => {
    holder.current!.prepend(ink);
    return () => {
      cancelAnimationFrame(waiting.current);
      ink.remove();
    };
  }, [ink]);

  const report = (isSketch: boolean) => {
    cancelAnimationFrame(waiting.current);
    waiting.current = 0;
    changed(sheetOf(ink), isSketch);
  };
  const stroke = (event: PointerEvent) => {
    const box = ink.getBoundingClientRect();
    for (const one of event.getCoalescedEvents?.().length ? event.getCoalescedEvents() : [event]) {
      const at: [number, number] = [
        ((one.clientX - box.left) / box.width) * SIDE, ((one.clientY - box.top) / box.height) * SIDE,
      ];
      const context = contextOf(ink);
      context.strokeStyle = isErasing ? "#fff" : "#000";
      context.lineWidth = isErasing ? ERASER : PEN;
      context.beginPath();
      context.moveTo(...(last.current ?? at));
      context.lineTo(...at);
      context.stroke();
      last.current = at;
    }
    if (!waiting.current) waiting.current = requestAnimationFrame(() => { waiting.current = 0; report(true); });
  };
  const end = () => {
    if (!last.current) return;
    last.current = null;
    report(false);
  };
  return (
    <div
      ref={holder} class="sheet" role="img" aria-label="Sheet to draw on; with the keyboard, choose Pixels"
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        stroke(event);
      }}
      onPointerMove={(event) => { if (last.current) stroke(event); }} onPointerUp={end} onPointerCancel={end}
    >
      {hint && <p class="hint">{hint}</p>}
    </div>
  );
}

/** An empty sheet. */
export function emptySheet(): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  clear(canvas);
  return canvas;
}

export function clear(ink: HTMLCanvasElement): void {
  const context = contextOf(ink);
  context.fillStyle = "#fff";
  context.fillRect(0, 0, SIDE, SIDE);
  context.lineCap = context.lineJoin = "round";
}

/** The gray values of a sheet, or null if it is empty. */
export function sheetOf(ink: HTMLCanvasElement): Gray | null {
  const pixels = grayPixels(contextOf(ink), SIDE, SIDE);
  return pixels.some((value) => value < 200) ? { pixels, width: SIDE, height: SIDE } : null;
}

const contextOf = (ink: HTMLCanvasElement): CanvasRenderingContext2D => ink.getContext("2d", { willReadFrequently: true })!;
