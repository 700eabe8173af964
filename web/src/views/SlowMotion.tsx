import { useEffect, useRef, useState } from "preact/hooks";
import { usePlayground } from "../model/context";
import { formulasAt, layersOfColumn, PHASES, row, stepsOf, valuesAt, type SlowStep } from "../model/slowmotion";
import { columnsOf } from "../model/columns";
import { backwardLines, forwardLines } from "../model/unit_formula";
import { isMotionReduced } from "../model/theme";
import type { TraceMessage } from "../types";
import { Icon } from "./icons";
import { short } from "./numbers";

/** Milliseconds that each step is shown while it plays. */
const PACE = 1800;
const MOST_UNITS = 10;

/** One row, step by step: the formulas with its numbers, while the diagram above shows them at the units. */
export function SlowMotion() {
  const playground = usePlayground();
  const trace = playground.trace.value;
  return trace ? <Steps trace={trace} key={trace.row} /> : null;
}

function Steps({ trace }: { trace: TraceMessage }) {
  const playground = usePlayground();
  const [isPlaying, setPlaying] = useState(false);
  const columns = playground.columns.value;
  const steps = stepsOf(columns);
  const at = Math.min(playground.slowStep.value, steps.length - 1);
  const step = steps[at]!;
  const title = useRef<HTMLHeadingElement>(null);
  const section = useRef<HTMLElement>(null);
  const go = (to: number) => { playground.slowStep.value = Math.max(0, Math.min(steps.length - 1, to)); };
  useEffect(() => {
    title.current?.focus({ preventScroll: true });
    // The diagram with its numbers and the formulas below it are both to be seen.
    section.current?.scrollIntoView({ block: "end", behavior: isMotionReduced() ? "auto" : "smooth" });
  }, []);
  useEffect(() => {
    if (!isPlaying) return;
    if (at === steps.length - 1) return setPlaying(false);
    const timer = window.setTimeout(() => go(at + 1), PACE);
    return () => window.clearTimeout(timer);
  }, [isPlaying, at]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target instanceof HTMLInputElement) return;
    if (event.key === "ArrowRight") go(at + 1);
    else if (event.key === "ArrowLeft") go(at - 1);
    else if (event.key === "Escape") playground.trace.value = null;
    else return;
    event.preventDefault();
  };
  const play = () => {
    if (at === steps.length - 1) go(0);
    setPlaying(!isPlaying);
  };
  return (
    <section ref={section} class="card slow" aria-label="Slow motion" onKeyDown={onKeyDown}>
      <div class="card-head">
        <h2 ref={title} tabIndex={-1}>Row {trace.row} in slow motion</h2>
        <div class="transport push" role="toolbar" aria-label="Steps">
          <button type="button" class="round quiet" aria-label="Previous step" disabled={at === 0} onClick={() => go(at - 1)}><Icon name="previous" /></button>
          {!isMotionReduced() && (
            <button type="button" class="round primary" aria-label={isPlaying ? "Pause the steps" : "Play the steps"} onClick={play}>
              <Icon name={isPlaying ? "pause" : "play"} />
            </button>
          )}
          <button type="button" class="round quiet" aria-label="Next step" disabled={at === steps.length - 1} onClick={() => go(at + 1)}><Icon name="next" /></button>
          <button type="button" class="round quiet" aria-label="Close" onClick={() => { playground.trace.value = null; }}><Icon name="close" /></button>
        </div>
      </div>
      <ol class="phases" aria-label="Phases">
        {PHASES.map(({ phase, label, gloss }) => {
          const own = steps.map((one, i) => ({ one, i })).filter(({ one }) => one.phase === phase);
          const reached = own.filter(({ i }) => i <= at).length;
          return (
            <li key={phase} class={phase === step.phase ? "current" : undefined}>
              <button type="button" aria-current={phase === step.phase ? "step" : undefined} title={`${label} — ${gloss}`} onClick={() => go(own[0]!.i)}>
                {label}
                <span class="progress"><i style={{ width: `${(100 * reached) / own.length}%` }} /></span>
              </button>
            </li>
          );
        })}
      </ol>
      <div class="step">
        <h3 aria-live="polite">{step.title} <small class="muted">step {at + 1} of {steps.length} — {PHASES.find((one) => one.phase === step.phase)!.gloss}</small></h3>
        <StepText trace={trace} step={step} />
      </div>
    </section>
  );
}

function StepText({ trace, step }: { trace: TraceMessage; step: SlowStep }) {
  const playground = usePlayground();
  const columns = playground.columns.value;
  const data = playground.data.value!;
  if (step.phase === "input") {
    const shown = trace.x.slice(0, MOST_UNITS).map((value, i) => `${data.names[i] ?? `x[${i}]`} = ${short(value)}`);
    const more = trace.x.length - shown.length;
    return <pre class="formula-lines">{shown.join("    ")}{more > 0 ? `    … and ${more} more` : ""}</pre>;
  }
  if (step.phase === "loss") {
    const target = playground.points.value.y?.data[trace.row];
    const name = target === undefined ? "" : data.classes ? data.classes[target] : short(target);
    return (
      <pre class="formula-lines">
        {`output = [${trace.output[0]!.slice(0, MOST_UNITS).map(short).join("  ")}]`}{"\n"}
        {`target = ${name}`}{"\n"}
        <b>{`loss   = ${short(trace.loss)}`}</b>{`   (${words(playground.lossName.value)})`}
      </pre>
    );
  }
  if (step.phase === "update") return <UpdateText trace={trace} step={step} />;
  // The unit that is pointed at has its own formulas, if the step has reached its column.
  const focus = playground.focus.value;
  if (focus && focus.column > 0 && valuesAt(trace, columns, step, focus.column)) {
    const hidden = columnsOf(playground.state.value!.layers)?.[focus.column - 1];
    const activation = hidden && focus.column < columns.length ? hidden.activation : data.classes ? "softmax" : "identity";
    const lines = step.phase === "forward" ? forwardLines : backwardLines;
    return (
      <div class="formula-block">
        <h4>{columns[focus.column - 1]!.name}, unit {focus.unit}</h4>
        <pre class="formula-lines">{lines(trace, columns, focus.column, focus.unit, activation).join("\n")}</pre>
      </div>
    );
  }
  return (
    <>
      {formulasAt(trace, columns, step).map(([name, lines]) => (
        <div key={name} class="formula-block">
          <h4>{name}</h4>
          <pre class="formula-lines">{lines.join("\n")}</pre>
        </div>
      ))}
      <p class="muted">Point at a unit above for its formula.</p>
    </>
  );
}

const words = (name: string): string => name.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();

/** The update of plain gradient descent, with the weight of the largest gradient as the example. */
function UpdateText({ trace, step }: { trace: TraceMessage; step: SlowStep }) {
  const playground = usePlayground();
  const [[, dense]] = layersOfColumn(trace, playground.columns.value, step.column) as [[string, TraceMessage["layers"][string]]];
  const rate = playground.frame.value?.learning_rate ?? 0;
  const [W, dW] = [dense!.W as number[][], dense!.dW as number[][]];
  let [i, j] = [0, 0];
  dW.forEach((line, r) => line.forEach((value, c) => { if (Math.abs(value) > Math.abs(dW[i]![j]!)) [i, j] = [r, c]; }));
  const [b, db] = [row(dense!.b)![j]!, row(dense!.db)![j]!];
  const choice = playground.state.value!.training.optimizer ?? "adam";
  const spec = typeof choice === "string" ? { name: choice } : choice;
  const isPlain = spec.name === "sgd" && !("momentum" in spec && spec.momentum);
  const term = (value: number) => (value < 0 ? `(${short(value)})` : short(value));
  return (
    <>
      <pre class="formula-lines">
        {`W ← W − η · dW          η is the learning rate, ${short(rate)}`}{"\n"}
        <b>{`W[${i}, ${j}] = ${short(W[i]![j]!)} − ${short(rate)} · ${term(dW[i]![j]!)} = ${precise(W[i]![j]! - rate * dW[i]![j]!)}`}</b>{"\n"}
        {`b[${j}] = ${short(b)} − ${short(rate)} · ${term(db)} = ${precise(b - rate * db)}`}
      </pre>
      <p class="muted">
        {isPlain ? "In training, dW is the mean over the rows of a batch." : `This is plain gradient descent. The optimizer, ${spec.name}, rescales dW with what it remembers of former steps; in training, dW is the mean over a batch.`}
      </p>
    </>
  );
}

const precise = (value: number): string => value.toPrecision(5).replace("-", "−");
