import { usePlayground } from "../model/context";
import { percent } from "../views/numbers";
import { sentence } from "../views/Status";
import type { Change } from "./board";
import { SmallImage } from "./SmallImage";

/** What would have to change for another prediction: the image before, the change of pixels, and the image after. */
export function ChangeView({ change, classes, range: [low, high] }: {
  change: Change; classes: string[]; range: [number, number];
}) {
  const shape = usePlayground().data.value!.image_shape as [number, number];
  const target = classes[change.against]!;
  const { facts, before, changed } = change;
  const title = <h3>What would have to change to read {target}</h3>;
  if (!facts.found || !changed) return <section class="change" aria-label="Change">{title}<p class="muted">{sentence(facts.reason ?? "")}</p></section>;
  const difference = Array.from(changed, (value, i) => value - before[i]!);
  const [added, removed] = [difference.filter((one) => one > 0).length, difference.filter((one) => one < 0).length];
  const ink = { kind: "ink", low, high } as const;
  const parts = [added && `${added} darker`, removed && `${removed} lighter`].filter(Boolean).join(", ");
  return (
    <section class="change" aria-label="Change">
      {title}
      <div class="parts">
        <div class="before-after">
          <figure><SmallImage values={before} shape={shape} scale={ink} size={112} label="Image before" /><figcaption>Before</figcaption></figure>
          <span aria-hidden="true">+</span>
          <figure>
            <SmallImage values={difference} shape={shape} scale={{ kind: "signed", high: high - low }} size={112} label={`Change: ${parts}`} />
            <figcaption>Change</figcaption>
          </figure>
          <span aria-hidden="true">=</span>
          <figure><SmallImage values={changed} shape={shape} scale={ink} size={112} label="Image after" /><figcaption>Read as {target}</figcaption></figure>
        </div>
        <div>
          <p>
            <b>{facts.pixels} of {before.length} pixels</b> ({parts}). That is just enough: the
            network reads the changed image as {target} ({percent(facts.output![change.against]!)}).
          </p>
          <p class="legend"><i class="dot positive" /> more ink <i class="dot negative" /> less ink
            <span class="muted">found by following the gradient; a smaller change may exist</span></p>
        </div>
      </div>
    </section>
  );
}
