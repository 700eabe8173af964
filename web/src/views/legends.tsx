import { css, diverging, palette } from "../draw/colors";
import { isStroked, symbolPath } from "../draw/symbols";
import type { NumberScale } from "../draw/surface";
import { theme } from "../model/theme";
import { short } from "./numbers";
import { useOwnId } from "./use_own_id";

export function ClassSymbol({ index }: { index: number }) {
  const { classes } = palette(theme.value);
  const color = css(classes[index % classes.length]!);
  return (
    <svg class="key" viewBox="-7 -7 14 14" aria-hidden="true">
      <path d={symbolPath(index, 4.6)} fill={isStroked(index) ? "none" : color} stroke={color} stroke-width={isStroked(index) ? 2.4 : 0} />
    </svg>
  );
}

export function ClassLegend({ classes }: { classes: string[] }) {
  return (
    <ul class="legend classes" aria-label="Classes">
      {classes.map((name, index) => <li key={name}><ClassSymbol index={index} /> {name}</li>)}
    </ul>
  );
}

const STOPS = [-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1];

export function NumberLegend({ scale }: { scale: NumberScale }) {
  const id = useOwnId();
  return (
    <div class="number-legend" role="img" aria-label={`Colors from ${short(scale.middle - scale.side)} to ${short(scale.middle + scale.side)}`}>
      <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        <defs>
          <linearGradient id={id}>
            {STOPS.map((stop) => <stop key={stop} offset={(stop + 1) / 2} stop-color={css(diverging(theme.value, stop))} />)}
          </linearGradient>
        </defs>
        <rect width="100" height="8" fill={`url(#${id})`} />
      </svg>
      <span>{short(scale.middle - scale.side)}</span>
      <span>{short(scale.middle)}</span>
      <span>{short(scale.middle + scale.side)}</span>
    </div>
  );
}
