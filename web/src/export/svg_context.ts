// A context to draw on that writes SVG: what the page draws on canvases becomes vectors, and pixels become embedded PNG.

/** The part of a path that the page uses. */
class SvgPath {
  constructor(public data = "") {}
  moveTo(x: number, y: number): void { this.data += `M${tidy(x)} ${tidy(y)}`; }
  lineTo(x: number, y: number): void { this.data += `L${tidy(x)} ${tidy(y)}`; }
  bezierCurveTo(...places: number[]): void { this.data += `C${places.map(tidy).join(" ")}`; }
}

interface Paint {
  fillStyle: string | Gradient;
  strokeStyle: string;
  lineWidth: number;
  lineJoin: string;
  font: string;
  textAlign: string;
  clip: string;
  x: number;
  y: number;
}

interface Gradient {
  id: string;
  addColorStop(at: number, color: string): void;
}

const tidy = (value: number): string => String(Math.round(value * 100) / 100);

export const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[character]!);

export class SvgContext {
  fillStyle: string | Gradient = "#000";
  strokeStyle = "#000";
  lineWidth = 1;
  lineJoin = "miter";
  font = "12px sans-serif";
  textAlign = "left";
  imageSmoothingEnabled = true;
  imageSmoothingQuality = "high";
  private clipped = "";
  private x = 0;
  private y = 0;
  private current = "";
  private saved: Paint[] = [];
  private body: string[] = [];
  private defs: string[] = [];
  private clips = new Map<string, string>();
  private ids = 0;

  newPath(data?: string): Path2D {
    return new SvgPath(data) as unknown as Path2D;
  }

  save(): void {
    const { fillStyle, strokeStyle, lineWidth, lineJoin, font, textAlign, clipped: clip, x, y } = this;
    this.saved.push({ fillStyle, strokeStyle, lineWidth, lineJoin, font, textAlign, clip, x, y });
  }

  restore(): void {
    const { clip, ...paint } = this.saved.pop()!;
    Object.assign(this, paint);
    this.clipped = clip;
  }

  translate(x: number, y: number): void {
    this.x += x;
    this.y += y;
  }

  beginPath(): void {
    this.current = "";
  }

  roundRect(x: number, y: number, width: number, height: number, radius = 0): void {
    this.current += `<rect x="${tidy(x)}" y="${tidy(y)}" width="${tidy(width)}" height="${tidy(height)}"${radius ? ` rx="${tidy(radius)}"` : ""} `;
  }

  /** A clip is a rectangle; equal ones share an element. */
  clip(): void {
    const shape = `${this.current}/>`;
    if (!this.clips.has(shape)) {
      const id = `clip${this.ids++}`;
      this.clips.set(shape, id);
      this.defs.push(`<clipPath id="${id}">${shape}</clipPath>`);
    }
    this.clipped = this.clips.get(shape)!;
  }

  fill(path?: Path2D): void {
    this.add(`${this.shape(path)}fill="${this.color(this.fillStyle)}"`);
  }

  stroke(path?: Path2D): void {
    const join = this.lineJoin === "miter" ? "" : ` stroke-linejoin="${this.lineJoin}"`;
    this.add(`${this.shape(path)}fill="none" stroke="${this.strokeStyle}" stroke-width="${tidy(this.lineWidth)}"${join}`);
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    this.add(`<rect x="${tidy(x)}" y="${tidy(y)}" width="${tidy(width)}" height="${tidy(height)}" fill="${this.color(this.fillStyle)}"`);
  }

  fillText(text: string, x: number, y: number): void {
    const [, style = "", weight = "", size = "12", family = "sans-serif"] = /^(italic )?(\d{3} )?([\d.]+)px (.*)$/.exec(this.font) ?? [];
    const anchor = { left: "start", center: "middle", right: "end" }[this.textAlign] ?? "start";
    this.body.push(`<text x="${tidy(x + this.x)}" y="${tidy(y + this.y)}" font-size="${size}" font-family="${escaped(family)}"` +
      `${style && ' font-style="italic"'}${weight && ` font-weight="${weight.trim()}"`} text-anchor="${anchor}" fill="${this.color(this.fillStyle)}">${escaped(text)}</text>`);
  }

  createLinearGradient(x1: number, y1: number, x2: number, y2: number): Gradient {
    const id = `gradient${this.ids++}`;
    const stops: string[] = [];
    const at = this.defs.push("") - 1;
    return {
      id,
      addColorStop: (offset, color) => {
        stops.push(`<stop offset="${offset}" stop-color="${color}"/>`);
        this.defs[at] = `<linearGradient id="${id}" gradientUnits="userSpaceOnUse" x1="${tidy(x1)}" y1="${tidy(y1)}" x2="${tidy(x2)}" y2="${tidy(y2)}">${stops.join("")}</linearGradient>`;
      },
    };
  }

  /** Put a part of a canvas somewhere, or all of it. */
  drawImage(canvas: HTMLCanvasElement, ...places: number[]): void {
    const whole = [0, 0, canvas.width, canvas.height];
    const [sx, sy, sw, sh, x, y, width, height] = (places.length === 8 ? places : [...whole, ...places]) as
      [number, number, number, number, number, number, number, number];
    // Pixels at the border of a part may be cut in two, so the part is drawn in a larger size.
    const scale = this.imageSmoothingEnabled ? Math.max(1, Math.round((2 * width) / sw)) : 1;
    const part = document.createElement("canvas");
    part.width = Math.round(sw * scale);
    part.height = Math.round(sh * scale);
    const context = part.getContext("2d")!;
    context.imageSmoothingEnabled = this.imageSmoothingEnabled;
    context.imageSmoothingQuality = "high";
    context.drawImage(canvas, sx, sy, sw, sh, 0, 0, part.width, part.height);
    const rendering = this.imageSmoothingEnabled ? "" : ' style="image-rendering:pixelated"';
    this.add(`<image x="${tidy(x)}" y="${tidy(y)}" width="${tidy(width)}" height="${tidy(height)}" preserveAspectRatio="none"${rendering} href="${part.toDataURL("image/png")}"`);
  }

  /** SVG of something else, such as a chart of the page, at a place. */
  embed(markup: string, x: number, y: number): void {
    this.body.push(`<g transform="translate(${tidy(x)} ${tidy(y)})">${markup}</g>`);
  }

  document(width: number, height: number, title: string, paper: string): string {
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${tidy(width)} ${tidy(height)}" width="${tidy(width)}" height="${tidy(height)}" role="img">` +
      `<title>${escaped(title)}</title><defs>${this.defs.join("")}</defs><rect width="100%" height="100%" fill="${paper}"/>${this.body.join("\n")}</svg>`;
  }

  private shape(path?: Path2D): string {
    return path ? `<path d="${(path as unknown as SvgPath).data}" ` : this.current;
  }

  private color(style: string | Gradient): string {
    return typeof style === "string" ? style : `url(#${style.id})`;
  }

  private add(open: string): void {
    const moved = this.x || this.y ? ` transform="translate(${tidy(this.x)} ${tidy(this.y)})"` : "";
    this.body.push(`${open}${moved}${this.clipped && ` clip-path="url(#${this.clipped})"`}/>`);
  }
}
