import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { prepared } from "../draw/canvas";
import { drawShades } from "../draw/surface";
import { usePlayground } from "../model/context";
import type { UnitFocus } from "../model/playground";
import { theme } from "../model/theme";
import { sentence } from "../views/Status";
import { short } from "../views/numbers";
import { HEAD, type Layout } from "./layout";
import { incoming, nameOf } from "./unit";

const PICTURE = 172;
const WIDTH = 196;
const MOST_WEIGHTS = 6;

/** A large picture of the unit that is pointed at, its bias, and its largest incoming weights. */
export function Inspector({ layout, scroller, isWide }: {
  layout: Layout; scroller: RefObject<HTMLElement>; isWide: boolean;
}) {
  const playground = usePlayground();
  void playground.slowly.value;
  const at = playground.trace.value ? null : playground.focus.value;
  const column = at && layout.columns[at.column];
  const unit = at && column?.units[at.unit];
  const frame = scroller.current;
  if (!at || !column || !unit || !frame || at.column === 0) return null;
  const { bias, weights, count } = incoming(playground, layout, at);
  const largest = Math.abs(weights[0]?.value ?? 1) || 1;
  // It stands outside of the part that scrolls, which would cut it off.
  const x = unit.x - frame.scrollLeft;
  const aside = x + column.size + 14;
  const left = isWide
    ? aside + WIDTH > frame.clientWidth ? x - WIDTH - 14 : aside
    : Math.max(0, Math.min(x - WIDTH / 2, frame.clientWidth - WIDTH));
  const top = isWide ? Math.max(HEAD - 40, Math.min(unit.y - 60, layout.height - 340)) : unit.y + column.size + 10;
  return (
    <aside class="inspector" aria-hidden="true"
      style={{ left: `${frame.offsetLeft + left}px`, top: `${frame.offsetTop + top}px`, width: `${WIDTH}px` }}>
      <h3>{sentence(nameOf(playground, layout, at)).slice(0, -1)}</h3>
      <Picture layout={layout} at={at} />
      {bias !== null && (
        <>
          <p class="bias"><span>bias b</span><b>{short(bias)}</b></p>
          <p class="muted">{count > MOST_WEIGHTS ? `${MOST_WEIGHTS} largest of ${count} weights` : "incoming weights"}</p>
          <dl class="weights">
            {weights.slice(0, MOST_WEIGHTS).map(({ name, value }) => (
              <div key={name}>
                <dt>{name.replace(/^layer \d+, /, "")}</dt>
                <dd><i class={value < 0 ? "negative" : "positive"} style={{ width: `${(46 * Math.abs(value)) / largest}px` }} />{short(value)}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </aside>
  );
}

function Picture({ layout, at }: { layout: Layout; at: UnitFocus }) {
  const playground = usePlayground();
  const canvas = useRef<HTMLCanvasElement>(null);
  const isHidden = at.column > 0 && at.column < layout.columns.length - 1;
  const isPlane = playground.data.value?.domain !== null;
  const index = layout.columns.slice(1, at.column).reduce((sum, one) => sum + one.units.length, at.unit);
  const pictures = playground.latest.units;
  const has = isHidden && pictures !== undefined && index < pictures.shape[0]!;
  const colors = theme.value;
  const renewal = playground.slowly.value;
  useEffect(() => {
    if (has) drawShades(prepared(canvas.current!, PICTURE, PICTURE), pictures!, index, PICTURE, isPlane, colors);
  }, [has, index, isPlane, colors, renewal]);
  if (!has) return null;
  return (
    <figure>
      <canvas ref={canvas} class="unit-picture" />
      <figcaption class="muted">{isPlane ? "activation over the plane" : "weights of the pixels"}</figcaption>
    </figure>
  );
}
