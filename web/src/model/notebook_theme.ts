import { theme, type Theme } from "./theme";

/** Light or dark, as JupyterLab, VS Code, and marimo say on their page; null if it says nothing. */
function themeOfPage(): Theme | null {
  const { body, documentElement: root } = document;
  if (body.dataset.jpThemeLight) return body.dataset.jpThemeLight === "false" ? "dark" : "light";
  if (body.dataset.vscodeThemeKind) return /dark|high-contrast$/.test(body.dataset.vscodeThemeKind) ? "dark" : "light";
  const named = `${body.className} ${root.className} ${body.dataset.theme ?? ""} ${root.dataset.theme ?? ""}`;
  return /(^|[\s-])dark(-theme|-mode)?(\s|$)/.test(named) ? "dark" : /(^|\s)light/.test(named) ? "light" : null;
}

/** Follow the notebook's colors; the result ends that. */
export function followNotebook(): () => void {
  const follow = () => {
    theme.value = themeOfPage() ?? (window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  };
  follow();
  const observer = new MutationObserver(follow);
  for (const element of [document.body, document.documentElement]) observer.observe(element, { attributes: true });
  return () => observer.disconnect();
}
