import { usePlayground } from "../model/context";
import type { NumberArray } from "../types";
import type { Drawn } from "./board";
import { SmallImage } from "./SmallImage";

const STEPS: { name: "ink" | "cropped" | "centered"; title: string; gloss: string }[] = [
  { name: "ink", title: "Ink", gloss: "separated from the paper" },
  { name: "cropped", title: "Cropped", gloss: "to the box around the ink" },
  { name: "centered", title: "Centered", gloss: "scaled and placed like the training images" },
];

/** The steps from a drawing to the row that the network gets. */
export function Framing({ drawn }: { drawn: Drawn }) {
  const shape = usePlayground().data.value!.image_shape as [number, number];
  const [low, high] = drawn.answer.range;
  const steps = STEPS.flatMap((step) => {
    const image: NumberArray | undefined = drawn.arrays[step.name];
    return image ? [{ ...step, image }] : [];
  });
  return (
    <ol class="framing" aria-label="Framing">
      {steps.map(({ name, title, gloss, image }) => (
        <li key={name}>
          <span class="frame">
            <SmallImage values={image.data} shape={image.shape as [number, number]} scale={{ kind: "ink", high: 255 }} size={76}
              label={`${title}: ${gloss}`} />
          </span>
          <b>{title}</b><span>{gloss}</span>
        </li>
      ))}
      <li>
        <span class="frame">
          <SmallImage values={drawn.activations[0]!} shape={shape} scale={{ kind: "ink", low, high }} size={76}
            label={`Input of the network: ${shape[0]} by ${shape[1]} pixels`} />
        </span>
        <b>Input</b>
        <span>{steps.length ? "mean of each square, " : ""}{shape[0]} × {shape[1]} values from {low} to {high}</span>
      </li>
    </ol>
  );
}
