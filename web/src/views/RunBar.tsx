import { usePlayground } from "../model/context";
import { TEST_LOSS, TRAIN_LOSS } from "../model/history";
import { switchTheme, theme } from "../model/theme";
import { TakeAlong } from "../export/TakeAlong";
import { Icon } from "./icons";
import { count, short } from "./numbers";

/** Play, pause, one epoch, one batch, reset, and how far the training is. */
export function RunBar() {
  const playground = usePlayground();
  const isOpen = playground.connection.value === "open" && playground.state.value !== null;
  const isRunning = playground.running.value;
  // A sheet without points of two classes has nothing to train on.
  const isBlank = playground.painted.value !== null && new Set(playground.painted.value.map((one) => one[2])).size < 2;
  const isStuck = playground.diverged.value !== null || isBlank;
  const run = (action: Parameters<typeof playground.run>[0]) => () => playground.run(action);
  return (
    <header class="runbar">
      <h1>glassnet <span>playground</span></h1>
      <div class="transport" role="toolbar" aria-label="Training">
        <button type="button" class="round quiet" aria-label="Reset" data-gloss="Reset — new training from the same initial weights"
          disabled={!isOpen} onClick={run("reset")}><Icon name="reset" /></button>
        <button type="button" class="round primary" aria-label={isRunning ? "Pause" : "Play"}
          data-gloss={isRunning ? "Pause — the training keeps its state" : "Play — train until you pause"} disabled={!isOpen || isStuck}
          onClick={run(isRunning ? "pause" : "play")}><Icon name={isRunning ? "pause" : "play"} /></button>
        <button type="button" class="round quiet" aria-label="One batch" data-gloss="One batch — a single step of the optimizer"
          disabled={!isOpen || isRunning || isStuck} onClick={run("batch")}><Icon name="batch" /></button>
        <button type="button" class="round quiet" aria-label="One epoch" data-gloss="One epoch — every training row once"
          disabled={!isOpen || isRunning || isStuck} onClick={run("epoch")}><Icon name="epoch" /></button>
      </div>
      <Readout />
      <div class="page-actions">
        <TakeAlong />
        {(playground.usesLink || playground.isReplay) && <ThemeButton />}
      </div>
    </header>
  );
}

/** A notebook has its own colors, which the widget follows. */
function ThemeButton() {
  return (
    <button type="button" class="round quiet" data-gloss="Light or dark"
      aria-label={theme.value === "dark" ? "Light colors" : "Dark colors"} onClick={switchTheme}>
      <Icon name={theme.value === "dark" ? "sun" : "moon"} />
    </button>
  );
}

export function Readout() {
  const playground = usePlayground();
  const frame = playground.frame.value;
  const { history } = playground;
  void playground.slowly.value;
  const values: [string, string, string][] = [
    ["Epoch", "how often all training rows were used", frame ? count(frame.epoch) : "0"],
    ["Step", "number of updates of the weights", frame ? count(frame.step) : "0"],
    ["Epochs/s", "speed of the training", frame && frame.epochs_per_second > 0 ? short(frame.epochs_per_second) : "–"],
    ["Train loss", "mean error on the rows to train on", short(history.last(TRAIN_LOSS))],
    ["Test loss", "mean error on rows that training never sees", short(history.last(TEST_LOSS))],
  ];
  if (playground.isReplay) values.splice(2, 1);
  return (
    <dl class="readout">
      {values.map(([term, gloss, value]) => (
        <div key={term} title={`${term} — ${gloss}`}><dt>{term}</dt><dd>{value}</dd></div>
      ))}
    </dl>
  );
}
