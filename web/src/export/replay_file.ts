import { FIELDS } from "../model/history";
import type { Playground } from "../model/playground";
import { packed } from "../replay/codec";

/** Limit on the file, in bytes. */
const MOST = 990_000;
/** Epochs of the learning curves. */
const CURVE = 600;
const PLACEHOLDER = "REPLAY-DATA";

/** The replay as one HTML file, or null if there is nothing to record yet. */
export async function replayFile(playground: Playground): Promise<File | null> {
  const recording = playground.recorder.recording();
  const page = recording && await playground.askFile("replay");
  if (!page) return null;
  const { history } = playground;
  const rows = history.sample(CURVE);
  const values = Float32Array.from({ length: rows.length * FIELDS }, (_, i) => history.at(rows[Math.floor(i / FIELDS)]!, i % FIELDS));
  const text = await packed(recording, { data: values, shape: [rows.length, FIELDS] }, MOST - page.size);
  // A function, since the text of a replacement has a meaning of its own for dollar signs.
  return new File([(await page.text()).replace(`>${PLACEHOLDER}<`, () => `>${text}<`)], page.name, { type: page.type });
}
