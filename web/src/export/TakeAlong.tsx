import { Fragment } from "preact";
import { useState } from "preact/hooks";
import { usePlayground } from "../model/context";
import type { ExportKind } from "../types";
import { Icon } from "../views/icons";
import { Popover } from "../views/fields";
import { sentence } from "../views/Status";
import { download } from "./download";
import { pngOf, VIEWS, type View } from "./pictures";
import { replayFile } from "./replay_file";

type What = "link" | ExportKind;

const FILES: { what: What; label: string; gloss: string }[] = [
  { what: "link", label: "Copy link", gloss: "restores data, network, and options" },
  { what: "python", label: "Python code", gloss: "trains the same network with glassnet" },
  { what: "recipe", label: "recipe.toml", gloss: "for glassnet train, where the data have a name" },
  { what: "model", label: "Model file", gloss: "predicts from rows in their own units: gn.load_model" },
  { what: "replay", label: "Replay", gloss: "this training as one HTML file, with a slider over epochs" },
];

/** The menu of everything that can be taken out of the page. */
export function TakeAlong() {
  const playground = usePlayground();
  const [busy, setBusy] = useState<What | null>(null);
  const [done, setDone] = useState<string | null>(null);
  const [code, setCode] = useState<string | null>(null);
  const [reason, setReason] = useState("");
  const isReady = playground.connection.value === "open" && playground.state.value !== null && playground.data.value !== null;

  const copy = async (text: string, label: string) => {
    try {
      await navigator.clipboard.writeText(text);
      setDone(label);
    } catch {
      playground.notice.value = "The browser does not let the page copy. Select the text, or the link in the address bar.";
    }
  };
  const take = async (what: What) => {
    setDone(null);
    setReason("");
    if (what === "link") return copy(location.href, "link");
    setBusy(what);
    try {
      const file = what === "replay" ? await replayFile(playground) : await playground.askFile(what);
      if (!file) {
        // The reason belongs here, and not at the foot of the page, which the menu may hide.
        setReason(playground.mistake.peek()?.message ?? "There is nothing to save yet.");
        playground.mistake.value = null;
        return;
      }
      if (what === "python") setCode(await file.text());
      else {
        download(file);
        setDone(what);
      }
    } catch (error) {
      setReason((error as Error).message);
    } finally {
      setBusy(null);
    }
  };
  return (
    <Popover label="Take it along" title="Take it along" text={<Icon name="take" />} class="round quiet" panelClass="take-along">
      <div class="files">
        {FILES.filter((one) => playground.usesLink || one.what !== "link").map(({ what, label, gloss }) => (
          <button key={what} type="button" disabled={!isReady || busy !== null} onClick={() => take(what)}
            aria-expanded={what === "python" ? code !== null : undefined}>
            <b>{label}</b><small>{gloss}</small>
            <span class="done" role="status">{busy === what ? "…" : done === what ? (what === "link" ? "copied" : "saved") : ""}</span>
          </button>
        ))}
      </div>
      <p class="reason" role="alert">{reason && sentence(reason)}</p>
      {code !== null && (
        <div class="code">
          <pre tabIndex={0} role="region" aria-label="Python code">{code}</pre>
          <p class="buttons">
            <button type="button" class="small" onClick={() => copy(code, "code")}>{done === "code" ? "Copied" : "Copy code"}</button>
            <button type="button" class="small" onClick={() => download(new File([code], "playground.py", { type: "text/x-python" }))}>Save as playground.py</button>
            <button type="button" class="small" onClick={() => setCode(null)}>Hide</button>
          </p>
        </div>
      )}
      <h4>Pictures</h4>
      <Pictures isReady={isReady} />
    </Popover>
  );
}

function Pictures({ isReady }: { isReady: boolean }) {
  const playground = usePlayground();
  const data = playground.data.value;
  const save = async (view: View, suffix: "svg" | "png", from: HTMLElement) => {
    const svg = view.draw(playground, from.closest<HTMLElement>(".gnp")!);
    if (svg === null) {
      playground.notice.value = `There is no picture of this yet: ${view.label.toLowerCase()}.`;
      return;
    }
    const parts = suffix === "svg" ? svg : await pngOf(svg);
    download(new File([parts], `${view.name}.${suffix}`, { type: suffix === "svg" ? "image/svg+xml" : "image/png" }));
  };
  const isShown = (view: View) =>
    view.name === "decision-surface" ? data?.domain != null : view.name === "confusion-matrix" ? data?.classes != null : true;
  return (
    <div class="pictures" role="group" aria-label="Pictures">
      {VIEWS.filter(isShown).map((view) => (
        <Fragment key={view.name}>
          <span>{view.label}</span>
          {(["svg", "png"] as const).map((suffix) => (
            <button key={suffix} type="button" class="small" disabled={!isReady} aria-label={`${view.label} as ${suffix.toUpperCase()}`}
              onClick={(event) => save(view, suffix, event.currentTarget)}>{suffix.toUpperCase()}</button>
          ))}
        </Fragment>
      ))}
    </div>
  );
}
