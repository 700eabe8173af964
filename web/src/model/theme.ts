import { signal } from "@preact/signals";

export type Theme = "light" | "dark";

const KEY = "glassnet-playground-theme";
const system = window.matchMedia("(prefers-color-scheme: dark)");

function kept(): Theme | null {
  try {
    const value = localStorage.getItem(KEY);
    return value === "light" || value === "dark" ? value : null;
  } catch {
    return null; // storage is blocked in some frames
  }
}

/** Light or dark: as chosen on the page, otherwise as the system has it. */
export const theme = signal<Theme>(kept() ?? (system.matches ? "dark" : "light"));

system.addEventListener("change", () => {
  if (!kept()) theme.value = system.matches ? "dark" : "light";
});

export function switchTheme(): void {
  theme.value = theme.value === "dark" ? "light" : "dark";
  try {
    localStorage.setItem(KEY, theme.value);
  } catch {
    // The choice then lasts as long as the page.
  }
}

// Paper is white.
let onScreen = theme.value;
window.matchMedia("print").addEventListener("change", ({ matches }) => {
  if (matches) onScreen = theme.value;
  theme.value = matches ? "light" : onScreen;
});

const motion = window.matchMedia("(prefers-reduced-motion: reduce)");

export const isMotionReduced = (): boolean => motion.matches;
