import { useEffect, useRef } from "preact/hooks";
import { usePlayground } from "../model/context";
import type { Cure, Finding } from "../types";
import { sentence } from "./Status";

const SEVERITIES = { error: "Error", warning: "Warning", info: "Note" };

/** What the doctor has found about this training, with a button for a known cure, and one that takes it back. */
export function Findings() {
  const playground = usePlayground();
  const findings = playground.findings.value;
  const applied = playground.applied.value;
  const undo = useRef<HTMLButtonElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  // The button that was pressed goes away with its finding: the focus goes on to what takes its place.
  useEffect(() => {
    if (applied) undo.current?.focus();
  }, [applied]);
  const takeBack = () => {
    playground.undoCure();
    heading.current?.focus();
  };
  return (
    <section class="card findings" aria-label="Findings">
      <h2 ref={heading} tabIndex={-1}>Findings</h2>
      {applied && (
        <p class="applied">
          <span role="status"><b>Applied:</b> {applied.label}</span>
          <button type="button" class="small" ref={undo} aria-label={`Undo: ${applied.label}`} onClick={takeBack}>Undo</button>
        </p>
      )}
      <div aria-live="polite">
        {findings.length === 0 ? (
          <p class="muted">
            {applied ? "Nothing unusual any more." : "Nothing unusual. Findings about the training appear here as they arise."}
          </p>
        ) : (
          <ul>
            {findings.map((finding) => (
              <Item key={finding.rule} finding={finding} apply={(cure) => playground.cure(cure)} />
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}

/** Keep the exponent of a number on its line. */
const unbroken = (text: string) => text.replace(/(\de)-(?=\d)/g, "$1\u2011");

function Item({ finding, apply }: { finding: Finding; apply: (cure: Cure) => void }) {
  const { severity, subject, message, meaning, advice, cure } = finding;
  return (
    <li class={severity}>
      <span class="severity">{SEVERITIES[severity]} · {subject}</span>
      <p><b>{unbroken(sentence(message))}</b></p>
      <p>{meaning} {advice}</p>
      {cure && (
        <button type="button" class="small" onClick={() => apply(cure)}>
          Apply: {cure.label.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase())}
        </button>
      )}
    </li>
  );
}
