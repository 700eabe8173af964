import { effect, type Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { prepared } from "../draw/canvas";
import { css, palette } from "../draw/colors";
import type { Drawn, UnitsShow } from "../draw_digit/board";
import { drawEdges } from "../draw/edges";
import { drawSurface, numberScale } from "../draw/surface";
import { drawUnits, UnitPictures } from "../draw/units";
import { usePlayground } from "../model/context";
import { edgesAt, stepsOf, valuesAt, type ColumnValues } from "../model/slowmotion";
import { theme } from "../model/theme";
import type { NumberArray } from "../types";
import { tiny } from "../views/numbers";
import { LONGEST, MOST_NAMES, type EdgeKind } from "./Diagram";
import { meanImage, takeWeights } from "./pictures";
import type { Layout, UnitPlace } from "./layout";

/** Share of the time that lines may take, so that a network with very many of them does not slow the page down. */
const BUSY = 0.35;
/** Milliseconds between two frames above which the machine is busy, and lines are renewed only now and then. */
const [SLOW, SELDOM] = [36, 100];

/** The lines of the network on one canvas, renewed with each frame, and the units on another, renewed less often. */
export function DiagramCanvas({ layout, kind }: { layout: Layout; kind: Signal<EdgeKind> }) {
  const playground = usePlayground();
  const edges = useRef<HTMLCanvasElement>(null);
  const units = useRef<HTMLCanvasElement>(null);

  useEffect(() => {
    const pictures = new UnitPictures();
    const weights: (UnitPictures | undefined)[] = [];
    let drawnAt = 0;
    let cost = 0;
    let paintedAt = 0;
    let pace = 16;

    const columns = () => playground.columns.peek();
    const slow = () => {
      const trace = playground.trace.value;
      return trace ? { trace, step: stepsOf(columns())[playground.slowStep.value]! } : null;
    };
    const paintEdges = () => {
      const began = performance.now();
      const context = prepared(edges.current!, layout.width, layout.height);
      // All signals are read on every path, so that the first call already depends on them.
      const [now, shown, colors, pointed] = [slow(), kind.value, theme.value, playground.focus.value];
      let values = playground.latest[shown]?.data as ArrayLike<number> | undefined;
      let only: number | null = null;
      if (now && playground.latest.weights) {
        const carried = edgesAt(now.trace, columns(), now.step);
        values = Float32Array.from(playground.latest.weights.data);
        only = 0;
        if (carried) {
          only = carried.into;
          const counts = layout.columns.map((one) => one.units.length);
          let start = 0;
          for (let i = 1; i < carried.into; i++) start += counts[i - 1]! * counts[i]!;
          if (start + carried.values.length <= values.length) (values as Float32Array).set(carried.values, start);
        }
      }
      if (values) drawEdges(context, layout, values, colors, now ? null : pointed, only);
      drawnAt = performance.now();
      cost = drawnAt - began;
    };
    const paintUnits = () => {
      const context = prepared(units.current!, layout.width, layout.height);
      const isPlane = playground.data.peek()?.domain !== null;
      const shown = playground.latest.units;
      const now = slow();
      const drawn = drawnValues(playground.board.drawn.value, playground.board.unitsShow.value);
      const values = now
        ? layout.columns.map((_, column) => valuesAt(now.trace, columns(), now.step, column))
        : drawn ?? [];
      const sides = values.map((one) => Math.max(...(one?.values.map(Math.abs) ?? [0])) || 1);
      drawUnits(context, layout, {
        pictured: shown?.shape[0] ?? 0,
        pictures,
        isPlane: isPlane ?? false,
        weights,
        image: meanImage(playground),
        isClassification: playground.isClassification,
        names: beside(playground.data.peek()?.classes),
        features: isPlane ? [] : beside(playground.data.peek()?.names),
        shade: now || drawn
          ? (column, unit) => {
              const value = values[column]?.values[unit];
              return value === undefined ? undefined : (0.7 * value) / sides[column]!;
            }
          : undefined,
      }, theme.value);
      const output = playground.latest.surface;
      if (!now && !drawn && output && !playground.isClassification) drawOutput(context, layout, output, playground.points.peek().y!.data);
      if (now || drawn) drawNumbers(context, layout, values, now ? now.step.column : -1);
    };
    const takePictures = () => {
      const shown = playground.latest.units;
      takeWeights(playground, layout, weights, shown?.shape[0] ?? 0);
      if (shown) pictures.update(shown, playground.data.peek()?.domain !== null, theme.value);
    };
    const stops = [
      playground.onPaint((arrays) => {
        if (arrays.units || arrays.histograms) {
          takePictures();
          paintUnits();
        }
        const now = performance.now();
        pace += 0.1 * (Math.min(now - paintedAt, 200) - pace);
        paintedAt = now;
        const isDue = now - drawnAt > (pace > SLOW ? SELDOM : cost / BUSY) || !playground.running.peek();
        if (arrays.weights && isDue) paintEdges();
      }),
      effect(paintEdges),
      effect(() => {
        takePictures();
        paintUnits();
      }),
    ];
    return () => stops.forEach((stop) => stop());
  }, [layout]);

  return (
    <>
      <canvas ref={edges} class="edges" aria-hidden="true" style={{ width: `${layout.width}px`, height: `${layout.height}px` }} />
      <canvas ref={units} class="units" aria-hidden="true" style={{ width: `${layout.width}px`, height: `${layout.height}px` }} />
    </>
  );
}

/** Names as they are written beside units; none if they are too many. */
const beside = (names: string[] | null | undefined): string[] =>
  !names || names.length > MOST_NAMES ? [] : names.map((name) => (name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name));

/** The picture of an output that is a number: the predictions over the plane. */
function drawOutput(context: CanvasRenderingContext2D, layout: Layout, surface: NumberArray, y: ArrayLike<number>): void {
  const { units, size } = layout.columns[layout.columns.length - 1]!;
  const [{ x, y: top }] = units as [UnitPlace];
  context.save();
  context.translate(x, top);
  context.beginPath();
  context.roundRect(0.5, 0.5, size - 1, size - 1, 6);
  context.clip();
  drawSurface(context, size, surface, 0, numberScale(y), theme.peek());
  context.restore();
}

/** What an image that was drawn makes of each column, or null without one. */
function drawnValues(drawn: Drawn | null, show: UnitsShow): ColumnValues[] | null {
  if (!drawn || show === "weights") return null;
  const isContribution = show === "contributions";
  return (isContribution ? drawn.contributions : drawn.activations).map((values, column) => ({
    name: isContribution ? "contribution" : column ? "a" : "x", values: Array.from(values),
  }));
}

/** The numbers of slow motion, at the units that are large enough, and a frame around the active column. */
function drawNumbers(context: CanvasRenderingContext2D, layout: Layout, values: (ColumnValues | null)[], active: number): void {
  const { ink, muted } = palette(theme.peek());
  context.textAlign = "center";
  layout.columns.forEach(({ units, size, x }, column) => {
    const shown = values[column];
    const isActive = column === active;
    if (!shown) return;
    const bottom = Math.max(...units.map((unit) => unit.y)) + size;
    context.font = `italic 600 13px Georgia, "Times New Roman", serif`;
    context.fillStyle = css(isActive ? ink : muted);
    context.fillText(shown.name, x, bottom + 16);
    units.forEach((place, unit) => {
      if (isActive && size >= 6) {
        context.strokeStyle = css(ink);
        context.lineWidth = 1.8;
        context.beginPath();
        context.roundRect(place.x - 1, place.y - 1, size + 2, size + 2, Math.min(7, size / 5 + 1));
        context.stroke();
      }
      if (size < 26) return;
      context.font = `${isActive ? 600 : 400} ${size >= 40 ? 11 : 9.5}px system-ui, sans-serif`;
      context.fillStyle = css(ink);
      context.fillText(tiny(shown.values[unit]!), place.x + size / 2, place.y + size / 2 + 4);
    });
  });
}
