import { useEffect, useState } from "preact/hooks";
import { usePlayground } from "../model/context";
import { switchTheme, theme } from "../model/theme";
import { Icon } from "../views/icons";
import { Slider } from "../views/fields";
import { count, short } from "../views/numbers";
import { Readout } from "../views/RunBar";
import type { ReplayTransport } from "./transport";

/** Milliseconds that each moment is shown while the replay plays. */
const PACE = 160;

/** Play, pause, and a slider over the moments of a recording. */
export function ReplayBar({ replay }: { replay: ReplayTransport }) {
  const [isPlaying, setPlaying] = useState(false);
  const { moments } = replay.replay;
  const last = moments.length - 1;
  const at = replay.at.value;
  const epoch = moments[at]!.frame.epoch;
  useEffect(() => {
    if (!isPlaying) return;
    if (at === last) return setPlaying(false);
    const timer = window.setTimeout(() => replay.show(at + 1), PACE);
    return () => window.clearTimeout(timer);
  }, [isPlaying, at]);
  const play = () => {
    if (!isPlaying && at === last) replay.show(0);
    setPlaying(!isPlaying);
  };
  const go = (to: number) => {
    setPlaying(false);
    replay.show(to);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === " " && event.target instanceof HTMLInputElement) play();
    else return;
    event.preventDefault();
  };
  return (
    <header class="runbar replaybar" onKeyDown={onKeyDown}>
      <h1>glassnet <span>replay</span></h1>
      <div class="transport" role="toolbar" aria-label="Replay">
        <button type="button" class="round quiet" aria-label="Previous moment" disabled={at === 0} onClick={() => go(at - 1)}><Icon name="previous" /></button>
        <button type="button" class="round primary" aria-label={isPlaying ? "Pause" : "Play"} disabled={last === 0} onClick={play}>
          <Icon name={isPlaying ? "pause" : "play"} />
        </button>
        <button type="button" class="round quiet" aria-label="Next moment" disabled={at === last} onClick={() => go(at + 1)}><Icon name="next" /></button>
      </div>
      <div class="timeline">
        <Slider label="Epoch" min={0} max={Math.max(1, last)} step={1} value={at} set={go} text={`epoch ${count(epoch)}`} />
      </div>
      <Readout />
      <div class="page-actions">
        <button type="button" class="round quiet" onClick={switchTheme}
          aria-label={theme.value === "dark" ? "Light colors" : "Dark colors"}>
          <Icon name={theme.value === "dark" ? "sun" : "moon"} />
        </button>
      </div>
    </header>
  );
}

/** What was trained, and how, in place of the controls. */
export function ReplayFacts() {
  const playground = usePlayground();
  const { data: choice, training, layers } = playground.state.value!;
  const data = playground.data.value!;
  const optimizer = training.optimizer ?? "adam";
  const { learning_rate: _, ...options } = typeof optimizer === "string" ? { name: optimizer, learning_rate: 0 } : optimizer;
  const facts: [string, string][] = [
    ["Data", `${choice.kind === "own" ? "own rows" : choice.kind}, ${count(data.train_rows)} training rows, ${count(data.test_rows)} test rows`],
    ["Optimizer", Object.entries(options).map(([name, value]) => (name === "name" ? value : `${name.replaceAll("_", " ")} ${value}`)).join(", ")],
    ["Learning rate", short(playground.frame.value?.learning_rate ?? NaN)],
    ["Batch size", String(training.batch_size ?? 32)],
    ["Layers", layers.map((one) => [one.units, one.name === "dense" ? one.activation : one.name].filter(Boolean).join(" ")).join(" → ") || "none"],
  ];
  return (
    <section class="card facts" aria-label="What was trained">
      <dl>{facts.map(([term, text]) => <div key={term}><dt>{term}</dt><dd>{text}</dd></div>)}</dl>
    </section>
  );
}
