import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { LIMITS } from "../model/catalog";
import { columnsOf, layersOf, NEW_COLUMN, type Column } from "../model/columns";
import { usePlayground } from "../model/context";
import { Segments, Stepper } from "../views/fields";
import { useWidth } from "../views/use_width";
import { count } from "../views/numbers";
import { Icon } from "../views/icons";
import { ColumnHead, EndHead } from "./ColumnHead";
import { DiagramCanvas } from "./DiagramCanvas";
import { Inspector } from "./Inspector";
import { layoutOf } from "./layout";
import { UnitButtons } from "./UnitButtons";

/** Longest name of a feature or a class, in characters, that is written beside its unit. */
export const LONGEST = 10;
/** More names have no room. */
export const MOST_NAMES = 22;

/** Width of names beside units. */
const widest = (names: string[]): number =>
  names.length > MOST_NAMES || !names.length ? 0 : 10 + 7 * Math.min(LONGEST, Math.max(...names.map((name) => name.length)));

export type EdgeKind = "weights" | "gradients";

/** The network: columns of units with their pictures, and the controls of each layer above its column. */
export function Diagram() {
  const playground = usePlayground();
  const state = playground.state.value!;
  const data = playground.data.value!;
  const dense = playground.columns.value;
  const columns = columnsOf(state.layers);
  const kind = useSignal<EdgeKind>("weights");
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const image = data.image_shape?.length === 2 ? (data.image_shape as [number, number]) : null;
  const counts = [data.features, ...dense.map((one) => one.units)];
  const labels: [number, number] = [data.domain || image ? 0 : widest(data.names), data.classes ? widest(data.classes) : 0];
  const layout = useMemo(() => layoutOf(counts, width, image, labels), [counts.join(), width, image?.join(), labels.join()]);
  // A unit that was looked at may be gone.
  useEffect(() => { playground.focus.value = null; }, [counts.join()]);

  const set = (next: Column[]) => playground.set({ layers: layersOf(next) });
  const resize = (layers: number) => {
    const last = columns![columns!.length - 1] ?? NEW_COLUMN;
    set(layers > columns!.length ? [...columns!, { ...last, rest: [] }] : columns!.slice(0, layers));
  };
  const isWide = width >= 600;
  return (
    <section class="card network" aria-label="Network">
      <div class="card-head">
        <h2>Network</h2>
        {columns && !playground.isReplay && (
          <span class="labelled"><span>Hidden layers</span>
            <Stepper label="hidden layers" value={columns.length} min={0} max={LIMITS.layers} set={resize} />
          </span>
        )}
        <span class="muted">{count(playground.parameters.value)} parameters</span>
        {!playground.isReplay && <button type="button" class="small" aria-label="New initial weights" data-gloss="Initial weights — draw new ones, and begin again"
          onClick={() => playground.set({ seed: state.seed + 1 })}><Icon name="dice" /> Initial weights</button>}
        <span class="push">
          <Segments label="Lines show" value={kind.value} set={(next) => { kind.value = next; }}
            choices={[{ value: "weights", label: "Weights" }, { value: "gradients", label: "Gradients" }]} />
        </span>
      </div>
      <div class="diagram-scroll" ref={frame} tabIndex={-1}>
        {width > 0 && (
          <DiagramStage width={layout.width} height={layout.height}>
            <DiagramCanvas layout={layout} kind={kind} />
            <UnitButtons layout={layout} />
            <EndHead place={layout.columns[0]!} title="Input" text={inputText(data.features, image)} />
            {columns?.map((column, i) => layout.columns[i + 1] && i < dense.length - 1 && (playground.isReplay ? (
              <EndHead key={i} place={layout.columns[i + 1]!} title={`Layer ${i + 1}`} text={`${column.units} ${column.activation}`} />
            ) : (
              <ColumnHead
                key={i} index={i} column={column} place={layout.columns[i + 1]!}
                set={(next) => set(columns.map((one, k) => (k === i ? next : one)))}
                remove={() => set(columns.filter((_, k) => k !== i))}
                insert={() => set([...columns.slice(0, i + 1), { ...column, rest: [] }, ...columns.slice(i + 1)])}
                isFull={columns.length >= LIMITS.layers}
              />
            )))}
            <EndHead place={layout.columns[layout.columns.length - 1]!} title="Output"
              text={data.classes ? `${data.classes.length} classes` : "one number"} />
          </DiagramStage>
        )}
      </div>
      <Inspector layout={layout} scroller={frame} isWide={isWide} />
      <EdgeLegend kind={kind.value} />
    </section>
  );
}

function EdgeLegend({ kind }: { kind: EdgeKind }) {
  const playground = usePlayground();
  void playground.slowly.value;
  const isDrawn = playground.latest.weights !== undefined || playground.frame.value === null;
  return (
    <p class="legend">
      {isDrawn ? (
        <>
          <span class="line-key negative" /> negative <span class="line-key positive" /> positive
          <span class="muted">the wider, the larger the {kind === "weights" ? "weight" : "gradient"}</span>
        </>
      ) : <span>This network has too many weights to draw them as lines.</span>}
    </p>
  );
}

function inputText(features: number, image: [number, number] | null): string {
  return image ? `${image[0]} × ${image[1]} pixels` : `${count(features)} ${features === 1 ? "feature" : "features"}`;
}

function DiagramStage({ width, height, children }: { width: number; height: number; children: preact.ComponentChildren }) {
  return <div class="diagram" style={{ width: `${width}px`, height: `${height}px` }}>{children}</div>;
}
