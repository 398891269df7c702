// A signal over the time steps as a strip of blocks: coloured where the terminal has colour, of eight heights where
// it has none.

/** Bits a colour, as `WriteStream.getColorDepth` counts them: 24, 8, or fewer for no strip in colour. */
export type ColourDepth = number;

/** The least and the greatest that a signal can be. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

type Colour = readonly [red: number, green: number, blue: number];

/** From shut to open. */
const SEQUENTIAL: readonly Colour[] = [
  [34, 30, 60],
  [70, 80, 140],
  [60, 150, 150],
  [240, 220, 100],
];
/** From negative by nothing to positive. */
const DIVERGING: readonly Colour[] = [
  [33, 102, 172],
  [120, 120, 124],
  [202, 60, 40],
];

/** Lower one eighth block to full block. */
const HEIGHTS = ['\u2581', '\u2582', '\u2583', '\u2584', '\u2585', '\u2586', '\u2587', '\u2588'];
const FULL = '\u2588';

/** The steps of the strip, one block each; values beyond the range are drawn at its end. */
export function drawStrip(values: ArrayLike<number>, { low, high }: Range, depth: ColourDepth): string {
  const shares = Array.from(values, (value) => Math.min(1, Math.max(0, (value - low) / (high - low))));
  if (depth < 8) return shares.map((share) => HEIGHTS[Math.min(7, Math.floor(share * 8))]).join('');
  const scale = low < 0 ? DIVERGING : SEQUENTIAL;
  return `${shares.map((share) => foreground(mix(scale, share), depth) + FULL).join('')}\u001b[39m`;
}

function mix(scale: readonly Colour[], share: number): Colour {
  const position = share * (scale.length - 1);
  const index = Math.min(scale.length - 2, Math.floor(position));
  const [from, to] = [scale[index]!, scale[index + 1]!];
  const part = (k: 0 | 1 | 2) => Math.round(from[k] + (position - index) * (to[k] - from[k]));
  return [part(0), part(1), part(2)];
}

/** The sequence that sets a colour: direct, or the nearest of the cube of 6 × 6 × 6 that 256 colours have. */
function foreground([red, green, blue]: Colour, depth: ColourDepth): string {
  if (depth >= 24) return `\u001b[38;2;${red};${green};${blue}m`;
  const [r, g, b] = [red, green, blue].map((value) => Math.round((value / 255) * 5)) as [number, number, number];
  return `\u001b[38;5;${16 + 36 * r + 6 * g + b}m`;
}
