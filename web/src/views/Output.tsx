import { effect } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { prepared } from "../draw/canvas";
import { css, palette } from "../draw/colors";
import { drawPoints, nearest, placeOf, type Domain, type Rows } from "../draw/points";
import { drawSurface, numberScale, type NumberScale } from "../draw/surface";
import { usePlayground } from "../model/context";
import { theme } from "../model/theme";
import { Gallery } from "./Gallery";
import { ClassLegend, NumberLegend } from "./legends";
import { NumberInput } from "./fields";
import { PaintSurface } from "./PaintSurface";
import { useWidth } from "./use_width";

/** What the network predicts: a surface over the plane, images with their classes, or nothing to draw. */
export function Output() {
  const playground = usePlayground();
  const data = playground.data.value!;
  const [showsTest, setShowsTest] = useState(true);
  const isPainting = playground.painted.value !== null;
  const rows = rowsOf(playground.points.value);
  const scale = data.classes || !rows ? null : numberScale(rows.y);
  const classes = isPainting || !data.domain ? null : data.classes;
  return (
    <section class="card" aria-label="Output">
      <div class="card-head">
        <h2>Output</h2>
        {data.test_rows > 0 && data.domain && !isPainting && (
          <label class="check push">
            <input type="checkbox" checked={showsTest} onChange={(event) => setShowsTest(event.currentTarget.checked)} /> Test rows
          </label>
        )}
      </div>
      {isPainting ? <PaintSurface />
        : data.domain && rows ? <Surface rows={rows} domain={data.domain} scale={scale} showsTest={showsTest} />
        : data.image_shape && rows ? <Gallery rows={rows} />
        : <p class="muted">Rows with {data.features} features have no picture of the plane. The curves and the confusion
            matrix show how well the network predicts them.</p>}
      {classes && <ClassLegend classes={classes} />}
      {scale && data.domain && <NumberLegend scale={scale} />}
      {data.domain && !isPainting && <PartLegend isClassification={scale === null} hasTest={data.test_rows > 0} />}
      {!playground.isReplay && <ExplainRow />}
    </section>
  );
}

export function rowsOf(arrays: ReturnType<typeof usePlayground>["points"]["value"]): Rows | null {
  const { X, y, is_test: isTest } = arrays;
  return X && y && isTest ? { X: X.data, y: y.data, isTest: isTest.data } : null;
}

function Surface({ rows, domain, scale, showsTest }: {
  rows: Rows; domain: Domain; scale: NumberScale | null; showsTest: boolean;
}) {
  const playground = usePlayground();
  const frame = useRef<HTMLDivElement>(null);
  const below = useRef<HTMLCanvasElement>(null);
  const above = useRef<HTMLCanvasElement>(null);
  const size = useWidth(frame);
  const data = playground.data.value!;
  const traced = playground.trace.value?.row ?? null;
  const place = placeOf(domain, size);

  useEffect(() => {
    if (!size) return;
    const paint = () => {
      const [colors, { surface }] = [theme.value, playground.latest];
      const context = prepared(below.current!, size, size);
      if (surface) drawSurface(context, size, surface, data.classes?.length ?? 0, scale ?? { middle: 0, side: 1 }, colors);
    };
    const stops = [playground.onPaint((arrays) => { if (arrays.surface) paint(); }), effect(paint)];
    return () => stops.forEach((stop) => stop());
  }, [size, data, scale?.middle, scale?.side]);

  useEffect(() => effect(() => {
    const colors = theme.value;
    if (!size) return;
    const context = prepared(above.current!, size, size);
    drawPoints(context, rows, place, scale, colors, showsTest);
    if (traced !== null && rows.isTest[traced] === 0) {
      context.strokeStyle = css(palette(colors).ink);
      context.lineWidth = 2;
      context.beginPath();
      context.arc(place.x(rows.X[2 * traced]!), place.y(rows.X[2 * traced + 1]!), 9, 0, 7);
      context.stroke();
    }
  }), [size, rows.X, showsTest, traced]);

  const explain = (event: MouseEvent) => {
    const found = nearest(rows, place, event.offsetX, event.offsetY, 16, true);
    if (found !== null) playground.askTrace(found);
  };
  return (
    <div class="surface" ref={frame}>
      <canvas ref={below} aria-hidden="true" />
      <canvas ref={above} role="img" onClick={explain}
        aria-label={`${scale ? "Predicted numbers" : "Decision surface"} over ${data.names.join(" and ") || "the plane"}, with the rows as points`} />
      <span class="axis x" aria-hidden="true">{data.names[0]}</span>
      <span class="axis y" aria-hidden="true">{data.names[1]}</span>
    </div>
  );
}

function PartLegend({ isClassification, hasTest }: { isClassification: boolean; hasTest: boolean }) {
  const shape = isClassification
    ? <circle cx="7" cy="7" r="4.2" class="hollow" />
    : <path d="M7 2 12 7 7 12 2 7z" class="solid" />;
  return (
    <p class="legend">
      <svg class="key" viewBox="0 0 14 14" aria-hidden="true"><circle cx="7" cy="7" r="4.600" class="solid" /></svg> train
      {hasTest && <><svg class="key" viewBox="0 0 14 14" aria-hidden="true">{shape}</svg> test</>}
      <span class="muted">{isClassification ? "paler: less certain" : ""}</span>
    </p>
  );
}

/** The way to slow motion with the keyboard, and for rows that are no points. */
function ExplainRow() {
  const playground = usePlayground();
  const [row, setRow] = useState(0);
  const rows = playground.data.value!.train_rows;
  return (
    <form class="explain" onSubmit={(event) => { event.preventDefault(); playground.askTrace(Math.min(row, rows - 1)); }}>
      <span>Follow training row</span>
      <NumberInput label="Training row" value={row} min={0} max={rows - 1} step={1} set={(value) => setRow(Math.round(value))} />
      <button type="submit" class="small">In slow motion</button>
    </form>
  );
}
