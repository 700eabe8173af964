import { usePlayground } from "../model/context";
import { sentence } from "./Status";

/** What the doctor has found about this training, with a button for a known cure. */
export function Findings() {
  const playground = usePlayground();
  const findings = playground.findings.value;
  return (
    <section class="card findings" aria-label="Findings">
      <h2>Findings</h2>
      {findings.length === 0 ? <p class="muted">Nothing unusual. Findings about the training appear here as they arise.</p> : (
        <ul>
          {findings.map((finding) => (
            <li key={`${finding.rule} ${finding.subject}`} class={finding.severity}>
              <span class="severity">{finding.severity}</span>
              <p><b>{sentence(finding.message)}</b> {finding.advice}</p>
              {finding.cure && (
                <button type="button" class="small" onClick={() => playground.set(finding.cure!.changes)}>
                  {finding.cure.label ?? "Apply"}
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
