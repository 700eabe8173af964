import { useEffect } from "preact/hooks";
import { usePlayground } from "../model/context";
import { Icon } from "./icons";

/** Whether the server is there. */
export function ConnectionState() {
  const playground = usePlayground();
  const isLost = playground.connection.value === "lost";
  const reason = playground.lostReason.value;
  return (
    <div role="status" class="connection">
      {isLost && (
        <p class="banner">
          <span>
            {/too/.test(reason) ? (
              <><b>{sentence(reason)}</b> This page tries again by itself.</>
            ) : (
              <>
                <b>The server has ended.</b> Start it again with <code>glassnet playground</code>. This page tries to
                reconnect; a server that was started anew prints a new address.
              </>
            )}
          </span>
        </p>
      )}
      {playground.diverged.value !== null && (
        <p class="banner warning">
          <span><b>Training has diverged.</b> {sentence(playground.diverged.value)}</span>
          <button type="button" class="small" onClick={() => playground.run("reset")}>Reset</button>
        </p>
      )}
    </div>
  );
}

/** Mistakes and notices, read out politely, at the foot of the window. */
export function Messages() {
  const playground = usePlayground();
  const { mistake, notice } = playground;
  const text = mistake.value?.at === "page" ? mistake.value.message : notice.value;
  useEffect(() => {
    if (!text) return;
    const timer = window.setTimeout(() => {
      notice.value = "";
      if (mistake.peek()?.at === "page") mistake.value = null;
    }, 12_000);
    return () => window.clearTimeout(timer);
  }, [text]);
  return (
    <div class="messages" aria-live="polite">
      {text && (
        <p class={mistake.value ? "toast warning" : "toast"}>
          <span>{sentence(text)}</span>
          <button type="button" class="bare" aria-label="Dismiss" onClick={() => { mistake.value = null; notice.value = ""; }}>
            <Icon name="close" />
          </button>
        </p>
      )}
    </div>
  );
}

export const sentence = (text: string): string => {
  const isSymbol = /^[a-z][A-Z]/.test(text); // such as dW
  const capital = isSymbol ? text : text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
};
