import { effect } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { usePlayground } from "../model/context";
import { KINDS, LIMITS } from "../model/catalog";
import { theme } from "../model/theme";
import { prepared } from "../draw/canvas";
import { drawPattern } from "../draw/patterns";
import type { DataChoice, Kind } from "../types";
import { OwnColumns } from "./OwnColumns";
import { Field, NumberInput, Slider } from "./fields";
import { Icon } from "./icons";
import { count, percent } from "./numbers";

/** Which data: the kind, the number of rows, the noise, the share of test rows, and the seed. */
export function DataPanel() {
  const playground = usePlayground();
  const choice = playground.state.value!.data;
  const data = playground.data.value!;
  const isPainting = playground.painted.value !== null;
  const kind: Kind = isPainting ? "points" : choice.kind;
  const set = (changes: Partial<DataChoice>) => playground.set({ data: changes });
  const choose = (next: Kind) => {
    if (next !== "points") {
      playground.painted.value = null;
      return set({ kind: next });
    }
    // The back end needs points of two classes, so an empty picture stays on the page until it has them.
    playground.painted.value = choice.points;
    playground.run("pause");
    if (new Set(choice.points.map((point) => point[2])).size > 1) set({ kind: "points" });
  };
  const isFormula = kind === "above" || kind === "surface";
  return (
    <section class="card data" aria-label="Data">
      <h2>Data</h2>
      <Kinds kind={kind} choose={choose} hasOwn={playground.hasOwn.value} />
      {kind === "own" && <OwnColumns />}
      {isFormula && <FormulaField choice={choice} set={set} />}
      {kind !== "points" && kind !== "own" && (
        <Field term="Rows" gloss="number of points in all">
          {(ids) => (
            <span class="pair">
              <Slider {...ids} min={20} max={kind === "digits" ? 1797 : 2000} step={kind === "digits" ? 1 : 20} value={choice.rows}
                set={(rows) => set({ rows: Math.max(10, Math.round(rows)) })} />
              <NumberInput label="Rows, as a number" value={choice.rows} min={10} max={LIMITS.rows} step={1}
                set={(rows) => set({ rows: Math.round(rows) })} />
            </span>
          )}
        </Field>
      )}
      {kind !== "points" && kind !== "own" && kind !== "digits" && (
        <Field term="Noise" gloss="how far points stray from the pattern">
          {(ids) => (
            <span class="pair">
              <Slider {...ids} min={0} max={1} step={0.02} value={choice.noise} set={(noise) => set({ noise })} />
              <output>{choice.noise.toFixed(2)}</output>
            </span>
          )}
        </Field>
      )}
      <Field term="Test share" gloss="rows held back, to see how well the network generalizes">
        {(ids) => (
          <span class="pair">
            <Slider {...ids} min={0} max={0.9} step={0.05} value={choice.test_share} text={percent(choice.test_share)}
              set={(test_share) => set({ test_share: Number(test_share.toFixed(2)) })} />
            <output>{Math.round(100 * choice.test_share)}%</output>
          </span>
        )}
      </Field>
      <p class="row-counts">
        {isPainting && choice.kind !== "points" ? "No rows yet" : `${count(data.train_rows)} to train on, ${count(data.test_rows)} to test`}
        <button type="button" class="small" aria-label="New sample" data-gloss="New sample — other noise and another split" onClick={() => set({ seed: choice.seed + 1 })}>
          <Icon name="dice" /> New sample
        </button>
      </p>
    </section>
  );
}

function Kinds({ kind, choose, hasOwn }: { kind: Kind; choose: (kind: Kind) => void; hasOwn: boolean }) {
  const shown = KINDS.filter((one) => one.kind !== "own" || hasOwn);
  const move = (event: KeyboardEvent, at: number) => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const next = (at + by + shown.length) % shown.length;
    ((event.currentTarget as HTMLElement).parentElement!.children[next] as HTMLElement).focus();
    choose(shown[next]!.kind);
  };
  return (
    <div class="kinds" role="radiogroup" aria-label="Kind of data">
      {shown.map((one, at) => (
        <button
          key={one.kind} type="button" role="radio" aria-checked={one.kind === kind} aria-label={one.label} data-gloss={`${one.label} — ${one.gloss}`}
          tabIndex={one.kind === kind ? 0 : -1} onClick={() => choose(one.kind)} onKeyDown={(event) => move(event, at)}
        >
          <Pattern kind={one.kind} />
          <span>{one.label}</span>
        </button>
      ))}
    </div>
  );
}

function Pattern({ kind }: { kind: Kind }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => effect(() => {
    const size = 44;
    drawPattern(prepared(canvas.current!, size, size), kind, size, theme.value);
  }), [kind]);
  return <canvas ref={canvas} class="pattern" aria-hidden="true" />;
}

function FormulaField({ choice, set }: { choice: DataChoice; set: (changes: Partial<DataChoice>) => void }) {
  const playground = usePlayground();
  const [text, setText] = useState(choice.formula);
  const timer = useRef(0);
  useEffect(() => setText(choice.formula), [choice.formula, choice.kind]);
  const mistake = playground.mistake.value?.at === "formula" ? playground.mistake.value.message : null;
  const send = (formula: string, wait: number) => {
    setText(formula);
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => set({ formula }), wait);
  };
  const isSurface = choice.kind === "surface";
  return (
    <div class="formula">
      <Field term={isSurface ? "z =" : "y ="} gloss={isSurface ? "formula of x and y, each from −1 to 1" : "formula of x, from −1 to 1; points above it are one class"}>
        {({ id, describedBy }) => (
          <input
            id={id} type="text" aria-describedby={`${describedBy} ${id}-mistake`} aria-invalid={mistake !== null}
            spellcheck={false} autocomplete="off" maxLength={200} value={text}
            onInput={(event) => send(event.currentTarget.value, 500)}
            onChange={(event) => send(event.currentTarget.value, 0)}
          />
        )}
      </Field>
      <p class="mistake" role="status">{mistake}</p>
    </div>
  );
}
