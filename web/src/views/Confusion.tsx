import { usePlayground } from "../model/context";
import { count } from "./numbers";
import { ClassSymbol } from "./legends";

/** How often each class is predicted as each other one. */
export function Confusion() {
  const playground = usePlayground();
  void playground.slowly.value;
  const data = playground.data.value!;
  const matrix = playground.latest.confusion;
  const classes = data.classes;
  if (!classes || !matrix || matrix.shape[0] !== classes.length) return null;
  const size = classes.length;
  const cells = matrix.data;
  const line = (i: number) => Array.from(cells.subarray(i * size, (i + 1) * size));
  const isImages = data.image_shape !== null;
  const heading = (index: number) => isImages ? classes[index] : <><ClassSymbol index={index} /><span class="class-name">{classes[index]}</span></>;
  return (
    <section class="card confusion" aria-label="Confusion matrix">
      <h2>Confusion matrix <small>{data.test_rows ? "test rows" : "training rows"}</small></h2>
      <div class="scroll-x" tabIndex={0} role="group" aria-label="Confusion matrix">
        <table class={size > 5 ? "dense" : undefined}>
          <thead>
            <tr><td /><th scope="colgroup" colSpan={size} class="over">predicted</th></tr>
            <tr><th scope="col" class="corner">true</th>{classes.map((name, j) => <th key={name} scope="col">{heading(j)}</th>)}</tr>
          </thead>
          <tbody>
            {classes.map((name, i) => {
              const counts = line(i);
              const total = counts.reduce((sum, one) => sum + one, 0) || 1;
              return (
                <tr key={name}>
                  <th scope="row">{heading(i)}</th>
                  {counts.map((value, j) => (
                    <td key={j} class={i === j ? "right" : "wrong"}
                      style={{ "--share": `${Math.round((60 * value) / total)}%` }}>{value ? count(value) : <span class="muted">0</span>}</td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}
