// Where the units of the diagram are: columns from the input to the output, each wrapped into a block if it is long.

export interface UnitPlace {
  x: number;
  y: number;
}

export interface ColumnPlace {
  /** Middle of the column. */
  x: number;
  width: number;
  /** Number of units side by side. */
  across: number;
  /** Side of a unit's picture. */
  size: number;
  /** Upper left corners of the units. */
  units: UnitPlace[];
}

export interface Layout {
  width: number;
  height: number;
  columns: ColumnPlace[];
}

/** Height of the controls above each column. */
export const HEAD = 104;
const BODY = 408;
const LARGEST = 44;
const HEAD_WIDTH = 104;
const NARROW_HEAD = 64;
const GAP = 26;
const MARGIN = 10;
const BOTTOM = 22;
/** More inputs have no controls of their own, only dots. */
export const MOST_INPUTS = 1024;

/** Smallest side that units of a block of so many columns may have. */
const accepted = (across: number): number => (across === 1 ? 17 : across < 4 ? 20 : across < 8 ? 15 : 8);

interface Block {
  across: number;
  down: number;
  size: number;
  gap: number;
}

function blockOf(units: number, body: number): Block {
  for (let across = 1; ; across++) {
    const down = Math.ceil(units / across);
    const pitch = body / down;
    const gap = pitch > 34 ? 9 : pitch > 20 ? 4 : 2;
    const size = Math.min(LARGEST, Math.floor(pitch - gap));
    if (size >= accepted(across) || across >= 24) return { across, down, size: Math.max(size, 2), gap };
  }
}

/** Very many inputs, as a square of dots. */
function dotBlock(units: number): Block {
  const across = Math.ceil(Math.sqrt(units));
  return { across, down: Math.ceil(units / across), size: Math.max(1, Math.floor(150 / across)), gap: 0 };
}

/** Pixels of an image as units, in rows and columns as in the image. */
function imageBlock([height, width]: [number, number]): Block {
  const size = Math.max(2, Math.min(14, Math.floor(150 / Math.max(height, width))));
  return { across: width, down: height, size, gap: 0 };
}

/**
 * Lay out columns of units over a width; if they need more, the diagram is wider and scrolls.
 *
 * counts: units of each column, the input first. image: height and width of the input if it is an image. labels: width of
 * the names before the input and behind the output.
 */
export function layoutOf(counts: number[], width: number, image: [number, number] | null, labels: [number, number]): Layout {
  const most = Math.max(...counts.slice(1));
  const body = most <= 3 ? 240 : most <= 6 ? 320 : BODY;
  const blocks = counts.map((units, i) => (i > 0 ? blockOf(units, body) : image ? imageBlock(image) : units > MOST_INPUTS ? dotBlock(units) : blockOf(units, body)));
  const widths = blocks.map(({ across, size, gap }, i) =>
    Math.max(across * (size + gap) - gap, i === 0 || i === counts.length - 1 ? NARROW_HEAD : HEAD_WIDTH),
  );
  const least = widths.reduce((sum, one) => sum + one, 0) + 2 * MARGIN + labels[0] + labels[1];
  const spaces = Math.max(1, counts.length - 1);
  const space = Math.max(GAP, Math.min(150, (width - least) / spaces));
  const total = least + space * spaces;
  let left = MARGIN + labels[0] + Math.max(0, (width - total) / 2);
  const columns = blocks.map((block, i): ColumnPlace => {
    const { across, down, size, gap } = block;
    const inner = across * (size + gap) - gap;
    const top = HEAD + (body - (down * (size + gap) - gap)) / 2;
    const start = left + (widths[i]! - inner) / 2;
    const units = Array.from({ length: counts[i]! }, (_, unit): UnitPlace => {
      // Images are read row by row; blocks are filled column by column, so that a long column is only folded.
      const isImage = i === 0 && image !== null;
      const [row, column] = isImage
        ? [Math.floor(unit / across), unit % across]
        : [unit % down, Math.floor(unit / down)];
      return { x: start + column * (size + gap), y: top + row * (size + gap) };
    });
    const place = { x: left + widths[i]! / 2, width: widths[i]!, across, size, units };
    left += widths[i]! + space;
    return place;
  });
  return { width: Math.max(width, total), height: HEAD + body + BOTTOM, columns };
}
