import { usePlayground } from "../model/context";
import type { DataChoice } from "../types";
import { Field, Select } from "./fields";

type View = "components" | "all" | "two";

const VIEWS = [
  { value: "components", label: "Two principal components" },
  { value: "all", label: "All numeric columns" },
  { value: "two", label: "Two columns" },
];

/** Which columns of own data the network gets: two of them have a picture of the plane. */
export function OwnColumns() {
  const playground = usePlayground();
  const data = playground.data.value!;
  const choice = playground.state.value!.data;
  const names = playground.ownColumns.value;
  const set = (changes: Partial<DataChoice>) => playground.set({ data: changes });
  if (data.image_shape || (data.features <= 2 && !choice.components && !choice.columns.length)) return null;
  const view: View = choice.components ? "components" : choice.columns.length === 2 ? "two" : "all";
  const show = (next: string) => set({
    components: next === "components",
    columns: next === "two" ? names.slice(0, 2) : [],
  });
  // Names are known once all columns have been shown.
  const views = VIEWS.filter((one) => one.value !== "two" || names.length > 2 || view === "two");
  return (
    <>
      <Field term="Inputs" gloss="columns that the network gets; principal components are the two directions in which rows differ most">
        {(ids) => <Select {...ids} value={view} choices={views} set={show} />}
      </Field>
      {view === "two" && names.length > 0 && (
        <span class="pair">
          {[0, 1].map((at) => (
            <Select key={at} label={at ? "Vertical axis" : "Horizontal axis"} value={choice.columns[at]!}
              choices={names.filter((name) => name !== choice.columns[1 - at]).map((name) => ({ value: name, label: name }))}
              set={(name) => set({ columns: at ? [choice.columns[0]!, name] : [name, choice.columns[1]!] })} />
          ))}
        </span>
      )}
    </>
  );
}
