// The playground as a widget of Jupyter, marimo, and VS Code.
import { followNotebook } from "./model/notebook_theme";
import { mount } from "./mount";
import { kernelView, type Model } from "./transport/kernel";
import styles from "./styles/index.css?inline";
import notebookStyles from "./styles/notebook.css?inline";

const PATIENCE = 6000;

/** The last picture that the kernel left, for as long as there is no kernel. */
function stillPicture(model: Model): HTMLElement {
  const figure = document.createElement("figure");
  figure.className = "still";
  const picture = document.createElement("img");
  picture.alt = "The network's predictions and losses, when the kernel last drew them";
  picture.src = String(model.get("snapshot"));
  const caption = document.createElement("figcaption");
  caption.textContent = "Waiting for the kernel …";
  figure.append(picture, caption);
  window.setTimeout(() => {
    caption.textContent = "No kernel answers. Run the cell again to train and to change settings.";
  }, PATIENCE);
  return figure;
}

/** Hide the picture that is saved with the notebook, now that there is something better to see; the result shows it. */
function hideSavedPicture(id: string): () => void {
  const rule = document.createElement("style");
  rule.textContent = `[data-glassnet-still="${CSS.escape(id)}"] { display: none; }`;
  document.head.append(rule);
  return () => rule.remove();
}

/** Call back when an element becomes visible, and when it is no longer so. */
function watchVisibility(element: Element, changed: (isVisible: boolean) => void): () => void {
  let isOnScreen = false;
  let wasVisible = false;
  const check = () => {
    const isVisible = isOnScreen && document.visibilityState === "visible";
    if (isVisible !== wasVisible) changed(isVisible);
    wasVisible = isVisible;
  };
  const observer = new IntersectionObserver((entries) => {
    isOnScreen = entries[entries.length - 1]!.isIntersecting;
    check();
  });
  observer.observe(element);
  document.addEventListener("visibilitychange", check);
  return () => {
    observer.disconnect();
    document.removeEventListener("visibilitychange", check);
    if (wasVisible) changed(false);
  };
}

function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const host = document.createElement("div");
  // A notebook's shortcuts must not act on what is typed here: it sees the host, not the field.
  host.dataset.lmSuppressShortcuts = "true";
  const keepKey = (event: Event) => event.stopPropagation();
  for (const name of ["keydown", "keyup", "keypress"]) host.addEventListener(name, keepKey);
  const root = host.attachShadow({ mode: "open" });
  const style = document.createElement("style");
  style.textContent = styles + notebookStyles;
  const place = document.createElement("div");
  place.className = "gnp-notebook";
  const still = stillPicture(model);
  place.append(still);
  root.append(style, place);
  el.append(host);

  let unmount = () => view.transport.close?.();
  const view = kernelView(model, () => {
    still.remove();
    const showSaved = hideSavedPicture(String(model.get("still_id")));
    const takeAway = mount(place, view.transport);
    unmount = () => {
      takeAway();
      showSaved();
    };
  });
  const unfollow = followNotebook();
  const unwatch = watchVisibility(host, (isVisible) => (isVisible ? view.join() : view.leave()));
  return () => {
    unwatch();
    unfollow();
    unmount();
    host.remove();
  };
}

export default { render };
