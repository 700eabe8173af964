import { effect, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { usePlayground } from "../model/context";
import { Segments, Select } from "../views/fields";
import { percent } from "../views/numbers";
import { sentence } from "../views/Status";
import type { UnitsShow } from "./board";
import { ChangeView } from "./ChangeView";
import { Decision, Probabilities } from "./Decision";
import { Framing } from "./Framing";
import { grayOf, type Gray } from "./picture";
import { emptySheet } from "./Sheet";
import { Source, type Mode, type Sources } from "./Source";

const UNITS: { value: UnitsShow; label: string }[] = [
  { value: "activations", label: "Activations" },
  { value: "contributions", label: "Contributions" },
  { value: "weights", label: "Weights" },
];

/** Draw an image, or bring one: how it is framed, what the network reads, why, and what would change that. */
export function DrawDigit() {
  const playground = usePlayground();
  const { board } = playground;
  const data = playground.data.value!;
  const ink = useMemo(emptySheet, []);
  const sources: Sources = {
    mode: useSignal<Mode>("draw"), ink, pixels: useSignal<ArrayLike<number> | null>(null), row: useSignal(0),
    picture: useSignal<Gray | null>(null), isErasing: useSignal(false),
  };
  const isOver = useSignal(false);

  useEffect(() => {
    const stop = effect(() => {
      void playground.slowly.value;
      board.refresh();
    });
    return () => {
      stop();
      board.show(null);
    };
  }, []);
  // Pixels of images of another size are no longer those of an image.
  useEffect(() => { sources.pixels.value = null; }, [data.features]);

  const open = async (file: Blob) => {
    try {
      sources.picture.value = await grayOf(file);
      sources.mode.value = "picture";
    } catch (error) {
      playground.notice.value = (error as Error).message;
    }
  };
  const isDigits = playground.state.value!.data.kind === "digits";
  const drawn = board.drawn.value;
  const classes = data.classes!;
  const change = board.change.value;
  return (
    <section
      class={isOver.value ? "card draw-digit over" : "card draw-digit"} aria-label={isDigits ? "Draw a digit" : "Your own image"}
      onDragOver={(event) => {
        if (!event.dataTransfer?.types.includes("Files")) return;
        event.preventDefault();
        isOver.value = true;
      }}
      onDragLeave={() => { isOver.value = false; }}
      onDrop={(event) => {
        isOver.value = false;
        const file = event.dataTransfer?.files[0];
        if (!file) return;
        event.preventDefault();
        void open(file);
      }}
    >
      <div class="card-head">
        <h2>{isDigits ? "Draw a digit" : "Your own image"}</h2>
        <span class="labelled push"><span>Units of the network show</span>
          <Segments label="Units of the network show" value={board.unitsShow.value} choices={UNITS}
            set={(next) => { board.unitsShow.value = next; }} />
        </span>
      </div>
      <div class="top">
        <Source sources={sources} open={open} />
        {drawn ? (
          <div class="reading">
            <p class="verdict" aria-live={playground.running.value ? "off" : "polite"}>
              Read as <b>{classes[drawn.answer.predicted]}</b> ({percent(drawn.answer.output[drawn.answer.predicted]!)})
            </p>
            <Framing drawn={drawn} />
            <Probabilities drawn={drawn} classes={classes} />
          </div>
        ) : (
          <p class="reading muted" aria-live="polite">
            {board.mistake.value ? sentence(board.mistake.value) : `Draw with a mouse, a finger, or a pen; set single pixels, also with the keyboard; look at an
              image of the data; or drop a picture of any size. The network that is trained above reads it at once.`}
          </p>
        )}
      </div>
      {drawn && (
        <>
          <label class="labelled compare"><span>Compare with</span>
            <Select label="Class to compare with" value={board.against.value === null ? "" : String(board.against.value)}
              set={(value) => board.compareWith(value === "" ? null : Number(value))}
              choices={[
                { value: "", label: "the runner-up" },
                ...classes.map((name, index) => ({ value: String(index), label: name })),
              ]} />
            {board.against.value === drawn.answer.predicted && <span class="muted">which it is read as; the runner-up is shown</span>}
          </label>
          <div class="why">
            <Decision drawn={drawn} classes={classes} />
            {change && <ChangeView change={change} classes={classes} range={drawn.answer.range} />}
          </div>
        </>
      )}
    </section>
  );
}
