import { ACTIVATIONS, INITIALIZERS, LIMITS, NORMALIZATIONS } from "../model/catalog";
import type { Column, Normalization } from "../model/columns";
import { Icon } from "../views/icons";
import { Field, Popover, Select, Slider, Stepper } from "../views/fields";
import type { ColumnPlace } from "./layout";

/** The controls above a column of hidden units. */
export function ColumnHead({ index, column, place, set, remove, insert, isFull }: {
  index: number; column: Column; place: ColumnPlace; set: (column: Column) => void; remove: () => void; insert: () => void;
  isFull: boolean;
}) {
  const change = (part: Partial<Column>) => set({ ...column, ...part });
  const name = `layer ${index + 1}`;
  const extras = [
    column.normalization === "batchnorm" && "batch norm",
    column.normalization === "layernorm" && "layer norm",
    column.dropout > 0 && `drop ${column.dropout}`,
  ].filter(Boolean).join(", ");
  return (
    <div class="column-head" role="group" aria-label={`Layer ${index + 1}`}
      style={{ left: `${place.x - Math.max(place.width, 104) / 2}px`, width: `${Math.max(place.width, 104)}px` }}>
      <div class="column-title">
        <span>Layer {index + 1}</span>
        <Popover label={`Options of ${name}`} title={`Layer ${index + 1}`} text={<Icon name="settings" />} class="bare">
          <Field term="Initial weights" gloss="how the random weights before training are drawn">
            {(ids) => <Select {...ids} value={column.init} choices={INITIALIZERS} set={(init) => change({ init })} />}
          </Field>
          <Field term="Normalization" gloss="rescales z: over the rows of a batch, or over the units of a layer">
            {(ids) => <Select {...ids} value={column.normalization} choices={NORMALIZATIONS}
              set={(value) => change({ normalization: value as Normalization })} />}
          </Field>
          <Field term="Dropout" gloss="share of the units that are switched off at random in each step of training">
            {(ids) => (
              <span class="pair">
                <Slider {...ids} min={0} max={0.9} step={0.05} value={column.dropout}
                  set={(dropout) => change({ dropout: Number(dropout.toFixed(2)) })} />
                <output>{column.dropout.toFixed(2)}</output>
              </span>
            )}
          </Field>
          <p class="buttons">
            <button type="button" class="small" disabled={isFull} onClick={insert}>Add a layer behind</button>
            <button type="button" class="small" onClick={remove}>Remove</button>
          </p>
        </Popover>
      </div>
      <Stepper label={`units of ${name}`} value={column.units} min={1} max={LIMITS.units} set={(units) => change({ units })} />
      <Select label={`Activation of ${name}`} value={column.activation} choices={ACTIVATIONS}
        set={(activation) => change({ activation })} />
      {extras && <span class="column-extras">{extras}</span>}
    </div>
  );
}

/** The words above the input and the output. */
export function EndHead({ place, title, text }: { place: ColumnPlace; title: string; text: string }) {
  return (
    <div class="column-head end" style={{ left: `${place.x - Math.max(place.width, 64) / 2}px`, width: `${Math.max(place.width, 64)}px` }}>
      <b>{title}</b>
      <span>{text}</span>
    </div>
  );
}
