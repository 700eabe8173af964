/** Give a canvas as many pixels as the screen has under it, and return its context in units of CSS pixels. */
export function prepared(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  const ratio = Math.min(window.devicePixelRatio || 1, 2);
  const [w, h] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
  }
  const context = canvas.getContext("2d")!;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/** A canvas outside of the page, to put pixels on and to draw from, scaled. */
export function offscreen(width: number, height: number): { canvas: HTMLCanvasElement; pixels: Uint32Array; show(): void } {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, width);
  canvas.height = Math.max(1, height);
  const context = canvas.getContext("2d")!;
  const image = context.createImageData(canvas.width, canvas.height);
  return { canvas, pixels: new Uint32Array(image.data.buffer), show: () => context.putImageData(image, 0, 0) };
}

/** A path to draw on a context; one that writes SVG has paths of its own, since those of a canvas cannot be read. */
export function pathOf(context: CanvasRenderingContext2D & { newPath?: (data?: string) => Path2D }, data?: string): Path2D {
  return context.newPath?.(data) ?? new Path2D(data);
}
