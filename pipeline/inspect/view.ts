// An inspection for a terminal: a table a cell, with a row for each time step, and strips of its signals.
import { cellId } from '../base/cell-ids.ts';
import type { Signal } from '../base/signals.ts';
import { formatNumber, formatTable } from '../base/table.ts';
import { type Activation, type Architecture, readsNumbers } from '../lstm/parameters.ts';
import { countUnits, type InspectedLayer, type Inspection, valuesAt } from './inspect.ts';

export interface View {
  readonly architecture: Architecture;
  /** What the model's file calls its LSTM layers; empty where it gives them no names. */
  readonly layerNames: readonly string[];
  /** Names of what is read: `character`, or the features. */
  readonly columns: readonly string[];
  /** Characters of a line. */
  readonly width: number;
  readonly depth: ColourDepth;
}

/** More than these of a layer are a matter for a file. */
const MOST_CELLS = 10;
const MOST_STEPS = 20;

/** The lines that show a sequence's reading, and say what was left out. */
export function viewInspection(inspection: Inspection, view: View): string[] {
  const { name, inputs, layers } = inspection;
  const steps = inputs.length;
  const cells = layers.reduce((sum, layer) => sum + countUnits(layer), 0);
  const shown = layers.reduce((sum, layer) => sum + Math.min(MOST_CELLS, countUnits(layer)), 0);
  const left = [
    ...(steps > MOST_STEPS ? [`${steps - MOST_STEPS} more steps`] : []),
    ...(cells > shown ? [`${cells - shown} more cells`] : []),
  ];
  return [
    `${readsNumbers(view.architecture) ? 'series ' : ''}${name}: ${steps} time ${steps === 1 ? 'step' : 'steps'}`,
    ...layers.flatMap((layer) => ['', ...viewLayer(inspection, layer, view)]),
    ...(left.length === 0
      ? []
      : [
          '',
          `${left.join(' and ')} in the tables: choose with --layer and --unit, or take all with --json, --csv or --safetensors.`,
        ]),
  ];
}

function viewLayer({ inputs }: Inspection, layer: InspectedLayer, view: View): string[] {
  const { architecture, columns, layerNames } = view;
  const called = layerNames[layer.layer] === undefined ? '' : ` ("${layerNames[layer.layer]}")`;
  const units = architecture.units[layer.layer]!;
  const last = Math.min(layer.last, layer.first + MOST_CELLS - 1);
  const signals = [...layer.signals.keys()];
  const header = ['step', ...columns, ...signals];
  const right = header.map((_, column) => column);
  const ranges = signals.map((signal) => rangeOf(signal, layer, architecture.cellActivation));
  const lines = [
    `layer ${layer.layer + 1}${called}: ${units} units${layer.last >= units ? ', and as many that read backwards' : ''}`,
  ];
  for (let unit = layer.first; unit <= last; unit++) {
    const rows = inputs
      .slice(0, MOST_STEPS)
      .map((row, t) => [String(t + 1), ...row.map(showInput), ...valuesAt(layer, t, unit).map(formatNumber)]);
    const name = `${cellId(layer.layer + 1, unit)}${unit >= units ? ' (backwards)' : ''}`;
    lines.push('', name, ...formatTable(header, rows, right).map(indent));
    lines.push(...strips(layer, unit, ranges, view).map(indent));
  }
  lines.push('', `strips: ${signals.map((signal, k) => `${signal} ${showRange(ranges[k]!)}`).join(', ')}`);
  return lines;
}

const indent = (line: string): string => `  ${line}`;
const showInput = (input: string | number): string =>
  typeof input === 'number' ? formatNumber(input) : JSON.stringify(input);
const showRange = ({ low, high }: Range): string => `${formatNumber(low)} to ${formatNumber(high)}`;

/** As many strips on a line as there is room for; the last steps of a strip that is longer than a line are left out. */
function strips(layer: InspectedLayer, unit: number, ranges: readonly Range[], { width, depth }: View): string[] {
  const room = width - 6;
  const lines: string[][] = [];
  let used = Number.POSITIVE_INFINITY;
  [...layer.signals].forEach(([signal, values], k) => {
    const count = countUnits(layer);
    const steps = Math.min(room, values.length / count);
    const own = Array.from({ length: steps }, (_, t) => values[t * count + unit - layer.first]!);
    used += steps + 4;
    if (used > room) {
      lines.push([]);
      used = steps + 4;
    }
    lines.at(-1)!.push(`${signal} ${drawStrip(own, ranges[k]!, depth)}`);
  });
  return lines.map((parts) => parts.join('  '));
}

/** What a strip's ends stand for: the bounds of a signal that has some, else the largest magnitude in the layer. */
function rangeOf(signal: Signal, { signals }: InspectedLayer, cellActivation: Activation): Range {
  if (signal === 'i' || signal === 'f' || signal === 'o') return { low: 0, high: 1 };
  if (signal !== 'c' && cellActivation === 'tanh') return { low: -1, high: 1 };
  const largest = signals.get(signal)!.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return { low: -(largest || 1), high: largest || 1 };
}

// A strip is a signal over the time steps in blocks: coloured where the terminal has colour, of eight heights where it
// has none.

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
