// Numbers as text: short, of even width, and with a real minus sign.
const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

export const count = (value: number): string => whole.format(value);

const sign = (text: string): string => text.replace("-", "−");

/** Three significant digits; very small and very large numbers as powers of ten. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size >= 1e5 || size < 1e-4) return sign(value.toExponential(1).replace("e+", "e"));
  if (size >= 100) return sign(whole.format(value));
  return sign(value.toFixed(size >= 10 ? 1 : size >= 1 ? 2 : 3 + (size < 0.01 ? 1 : 0)));
}

export const percent = (share: number): string =>
  Number.isFinite(share) ? `${(100 * share).toFixed(share > 0.9995 || share === 0 ? 0 : 1)}%` : "–";

/** A number in at most five characters, for the units of the diagram. */
export function tiny(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return "–";
  if (size === 0) return "0";
  if (size < 0.005 || size >= 1000) return sign(value.toExponential(0).replace("e+", "e"));
  return sign(size >= 100 ? value.toFixed(0) : size >= 10 ? value.toFixed(1) : value.toFixed(2));
}
