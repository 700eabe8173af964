// Colors that color-blind people tell apart: blue and orange for signs, Okabe and Ito's palette, extended, for classes.
import type { Theme } from "../model/theme";

export type Rgb = [number, number, number];

const hex = (text: string): Rgb => [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16)) as Rgb;

export const css = ([r, g, b]: Rgb, alpha = 1): string => `rgb(${r} ${g} ${b} / ${alpha})`;

const LIGHT = ["#0072b2", "#e07b00", "#009e73", "#c05a93", "#56b4e9", "#a63c00", "#d9c400", "#5c6370", "#7b4ea3", "#7a5230"];
const DARK = ["#4aa8e8", "#f39c2d", "#2fc79a", "#e28dba", "#8fd0f7", "#e0703a", "#efe05a", "#aab2bf", "#b08ae0", "#c79a70"];

interface Palette {
  classes: Rgb[];
  negative: Rgb;
  zero: Rgb;
  positive: Rgb;
  paper: Rgb;
  ink: Rgb;
  muted: Rgb;
  line: Rgb;
}

const PALETTES: Record<Theme, Palette> = {
  light: {
    classes: LIGHT.map(hex),
    negative: hex("#e07b00"),
    zero: hex("#f6f6f4"),
    positive: hex("#0072b2"),
    paper: hex("#ffffff"),
    ink: hex("#1d2329"),
    muted: hex("#59636e"),
    line: hex("#dfe2e6"),
  },
  dark: {
    classes: DARK.map(hex),
    negative: hex("#f39c2d"),
    zero: hex("#23282f"),
    positive: hex("#4aa8e8"),
    paper: hex("#171b20"),
    ink: hex("#e8ebee"),
    muted: hex("#a3adb8"),
    line: hex("#323942"),
  },
};

export const palette = (theme: Theme): Palette => PALETTES[theme];

export const mix = (a: Rgb, b: Rgb, share: number): Rgb =>
  a.map((value, i) => Math.round(value + (b[i]! - value) * share)) as Rgb;

/** A color from −1 (orange) over 0 to 1 (blue). */
export function diverging(theme: Theme, value: number): Rgb {
  const { negative, zero, positive } = PALETTES[theme];
  const t = Math.max(-1, Math.min(1, value));
  return mix(zero, t < 0 ? negative : positive, Math.abs(t));
}

/** A color as a pixel of little-endian RGBA, as canvas image data has it. */
export const pixel = ([r, g, b]: Rgb): number => ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;

const tables = new Map<string, Uint32Array>();

function table(key: string, make: () => Uint32Array): Uint32Array {
  let made = tables.get(key);
  if (!made) tables.set(key, (made = make()));
  return made;
}

/** Pixels of 256 shades: 0 is the lowest value, 128 is 0, 255 is the highest. */
export const signedShades = (theme: Theme): Uint32Array =>
  table(theme, () => Uint32Array.from({ length: 256 }, (_, i) => pixel(diverging(theme, (i - 128) / 127))));

/** Pixels of classes by their confidence, class · 256 + probability · 255: pale where all classes are equally likely. */
export const classShades = (theme: Theme, classes: number): Uint32Array =>
  table(`${theme} ${classes}`, () => {
    const { classes: colors, zero } = PALETTES[theme];
    const strongest = theme === "light" ? 0.62 : 0.58;
    return Uint32Array.from({ length: 256 * classes }, (_, at) => {
      const probability = (at % 256) / 255;
      const sure = Math.max(0, (probability - 1 / classes) / (1 - 1 / classes));
      return pixel(mix(zero, colors[Math.floor(at / 256) % colors.length]!, 0.06 + (strongest - 0.06) * sure));
    });
  });
