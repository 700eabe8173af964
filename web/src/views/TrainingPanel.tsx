import type { ComponentChildren } from "preact";
import { usePlayground } from "../model/context";
import { BATCH_SIZES, CLASS_LOSSES, NUMBER_LOSSES, OPTIMIZERS, SCHEDULES, type Configurable } from "../model/catalog";
import type { Spec, Training } from "../types";
import { Field, NumberInput, Popover, Select, Slider } from "./fields";
import { Icon } from "./icons";
import { short } from "./numbers";

const specOf = (choice: string | Spec | null | undefined, otherwise: string): Spec =>
  typeof choice === "string" ? { name: choice } : (choice ?? { name: otherwise });

/** Optimizer, learning rate, schedule, batch size, loss, and penalties; all of them change while it runs. */
export function TrainingPanel() {
  const playground = usePlayground();
  const { training } = playground.state.value!;
  const set = (changes: { [name in keyof Training]?: Training[name] | null }) => playground.set({ training: changes });
  const optimizer = specOf(training.optimizer, "adam");
  const known = OPTIMIZERS.find((one) => one.value === optimizer.name);
  const rate = Number(optimizer.learning_rate ?? known?.rate ?? 0.01);
  const setRate = (value: number) => set({ optimizer: { ...optimizer, learning_rate: Number(value.toPrecision(3)) } });
  const schedule = specOf(training.schedule, "constant");
  const losses = playground.isClassification ? CLASS_LOSSES : NUMBER_LOSSES;
  const loss = specOf(training.loss, losses[0]!.value).name;
  const current = playground.frame.value?.learning_rate;
  return (
    <section class="card training" aria-label="Training options">
      <Field term="Learning rate" gloss="how far each step goes" wide>
        {(ids) => (
          <span class="pair">
            <Slider {...ids} min={-5} max={1} step={0.05} value={Math.log10(Math.max(rate, 1e-5))} text={short(rate)}
              set={(power) => setRate(10 ** power)} />
            <NumberInput label="Learning rate, as a number" value={rate} min={1e-9} max={1000} set={setRate} />
          </span>
        )}
      </Field>
      <Field term="Optimizer" gloss="how gradients become steps">
        {(ids) => (
          <span class="pair">
            <Select {...ids} value={optimizer.name} choices={OPTIMIZERS} set={(name) => set({ optimizer: { name } })} />
            <Options title="Optimizer options" spec={optimizer} known={known} set={(spec) => set({ optimizer: spec })}>
              <label class="option">
                <span>Clip norm <small>upper limit of the gradient's norm; 0 for none</small></span>
                <NumberInput value={training.clip_norm ?? 0} min={0} step={0.1} set={(value) => set({ clip_norm: value || null })} />
              </label>
            </Options>
          </span>
        )}
      </Field>
      <Field term="Schedule" gloss={`how the learning rate changes over 200 epochs${current === undefined ? "" : `; now ${short(current)}`}`}>
        {(ids) => (
          <span class="pair">
            <Select {...ids} value={schedule.name} choices={SCHEDULES} set={(name) => set({ schedule: name })} />
            <Options title="Schedule options" spec={schedule}
              known={SCHEDULES.find((one) => one.value === schedule.name)} set={(spec) => set({ schedule: spec })} />
          </span>
        )}
      </Field>
      <Field term="Batch size" gloss="rows averaged for each step">
        {(ids) => (
          <Select {...ids} value={String(training.batch_size ?? 32)} set={(value) => set({ batch_size: Number(value) })}
            choices={BATCH_SIZES.map((size) => ({ value: String(size), label: String(size) }))} />
        )}
      </Field>
      <Field term="Loss" gloss="the error that training makes small">
        {(ids) => <Select {...ids} value={loss} choices={losses} set={(name) => set({ loss: name })} />}
      </Field>
      <Penalty term="L1" gloss="penalty on |w|; pushes weights to exactly 0" name="l1" />
      <Penalty term="L2" gloss="penalty on w²; keeps weights small" name="l2" />
      <Penalty term="Weight decay" gloss="shrinks weights a little in each step, apart from the loss" name="weight_decay" />
    </section>
  );
}

function Penalty({ term, gloss, name }: { term: string; gloss: string; name: "l1" | "l2" | "weight_decay" }) {
  const playground = usePlayground();
  const value = playground.state.value!.training[name] ?? 0;
  return (
    <Field term={term} gloss={gloss}>
      {(ids) => <NumberInput {...ids} value={value} min={0} step={0.001} set={(given) => playground.set({ training: { [name]: given } })} />}
    </Field>
  );
}

/** The options of a choice, behind a button. */
function Options({ title, spec, known, set, children }: {
  title: string; spec: Spec; known: Configurable | undefined; set: (spec: Spec) => void; children?: ComponentChildren;
}) {
  if (!known?.options.length) return null;
  return (
    <Popover label={title} title={title} text={<Icon name="settings" />} class="square">
      {known.options.map(({ name, label, gloss, otherwise, min, max, step }) => {
        const value = spec[name] ?? otherwise;
        return (
          <label class="option" key={name}>
            <span>{label} <small>{gloss}</small></span>
            {typeof otherwise === "boolean" ? (
              <input type="checkbox" checked={Boolean(value)}
                onChange={(event) => set({ ...spec, [name]: event.currentTarget.checked })} />
            ) : (
              <NumberInput value={Number(value)} min={min} max={max} step={step} set={(given) => set({ ...spec, [name]: given })} />
            )}
          </label>
        );
      })}
      {children}
    </Popover>
  );
}
