// The controls of the page: labels in the field's terms, with a plain gloss on hover and focus.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Choice } from "../model/catalog";
import { useOwnId } from "./use_own_id";

export function Field({ term, gloss, children, wide }: {
  term: string; gloss: string; wide?: boolean; children: (ids: { id: string; describedBy: string }) => ComponentChildren;
}) {
  const id = useOwnId();
  return (
    <div class={wide ? "field wide" : "field"}>
      <label for={id} class="term">{term}</label>
      {children({ id, describedBy: `${id}-gloss` })}
      <span class="gloss" role="tooltip" id={`${id}-gloss`}><b>{term} — </b>{gloss}</span>
    </div>
  );
}

/** A number that is sent when it is complete: on Enter, on leaving the field, and on each step of the arrows. */
export function NumberInput({ id, describedBy, label, value, set, min, max, step, class: className }: {
  id?: string; describedBy?: string; label?: string; value: number; set: (value: number) => void;
  min?: number; max?: number; step?: number; class?: string;
}) {
  const [text, setText] = useState<string | null>(null);
  const commit = (given: string) => {
    setText(null);
    const number = Number(given);
    if (given.trim() === "" || !Number.isFinite(number)) return;
    const held = Math.min(max ?? Infinity, Math.max(min ?? -Infinity, number));
    if (held !== value) set(held);
  };
  return (
    <input
      id={id} aria-describedby={describedBy} aria-label={label} class={`number ${className ?? ""}`}
      type="number" inputMode="decimal" min={min} max={max} step={step ?? "any"}
      value={text ?? tidy(value)}
      onInput={(event) => setText(event.currentTarget.value)}
      onChange={(event) => commit(event.currentTarget.value)}
      onKeyDown={(event) => { if (event.key === "Enter") commit(event.currentTarget.value); }}
    />
  );
}

/** A number without the noise of binary fractions. */
const tidy = (value: number): string => String(Number(value.toPrecision(6)));

/** A slider that acts while it is moved, at most once in an animation frame. */
export function Slider({ id, describedBy, label, value, set, min, max, step, text }: {
  id?: string; describedBy?: string; label?: string; value: number; set: (value: number) => void;
  min: number; max: number; step: number; text?: string;
}) {
  const [moved, setMoved] = useState<number | null>(null);
  const pending = useRef<number | null>(null);
  const isHeld = useRef(false);
  const send = (given: number) => {
    isHeld.current = true;
    setMoved(given);
    if (pending.current === null) {
      requestAnimationFrame(() => {
        const last = pending.current!;
        pending.current = null;
        set(last);
      });
    }
    pending.current = given;
  };
  // Answers to earlier places of the slider do not move it back while it is held.
  useEffect(() => { if (!isHeld.current) setMoved(null); }, [value]);
  const release = () => {
    isHeld.current = false;
    // If the value stays as it was, no answer comes to show it.
    window.setTimeout(() => { if (!isHeld.current) setMoved(null); }, 600);
  };
  const shown = moved ?? value;
  const ref = useRef<HTMLInputElement>(null);
  useEffect(() => {
    ref.current?.style.setProperty("--share", `${(100 * (shown - min)) / (max - min)}%`);
  }, [shown, min, max]);
  return (
    <input
      ref={ref} id={id} aria-describedby={describedBy} aria-label={label} aria-valuetext={text} type="range"
      min={min} max={max} step={step} value={shown}
      onInput={(event) => send(Number(event.currentTarget.value))}
      onChange={release}
    />
  );
}

export function Select({ id, describedBy, label, value, set, choices, disabled }: {
  id?: string; describedBy?: string; label?: string; value: string; set: (value: string) => void; choices: Choice[];
  disabled?: boolean;
}) {
  // A choice of a recipe or a link that the page does not list is shown all the same.
  const known = choices.some((choice) => choice.value === value);
  return (
    <span class="select">
      <select
        id={id} aria-describedby={describedBy} aria-label={label} value={value} disabled={disabled}
        onChange={(event) => set(event.currentTarget.value)}
      >
        {!known && <option value={value}>{value}</option>}
        {choices.map((choice) => <option key={choice.value} value={choice.value}>{choice.label}</option>)}
      </select>
    </span>
  );
}

/** A whole number with − and +. */
export function Stepper({ label, value, set, min, max }: {
  label: string; value: number; set: (value: number) => void; min: number; max: number;
}) {
  return (
    <span class="stepper" role="group" aria-label={label}>
      <button type="button" aria-label={`Fewer ${label}`} disabled={value <= min} onClick={() => set(value - 1)}>−</button>
      <NumberInput label={`Number of ${label}`} value={value} set={(given) => set(Math.round(given))} min={min} max={max} step={1} />
      <button type="button" aria-label={`More ${label}`} disabled={value >= max} onClick={() => set(value + 1)}>+</button>
    </span>
  );
}

/** Buttons of which one is chosen; arrow keys move the choice. */
export function Segments<Value extends string>({ label, value, set, choices }: {
  label: string; value: Value; set: (value: Value) => void; choices: { value: Value; label: string }[];
}) {
  const move = (event: KeyboardEvent, at: number) => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const next = (at + by + choices.length) % choices.length;
    set(choices[next]!.value);
    ((event.currentTarget as HTMLElement).parentElement!.children[next] as HTMLElement).focus();
  };
  return (
    <span class="segments" role="radiogroup" aria-label={label}>
      {choices.map((choice, at) => (
        <button
          key={choice.value} type="button" role="radio" aria-checked={choice.value === value}
          tabIndex={choice.value === value ? 0 : -1}
          onClick={() => set(choice.value)} onKeyDown={(event) => move(event, at)}
        >{choice.label}</button>
      ))}
    </span>
  );
}

/** A button that opens a small panel beside it; Escape and clicks elsewhere close it. */
export function Popover({ label, text, title, children, class: className, panelClass }: {
  label: string; text: ComponentChildren; title: string; children: ComponentChildren; class?: string; panelClass?: string;
}) {
  const id = useOwnId();
  const panel = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const place = (event: Event) => {
    if ((event as ToggleEvent).newState !== "open") return;
    const [from, to] = [button.current!.getBoundingClientRect(), panel.current!];
    const { offsetWidth: width, offsetHeight: height } = to;
    const below = from.bottom + 6;
    const top = below + height > window.innerHeight - 8 ? Math.max(8, from.top - height - 6) : below;
    to.style.left = `${Math.max(8, Math.min(window.innerWidth - width - 8, from.left + from.width / 2 - width / 2))}px`;
    to.style.top = `${top}px`;
  };
  return (
    <>
      <button ref={button} type="button" class={className} aria-label={label} title={label} popovertarget={id}>{text}</button>
      <div ref={panel} id={id} popover="auto" class={panelClass ? `popover ${panelClass}` : "popover"} role="group" aria-label={title} onToggle={place}>
        <h3>{title}</h3>
        {children}
      </div>
    </>
  );
}
