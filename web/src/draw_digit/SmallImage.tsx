import { useEffect, useRef } from "preact/hooks";
import { offscreen, prepared } from "../draw/canvas";
import { css, diverging, mix, palette, pixel } from "../draw/colors";
import { theme } from "../model/theme";
import type { Numbers } from "./board";

export interface Scale {
  kind: "ink" | "signed";
  /** Value of paper; 0 for signed values. */
  low?: number;
  /** Value of full ink, or of the strongest color. */
  high: number;
}

/** A small image in the colors of the page: ink on paper, or signed values from orange to blue. */
export function SmallImage({ values, shape, scale, size, label, cursor }: {
  values: Numbers; shape: [number, number]; scale: Scale; size: number; label: string; cursor?: number | null;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [height, width] = shape;
  const [shownHeight, shownWidth] = sizeOf(shape, size);
  useEffect(() => {
    const context = prepared(canvas.current!, shownWidth, shownHeight);
    const { ink, zero } = palette(theme.value);
    const { canvas: image, pixels, show } = offscreen(width, height);
    const { kind, low = 0, high } = scale;
    const range = high - low || 1;
    for (let i = 0; i < pixels.length; i++) {
      const share = (values[i]! - low) / range;
      pixels[i] = pixel(kind === "ink" ? mix(zero, ink, Math.max(0, Math.min(1, share))) : diverging(theme.value, share));
    }
    show();
    // Few pixels are shown as they are, many are smoothed.
    context.imageSmoothingEnabled = width > shownWidth;
    context.imageSmoothingQuality = "high";
    context.drawImage(image, 0, 0, shownWidth, shownHeight);
    if (cursor == null) return;
    const side = shownWidth / width;
    const [x, y] = [(cursor % width) * side, Math.floor(cursor / width) * side];
    context.lineWidth = 2;
    context.strokeStyle = css(diverging(theme.value, -1));
    context.strokeRect(x + 1, y + 1, side - 2, side - 2);
  }, [values, width, height, size, scale.kind, scale.low, scale.high, cursor, theme.value]);
  return (
    <canvas ref={canvas} class="small-image" role={label ? "img" : undefined} aria-label={label || undefined}
      aria-hidden={label ? undefined : "true"} style={{ width: `${shownWidth}px`, height: `${shownHeight}px` }} />
  );
}

function sizeOf([height, width]: [number, number], size: number): [number, number] {
  const scale = size / Math.max(height, width);
  return [Math.max(1, Math.round(height * scale)), Math.max(1, Math.round(width * scale))];
}
