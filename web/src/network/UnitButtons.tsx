import { useRef } from "preact/hooks";
import { usePlayground } from "../model/context";
import type { UnitFocus } from "../model/playground";
import { short } from "../views/numbers";
import { MOST_INPUTS, type Layout } from "./layout";
import { incoming, nameOf } from "./unit";

/** A button over each unit: to point at with a mouse or a finger, or to walk to with the arrow keys. */
export function UnitButtons({ layout }: { layout: Layout }) {
  const playground = usePlayground();
  const { focus } = playground;
  const holder = useRef<HTMLDivElement>(null);
  const said = useRef<HTMLParagraphElement>(null);
  const home = useRef<UnitFocus>({ column: 1, unit: 0 });
  const last = layout.columns.length - 1;
  const stop = layout.columns[home.current.column]?.units[home.current.unit] ? home.current : { column: 1, unit: 0 };

  const unitOf = (event: Event): UnitFocus | null => {
    const { column, unit } = (event.target as HTMLElement).dataset;
    return column === undefined ? null : { column: Number(column), unit: Number(unit) };
  };
  const buttonOf = ({ column, unit }: UnitFocus) =>
    holder.current!.querySelector<HTMLElement>(`[data-column="${column}"][data-unit="${unit}"]`);
  const say = (at: UnitFocus) => {
    const { bias, weights } = incoming(playground, layout, at);
    const strongest = weights.slice(0, 3).map((one) => `${one.name} ${short(one.value)}`).join(", ");
    said.current!.textContent = bias === null ? "" : `Bias ${short(bias)}. Largest incoming weights: ${strongest}.`;
  };
  const onFocus = (event: FocusEvent) => {
    const at = unitOf(event);
    if (!at) return;
    const former = buttonOf(home.current);
    if (former) former.tabIndex = -1;
    (event.target as HTMLElement).tabIndex = 0;
    home.current = focus.value = at;
    say(at);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const at = unitOf(event);
    if (!at) return;
    if (event.key === "Escape") focus.value = null;
    const most = (column: number) => layout.columns[column]!.units.length - 1;
    const aside = (by: number): UnitFocus => {
      const column = Math.max(0, Math.min(last, at.column + by));
      const share = most(at.column) ? at.unit / most(at.column) : 0.5;
      return { column, unit: column === at.column ? at.unit : Math.round(share * most(column)) };
    };
    const target = {
      ArrowDown: { ...at, unit: Math.min(most(at.column), at.unit + 1) },
      ArrowUp: { ...at, unit: Math.max(0, at.unit - 1) },
      ArrowRight: aside(1),
      ArrowLeft: aside(-1),
      Home: { ...at, unit: 0 },
      End: { ...at, unit: most(at.column) },
    }[event.key];
    if (!target) return;
    event.preventDefault();
    buttonOf(target)?.focus();
  };
  return (
    <div
      ref={holder} class="unit-buttons" role="group" aria-label="Units; arrow keys walk among them"
      onFocusCapture={onFocus} onKeyDown={onKeyDown}
      onPointerOver={(event) => { focus.value = unitOf(event) ?? (event.pointerType === "mouse" ? null : focus.value); }}
      onPointerLeave={(event) => { if (event.pointerType === "mouse") focus.value = null; }}
      onFocusOut={() => { focus.value = null; }}
    >
      {layout.columns.map((column, c) => column.units.length <= MOST_INPUTS && column.units.map((place, u) => (
        <button
          key={`${c} ${u}`} type="button" data-column={c} data-unit={u}
          tabIndex={stop.column === c && stop.unit === u ? 0 : -1}
          aria-label={nameOf(playground, layout, { column: c, unit: u })}
          style={{ left: `${place.x}px`, top: `${place.y}px`, width: `${column.size}px`, height: `${column.size}px` }}
        />
      )))}
      <p ref={said} class="visually-hidden" aria-live="polite" />
    </div>
  );
}
