// Every view as a picture: SVG with vectors, and PNG of twice the size made from it.
import { css, palette } from "../draw/colors";
import { drawEdges } from "../draw/edges";
import { drawPoints, placeOf } from "../draw/points";
import { drawSurface, numberScale } from "../draw/surface";
import { drawSymbol } from "../draw/symbols";
import { drawUnits, UnitPictures } from "../draw/units";
import { columnsOf } from "../model/columns";
import type { Playground } from "../model/playground";
import { theme } from "../model/theme";
import { LONGEST } from "../network/Diagram";
import { HEAD, layoutOf } from "../network/layout";
import { meanImage, takeWeights } from "../network/pictures";
import { count, short } from "../views/numbers";
import { rowsOf } from "../views/Output";
import { SvgContext } from "./svg_context";

export interface View {
  name: string;
  label: string;
  /** The picture, or null if there is none for these data. */
  draw(playground: Playground, page: HTMLElement): string | null;
}

const FAMILY = 'system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';
const MARGIN = 16;

export const VIEWS: View[] = [
  { name: "decision-surface", label: "Output over the plane", draw: surface },
  { name: "network", label: "Network", draw: network },
  { name: "learning-curves", label: "Learning curves", draw: (_, page) => charts("Learning curves", page, ".curves .chart") },
  { name: "confusion-matrix", label: "Confusion matrix", draw: confusion },
  { name: "weights-and-gradients", label: "Weights and gradients", draw: statistics },
];

/** A context that the page's drawing functions take for a canvas's. */
function started(): { svg: SvgContext; context: CanvasRenderingContext2D; write: Writer } {
  const svg = new SvgContext();
  const write: Writer = (text, x, y, { size = 13, weight = 400, align = "left", color = palette(theme.peek()).ink } = {}) => {
    svg.font = `${weight} ${size}px ${FAMILY}`;
    svg.textAlign = align;
    svg.fillStyle = css(color);
    svg.fillText(text, x, y);
  };
  return { svg, context: svg as unknown as CanvasRenderingContext2D, write };
}

type Writer = (text: string, x: number, y: number, options?: {
  size?: number; weight?: number; align?: string; color?: [number, number, number];
}) => void;

const finished = (svg: SvgContext, width: number, height: number, title: string): string =>
  svg.document(width, height, title, css(palette(theme.peek()).paper));

function surface(playground: Playground): string | null {
  const data = playground.data.value!;
  const rows = rowsOf(playground.points.value);
  const { surface: values } = playground.latest;
  if (!data.domain || !rows || !values) return null;
  const { svg, context, write } = started();
  const { classes: colors, muted } = palette(theme.peek());
  const size = 480;
  const scale = data.classes ? null : numberScale(rows.y);
  svg.save();
  svg.translate(MARGIN, MARGIN);
  drawSurface(context, size, values, data.classes?.length ?? 0, scale ?? { middle: 0, side: 1 }, theme.peek());
  svg.beginPath();
  svg.roundRect(-MARGIN, -MARGIN, size + 2 * MARGIN, size + 2 * MARGIN);
  drawPoints(context, rows, placeOf(data.domain, size), scale, theme.peek(), true);
  svg.restore();
  const bottom = size + MARGIN + 24;
  let x = MARGIN;
  data.classes?.forEach((name, index) => {
    drawSymbol(context, index, x + 5, bottom - 4, 5, css(colors[index % colors.length]!));
    write(name, x + 15, bottom);
    x += 34 + 7.5 * name.length;
  });
  write(data.names.length === 2 ? `${data.names[0]} →   ${data.names[1]} ↑` : "", size + MARGIN, bottom, { align: "right", color: muted });
  return finished(svg, size + 2 * MARGIN, bottom + MARGIN, "What the network predicts over the plane");
}

function network(playground: Playground): string | null {
  const data = playground.data.value!;
  const dense = playground.columns.value;
  const { svg, context, write } = started();
  const image = data.image_shape?.length === 2 ? (data.image_shape as [number, number]) : null;
  const counts = [data.features, ...dense.map((one) => one.units)];
  const names = (data.classes ?? []).map((name) => name.slice(0, LONGEST));
  const layout = layoutOf(counts, 900, image, [0, names.length ? 8 + 7 * Math.max(...names.map((name) => name.length)) : 0]);
  const shown = playground.latest.units;
  const pictures = new UnitPictures();
  const weights: (UnitPictures | undefined)[] = [];
  takeWeights(playground, layout, weights, shown?.shape[0] ?? 0);
  if (shown) pictures.update(shown, data.domain !== null, theme.peek());
  svg.translate(0, 64 - HEAD);
  const edges = playground.latest.weights?.data as ArrayLike<number> | undefined;
  if (edges) drawEdges(context, layout, edges, theme.peek(), null, null);
  svg.imageSmoothingEnabled = data.domain !== null;
  drawUnits(context, layout, {
    pictured: shown?.shape[0] ?? 0, pictures, weights, image: meanImage(playground), names, features: [],
    isClassification: playground.isClassification, isPlane: data.domain !== null,
  }, theme.peek());
  const columns = columnsOf(playground.state.value!.layers);
  layout.columns.forEach((place, i) => {
    const isLast = i === layout.columns.length - 1;
    const hidden = columns?.[i - 1];
    write(i === 0 ? "Input" : isLast ? "Output" : `Layer ${i}`, place.x, HEAD - 36, { weight: 600, align: "center" });
    const text = i === 0 || isLast || !hidden ? count(counts[i]!) : `${counts[i]} ${hidden.activation}`;
    write(text, place.x, HEAD - 18, { align: "center", color: palette(theme.peek()).muted });
  });
  return finished(svg, layout.width, layout.height + 64 - HEAD, "The network: weights as lines, units with what they compute");
}

const STYLES = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin", "opacity", "font-size", "font-family", "font-weight", "text-anchor"];

/** SVG of the page with the colors and sizes that its style sheet gives it. */
function styled(chart: SVGSVGElement): string {
  const copy = chart.cloneNode(true) as SVGSVGElement;
  const [from, to] = [chart.querySelectorAll("*"), copy.querySelectorAll("*")];
  from.forEach((element, i) => {
    const style = getComputedStyle(element);
    to[i]!.removeAttribute("class");
    for (const name of STYLES) to[i]!.setAttribute(name, style.getPropertyValue(name));
  });
  const [, , width, height] = chart.getAttribute("viewBox")!.split(" ");
  for (const name of ["class", "role", "aria-label"]) copy.removeAttribute(name);
  copy.setAttribute("width", width!);
  copy.setAttribute("height", height!);
  return new XMLSerializer().serializeToString(copy);
}

function charts(title: string, page: HTMLElement, selector: string): string | null {
  const figures = [...page.querySelectorAll(selector)].filter((figure) => figure.querySelector("svg"));
  if (!figures.length) return null;
  const { svg, write } = started();
  let [width, y] = [0, MARGIN];
  for (const figure of figures) {
    const chart = figure.querySelector("svg")!;
    const [, , w, h] = chart.getAttribute("viewBox")!.split(" ").map(Number) as [number, number, number, number];
    width = Math.max(width, w);
    const [name, ...parts] = [figure.querySelector("b")?.textContent ?? "", ...["train", "test"]];
    write(name, MARGIN, y + 14, { weight: 600 });
    const values = [...figure.querySelectorAll("output")].map((one) => one.textContent);
    let x = w + MARGIN;
    [...parts.keys()].reverse().forEach((i) => {
      const text = `${parts[i]} ${values[i] ?? ""}`;
      const key = figure.querySelector(`.key-line.${parts[i]}`);
      const color = key ? getComputedStyle(figure.querySelector(`.curve.${parts[i]}`)!).stroke : "none";
      write(text, x, y + 14, { align: "right" });
      x -= 8 * text.length + 22;
      svg.embed(`<path d="M0 0h16" stroke="${color}" stroke-width="2.5"${i ? ' stroke-dasharray="5 3"' : ""}/>`, x, y + 10);
      x -= 14;
    });
    svg.embed(styled(chart), MARGIN, y + 22);
    y += h + 38;
  }
  return finished(svg, width + 2 * MARGIN, y, title);
}

function confusion(playground: Playground): string | null {
  const { classes, test_rows: testRows } = playground.data.value!;
  const matrix = playground.latest.confusion;
  if (!classes || !matrix) return null;
  const { svg, write } = started();
  const { ink, muted, positive, negative } = palette(theme.peek());
  const cell = classes.length > 5 ? 40 : 60;
  const left = MARGIN + 24 + 7.5 * Math.max(...classes.map((name) => name.length));
  const top = 76;
  write(`Confusion matrix, ${testRows ? "test rows" : "training rows"}`, MARGIN, 28, { weight: 600 });
  write("true ↓   predicted →", left, 48, { size: 12, color: muted });
  classes.forEach((name, i) => {
    write(name, left + (i + 0.5) * cell, top - 8, { align: "center", size: 12 });
    write(name, left - 10, top + (i + 0.5) * cell + 4, { align: "right", size: 12 });
    const counts = Array.from(matrix.data.subarray(i * classes.length, (i + 1) * classes.length));
    const total = counts.reduce((sum, one) => sum + one, 0) || 1;
    counts.forEach((value, j) => {
      svg.fillStyle = css(i === j ? positive : negative, 0.04 + (0.6 * value) / total);
      svg.fillRect(left + j * cell + 1, top + i * cell + 1, cell - 2, cell - 2);
      write(count(value), left + (j + 0.5) * cell, top + (i + 0.5) * cell + 5, { align: "center", color: value ? ink : muted });
    });
  });
  const side = classes.length * cell;
  return finished(svg, Math.max(left + side + MARGIN, 260), top + side + MARGIN, "Confusion matrix");
}

function statistics(playground: Playground, page: HTMLElement): string | null {
  const histograms = [...page.querySelectorAll<SVGSVGElement>(".statistics svg.histogram")];
  const norms = playground.latest.gradient_norms?.data;
  if (!histograms.length || !norms) return null;
  const { svg, write } = started();
  const { muted, positive } = palette(theme.peek());
  const largest = Math.max(...norms);
  write("Layer", MARGIN, 28, { weight: 600 });
  write("Weights", 90, 28, { weight: 600 });
  write("Gradient norm (log scale)", 290, 28, { weight: 600 });
  histograms.forEach((histogram, i) => {
    const y = 44 + i * 62;
    write(i === histograms.length - 1 ? "Output" : String(i + 1), MARGIN, y + 30);
    svg.embed(styled(histogram), 90, y);
    const share = norms[i]! > 0 ? Math.max(0.02, 1 + Math.log10(norms[i]! / largest) / 5) : 0;
    svg.fillStyle = css(positive);
    svg.fillRect(290, y + 20, 130 * share, 10);
    write(short(norms[i]!), 430, y + 30, { color: muted });
  });
  return finished(svg, 500, 44 + histograms.length * 62 + MARGIN, "Weights and gradients by layer");
}

/** A picture of twice the size, in pixels. */
export async function pngOf(svg: string): Promise<Blob> {
  const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = 2 * image.width;
    canvas.height = 2 * image.height;
    canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("The picture is too large."))), "image/png");
    });
  } finally {
    URL.revokeObjectURL(address);
  }
}
