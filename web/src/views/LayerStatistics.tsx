import { usePlayground } from "../model/context";
import { short } from "./numbers";

const [WIDTH, HEIGHT] = [124, 40];

/** The weights of each column as a histogram, and the size of its gradients. */
export function LayerStatistics() {
  const playground = usePlayground();
  void playground.slowly.value;
  const { histograms, ends, gradient_norms: norms } = playground.latest;
  const columns = playground.columns.value;
  const largest = norms ? Math.max(...(norms.data as Float32Array)) : 0;
  const isShown = histograms && ends && norms && histograms.shape[0] === columns.length;
  return (
    <section class="card statistics" aria-label="Weights and gradients by layer">
      <h2>Weights and gradients by layer</h2>
      {isShown && (
        <table>
          <thead><tr><th scope="col">Layer</th><th scope="col">Weights</th><th scope="col">Gradient norm</th></tr></thead>
          <tbody>
            {columns.map((column, i) => {
              const bins = histograms.shape[1]!;
              const counts = histograms.data.subarray(i * bins, (i + 1) * bins);
              const side = ends.data[2 * i + 1]!;
              const norm = norms.data[i]!;
              return (
                <tr key={column.name}>
                  <th scope="row">{i === columns.length - 1 ? "Output" : i + 1}</th>
                  <td><Histogram counts={counts} side={side} /></td>
                  <td class="norm">
                    <span class="bar"><i style={{ width: `${share(norm, largest)}%` }} /></span>
                    <output>{short(norm)}</output>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
      <p class="muted">Gradient norm: root mean square of dW, on a log scale of five powers of ten.</p>
    </section>
  );
}

/** Length of a bar in percent: 100 at the largest norm, 0 five powers of ten below it. */
const share = (norm: number, largest: number): number =>
  norm > 0 && largest > 0 ? Math.max(2, 100 * (1 + Math.log10(norm / largest) / 5)) : 0;

function Histogram({ counts, side }: { counts: ArrayLike<number>; side: number }) {
  const bins = Array.from(counts);
  const most = Math.max(...bins, 1);
  const pitch = WIDTH / bins.length;
  return (
    <svg class="histogram" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`Weights from ${short(-side)} to ${short(side)}`}>
      {bins.map((value, i) => {
        const height = (value / most) * (HEIGHT - 12);
        const middle = (bins.length - 1) / 2;
        return value > 0 && (
          <rect key={i} class={i < middle ? "negative" : i > middle ? "positive" : "zero"}
            x={i * pitch + 0.3} width={pitch - 0.6} y={HEIGHT - 11 - height} height={height} />
        );
      })}
      <line class="grid" x1="0" x2={WIDTH} y1={HEIGHT - 10.5} y2={HEIGHT - 10.5} />
      <text class="tick" x="0" y={HEIGHT - 1}>{short(-side)}</text>
      <text class="tick" x={WIDTH / 2} y={HEIGHT - 1} text-anchor="middle">0</text>
      <text class="tick" x={WIDTH} y={HEIGHT - 1} text-anchor="end">{short(side)}</text>
    </svg>
  );
}
