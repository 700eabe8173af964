import type { Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { prepared } from "../draw/canvas";
import { drawShades } from "../draw/surface";
import { usePlayground } from "../model/context";
import { theme } from "../model/theme";
import { sentence } from "../views/Status";
import { short } from "../views/numbers";
import { HEAD, type Layout } from "./layout";
import { incoming, nameOf } from "./unit";
import type { UnitFocus } from "./UnitButtons";

const PICTURE = 148;
const WIDTH = 196;
const MOST_WEIGHTS = 6;

/** A large picture of the unit that is pointed at, its bias, and its largest incoming weights. */
export function Inspector({ layout, focus, isFloating }: {
  layout: Layout; focus: Signal<UnitFocus | null>; isFloating: boolean;
}) {
  const playground = usePlayground();
  void playground.slowly.value;
  const at = focus.value;
  const column = at && layout.columns[at.column];
  const unit = at && column?.units[at.unit];
  if (!at || !column || !unit || at.column === 0) return null;
  const { bias, weights, count } = incoming(playground, layout, at);
  const largest = Math.abs(weights[0]?.value ?? 1) || 1;
  const right = unit.x + column.size + 14;
  const left = right + WIDTH > layout.width ? unit.x - WIDTH - 14 : right;
  const top = Math.max(HEAD - 20, Math.min(unit.y - 60, layout.height - 320));
  return (
    <aside class={isFloating ? "inspector floating" : "inspector"} aria-hidden="true"
      style={isFloating ? { left: `${left}px`, top: `${top}px`, width: `${WIDTH}px` } : undefined}>
      <h3>{sentence(nameOf(playground, layout, at)).slice(0, -1)}</h3>
      <Picture layout={layout} at={at} />
      {bias !== null && (
        <>
          <p class="bias"><span>bias b</span><b>{short(bias)}</b></p>
          <p class="muted">{count > MOST_WEIGHTS ? `largest of ${count} incoming weights` : "incoming weights"}</p>
          <dl class="weights">
            {weights.slice(0, MOST_WEIGHTS).map(({ name, value }) => (
              <div key={name}>
                <dt>{name}</dt>
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
