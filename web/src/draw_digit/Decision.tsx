import { usePlayground } from "../model/context";
import { NumberLegend } from "../views/legends";
import { percent, short } from "../views/numbers";
import type { Drawn } from "./board";
import { SmallImage } from "./SmallImage";

const SHOWN_UNITS = 5;

/** The probability of each class as a bar. */
export function Probabilities({ drawn, classes }: { drawn: Drawn; classes: string[] }) {
  const { output, predicted, against } = drawn.answer;
  return (
    <ul class="probabilities" aria-label="Probabilities">
      {classes.map((name, index) => (
        <li key={name} class={index === predicted ? "best" : index === against ? "other" : ""}>
          <span class="name">{name}</span>
          <span class="bar"><span style={{ width: `${100 * output[index]!}%` }} /></span>
          <output>{percent(output[index]!)}</output>
        </li>
      ))}
    </ul>
  );
}

/** Which pixels and units carried the decision: contributions, which add up to the difference of two logits. */
export function Decision({ drawn, classes }: { drawn: Drawn; classes: string[] }) {
  const shape = usePlayground().data.value!.image_shape as [number, number];
  const { predicted, against, margin } = drawn.answer;
  const pixels = drawn.contributions[0]!;
  const side = Math.max(...Array.from(pixels, Math.abs)) || 1;
  const [first, other] = [classes[predicted]!, classes[against]!];
  const rest = drawn.arrays.rests!.data[0]!;
  return (
    <section class="decision" aria-label="Contributions">
      <h3>What decided for {first}, and not {other}</h3>
      <div class="parts">
        <figure>
          <SmallImage values={pixels} shape={shape} scale={{ kind: "signed", high: side }} size={184}
            label={`Contribution of each pixel: ${strongest(pixels, shape)}`} />
          <NumberLegend scale={{ middle: 0, side }} />
          <figcaption class="muted"><i class="dot positive" /> for {first} <i class="dot negative" /> for {other}</figcaption>
        </figure>
        <div>
          <p class="sum">
            Logit of {first} − logit of {other} = <b>{short(margin)}</b>: pixels {signed(margin - rest)}, biases and
            constants {signed(rest)}. The contributions of each layer add up to it.
          </p>
          <Units drawn={drawn} />
        </div>
      </div>
    </section>
  );
}

/** The units of each hidden layer that contribute most. */
function Units({ drawn }: { drawn: Drawn }) {
  const playground = usePlayground();
  const layers = drawn.contributions.slice(1);
  if (!layers.length) return null;
  return (
    <div class="carriers">
      {layers.map((values, layer) => {
        const order = Array.from(values, (_, unit) => unit).sort((a, b) => Math.abs(values[b]!) - Math.abs(values[a]!));
        const shown = order.slice(0, SHOWN_UNITS);
        const others = order.slice(SHOWN_UNITS).reduce((sum, unit) => sum + values[unit]!, 0);
        const side = Math.abs(values[order[0]!]!) || 1;
        return (
          <div key={layer}>
            <h4>Layer {layer + 1}</h4>
            <ul>
              {shown.map((unit) => (
                <li key={unit} onMouseEnter={() => { playground.focus.value = { column: layer + 1, unit }; }}
                  onMouseLeave={() => { playground.focus.value = null; }}>
                  <span>unit {unit + 1}</span>
                  <Signed share={values[unit]! / side} />
                  <output>{signed(values[unit]!)}</output>
                </li>
              ))}
              {order.length > shown.length && (
                <li class="muted"><span>{order.length - shown.length} more</span><span /><output>{signed(others)}</output></li>
              )}
              <li class="muted"><span>biases</span><span /><output>{signed(drawn.arrays.rests!.data[layer + 1]!)}</output></li>
            </ul>
          </div>
        );
      })}
    </div>
  );
}

/** A bar to the right for positive values, to the left for negative ones; share: −1 to 1. */
function Signed({ share }: { share: number }) {
  const width = `${50 * Math.abs(share)}%`;
  return (
    <span class="signed" aria-hidden="true">
      <span class={share < 0 ? "negative" : "positive"} style={share < 0 ? { right: "50%", width } : { left: "50%", width }} />
    </span>
  );
}

const signed = (value: number): string => (value > 0 ? `+${short(value)}` : short(value));

function strongest(values: ArrayLike<number>, [, width]: [number, number]): string {
  const order = Array.from(values, (_, i) => i).sort((a, b) => Math.abs(values[b]!) - Math.abs(values[a]!));
  return order.slice(0, 3)
    .map((i) => `row ${Math.floor(i / width) + 1}, column ${(i % width) + 1} ${signed(values[i]!)}`).join("; ");
}
