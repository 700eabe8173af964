import { scaleLinear, scaleLog } from "d3-scale";
import { line } from "d3-shape";
import { useRef, useState } from "preact/hooks";
import { usePlayground } from "../model/context";
import { EPOCH, TEST_ACCURACY, TEST_LOSS, TRAIN_ACCURACY, TRAIN_LOSS } from "../model/history";
import { percent, short } from "./numbers";
import { useWidth } from "./use_width";

const HEIGHT = 150;
const [TOP, RIGHT, BOTTOM, LEFT] = [8, 10, 22, 44];
/** More points than this are not seen on a curve of this size. */
const POINTS = 300;

/** Loss and accuracy of both parts by epoch. */
export function Curves() {
  const playground = usePlayground();
  const [isLog, setLog] = useState(false);
  return (
    <section class="card curves" aria-label="Learning curves">
      <div class="card-head">
        <h2>Learning curves</h2>
        <label class="check push">
          <input type="checkbox" checked={isLog} onChange={(event) => setLog(event.currentTarget.checked)} /> Log scale
        </label>
      </div>
      <Chart title="Loss" train={TRAIN_LOSS} test={TEST_LOSS} isLog={isLog} format={short} />
      {playground.isClassification && (
        <Chart title="Accuracy" train={TRAIN_ACCURACY} test={TEST_ACCURACY} isLog={false} format={percent} isShare />
      )}
    </section>
  );
}

function Chart({ title, train, test, isLog, isShare, format }: {
  title: string; train: number; test: number; isLog: boolean; isShare?: boolean; format: (value: number) => string;
}) {
  const playground = usePlayground();
  void playground.slowly.value;
  const { history } = playground;
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const rows = history.sample(POINTS);
  const parts = [train, test].map((field) =>
    rows.map((row) => [history.at(row, EPOCH), history.at(row, field)] as [number, number])
      .filter(([, value]) => Number.isFinite(value) && (!isLog || value > 0)));
  const values = parts.flat().map(([, value]) => value);
  const last = Math.max(rows.length ? history.last(EPOCH) : 0, 10);
  const x = scaleLinear([history.length ? Math.min(1, last) : 0, last], [LEFT, width - RIGHT]);
  const [low, high] = values.length ? [Math.min(...values), Math.max(...values)] : [isLog ? 0.1 : 0, 1];
  const range: [number, number] = [HEIGHT - BOTTOM, TOP];
  const y = isLog
    ? scaleLog([low, Math.max(high, low * 1.5)], range).nice()
    : isShare ? scaleLinear([Math.min(0.5, Math.floor(low * 10) / 10), 1], range) : scaleLinear([0, high || 1], range).nice(4);
  const ticks = isLog ? thinned(y.ticks(4)) : y.ticks(4);
  const path = line<[number, number]>(([epoch]) => x(epoch), ([, value]) => y(value));
  const label = `${title} by epoch: train ${format(history.last(train))}, test ${format(history.last(test))}`;
  return (
    <figure class="chart" ref={frame}>
      <figcaption>
        <b>{title}</b>
        <span class="key-line train" /> train <output>{format(history.last(train))}</output>
        <span class="key-line test" /> test <output>{format(history.last(test))}</output>
      </figcaption>
      {width > 0 && (
        <svg viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={label}>
          {ticks.map((tick) => (
            <g key={tick}>
              <line class="grid" x1={LEFT} x2={width - RIGHT} y1={y(tick)} y2={y(tick)} />
              <text class="tick" x={LEFT - 7} y={y(tick) + 4} text-anchor="end">{isShare ? `${Math.round(tick * 100)}%` : isLog ? short(tick) : y.tickFormat(4)(tick)}</text>
            </g>
          ))}
          {x.ticks(Math.max(2, Math.floor(width / 60))).filter((tick) => Number.isInteger(tick) && x(tick) < width - RIGHT - 62).map((tick) => (
            <text key={tick} class="tick" x={x(tick)} y={HEIGHT - 6} text-anchor="middle">{x.tickFormat()(tick)}</text>
          ))}
          <path class="curve train" d={path(parts[0]!) ?? ""} />
          <path class="curve test" d={path(parts[1]!) ?? ""} />
          {rows.length === 1 && parts.map((part, i) => part.map(([epoch, value]) => (
            <circle key={i} class={i ? "dot test" : "dot train"} cx={x(epoch)} cy={y(value)} r="3" />
          )))}
          <text class="tick" x={width - RIGHT} y={HEIGHT - 6} text-anchor="end">epoch</text>
          {!history.length && <text class="none" x={(LEFT + width) / 2} y={HEIGHT / 2} text-anchor="middle">Nothing is trained yet</text>}
        </svg>
      )}
    </figure>
  );
}

/** Powers of ten if there are several, otherwise some of the ticks. */
function thinned(ticks: number[]): number[] {
  const powers = ticks.filter((tick) => Math.abs(Math.log10(tick) - Math.round(Math.log10(tick))) < 1e-9);
  return powers.length >= 2 ? powers : ticks.filter((_, i) => i % Math.ceil(ticks.length / 4) === 0);
}
