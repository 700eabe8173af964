import { useRef } from "preact/hooks";
import { PlaygroundContext } from "../model/context";
import type { Playground } from "../model/playground";
import { DrawDigit } from "../draw_digit/DrawDigit";
import { theme } from "../model/theme";
import { Diagram } from "../network/Diagram";
import { ReplayBar, ReplayFacts } from "../replay/ReplayBar";
import type { ReplayTransport } from "../replay/transport";
import { Curves } from "./Curves";
import { Confusion } from "./Confusion";
import { DataPanel } from "./DataPanel";
import { Findings } from "./Findings";
import { LayerStatistics } from "./LayerStatistics";
import { Output } from "./Output";
import { RunBar } from "./RunBar";
import { SlowMotion } from "./SlowMotion";
import { ConnectionState, Messages } from "./Status";
import { TrainingPanel } from "./TrainingPanel";

export function App({ playground, replay }: { playground: Playground; replay?: ReplayTransport }) {
  const root = useRef<HTMLDivElement>(null);
  const isReady = playground.state.value !== null && playground.data.value !== null;
  return (
    <PlaygroundContext.Provider value={playground}>
      <div class="gnp" data-theme={theme.value} ref={root}>
        {replay ? <ReplayBar replay={replay} /> : <RunBar />}
        <ConnectionState />
        {isReady ? (
          <main class={replay ? "board replay" : "board"}>
            {replay ? <ReplayFacts /> : <TrainingPanel />}
            {!replay && (
              <div class="left">
                <DataPanel />
                <Findings />
              </div>
            )}
            <div class="center">
              <Diagram />
              <SlowMotion />
              {playground.data.value?.image_shape?.length === 2 && playground.data.value.classes && <DrawDigit />}
            </div>
            <div class="side">
              <Output />
              <Curves />
            </div>
            <div class="charts">
              <LayerStatistics />
              <Confusion />
              {replay && <Findings />}
            </div>
          </main>
        ) : <main class="board empty" aria-busy="true"><p>Connecting to the server …</p></main>}
        <Messages />
      </div>
    </PlaygroundContext.Provider>
  );
}
