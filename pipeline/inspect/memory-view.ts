// What was measured of a network's memory, for a terminal and for other programs.

import { cellId } from '../base/cell-ids.ts';
import { formatNumber, formatTable } from '../base/table.ts';
import type { Estimate } from '../evidence/sample.ts';
import type { Memory } from './memory.ts';

/** What the loss is: of the next character, of the next numbers, or of the output itself beside the uncut one. */
export type LossUnit = 'nats' | 'squared error' | 'squared difference';

/** A memory with what it was measured on. */
export interface MeasuredMemory extends Memory {
  readonly model: string;
  readonly steps: number;
  readonly lossUnit: LossUnit;
  /** Name of the cell that `cellInfluence` is of. */
  readonly cell?: string;
  /** What was left out of the file that it read, or taken for granted. */
  readonly notes?: readonly string[];
}

/** Cells of a layer that are named. */
const LONGEST = 5;
/** Characters of a bar. */
const BAR = 24;
const BLOCK = '\u2588';
/** Left blocks of one to eight eighths. */
const EIGHTHS = ['\u258f', '\u258e', '\u258d', '\u258c', '\u258b', '\u258a', '\u2589', BLOCK];

const UNITS: Readonly<Record<LossUnit, string>> = {
  nats: 'nats a character',
  'squared error': 'mean squared error',
  'squared difference': 'mean squared difference from the output with everything known',
};

/** Lags that a table shows: every one up to ten, then each a fifth above the one before. */
function chosenLags(most: number): number[] {
  const lags = [0];
  while (lags.at(-1)! < most) {
    const last = lags.at(-1)!;
    lags.push(Math.min(most, last < 10 ? last + 1 : Math.round(last * 1.2)));
  }
  return lags;
}

/** The lines that show it. */
export function viewMemory({ influence, cell, cellInfluence, context, lossUnit, halfLives }: MeasuredMemory): string[] {
  const lags = chosenLags(influence.length - 1);
  const byLag = (title: string, found: Memory['influence']) => [
    '',
    `${title}, by how many steps ago the input was (mean |gradient × input|, 95% interval)`,
    ...barTable(
      'lag',
      lags.map((lag) => [String(lag), found[lag]!]),
    ),
  ];
  return [
    ...byLag('Influence on the output', influence),
    ...(cellInfluence === undefined ? [] : byLag(`Influence on the memory c of ${cell}`, cellInfluence)),
    ...(context.length === 0 ? [] : ['', `Loss with everything older cut off (${UNITS[lossUnit]}, 95% interval)`]),
    ...barTable(
      'steps known',
      context.map((point) => [point.known === null ? 'all' : String(point.known), point]),
    ),
    '',
    'Half-life of what the cells hold, in steps (from the product of their forget gates)',
    ...halfLifeTable(halfLives),
    '',
    ...halfLives.flatMap(({ cells }, layer) => longestCells(cells, layer)),
  ];
}

function barTable(title: string, rows: readonly (readonly [name: string, found: Estimate])[]): string[] {
  if (rows.length === 0) return [];
  const largest = Math.max(...rows.map(([, { mean }]) => mean));
  const cells = rows.map(([name, found]) => [
    name,
    formatNumber(found.mean),
    showInterval(found),
    bar(found.mean / largest),
  ]);
  return formatTable([title, 'mean', '95%', ''], cells, [0, 1]).map((line) => `  ${line}`);
}

function bar(share: number): string {
  const eighths = Math.round(Math.max(0, Math.min(1, share || 0)) * BAR * 8);
  const rest = eighths % 8;
  return BLOCK.repeat(Math.floor(eighths / 8)) + (rest === 0 ? '' : EIGHTHS[rest - 1]!);
}

const showSteps = (steps: number): string => (Number.isFinite(steps) ? formatNumber(steps) : 'for ever');
const showInterval = ({ interval: [low, high] }: Pick<Estimate, 'interval'>): string =>
  Number.isFinite(high - low) ? `${formatNumber(low)} to ${formatNumber(high)}` : '';

function halfLifeTable(halfLives: Memory['halfLives']): string[] {
  const rows = halfLives.map(({ lowerQuartile, median, upperQuartile, cells }, layer) => [
    String(layer + 1),
    String(cells.length),
    ...[lowerQuartile, median, upperQuartile].map(showSteps),
  ]);
  const header = ['layer', 'cells', 'lower quartile', 'median', 'upper quartile'];
  return formatTable(header, rows, [0, 1, 2, 3, 4]).map((line) => `  ${line}`);
}

function longestCells(cells: Memory['halfLives'][number]['cells'], layer: number): string[] {
  const longest = cells.toSorted((a, b) => b.steps - a.steps).slice(0, LONGEST);
  const names = longest.map(({ unit, steps, interval: [low, high] }) => {
    const range = low === high ? '' : ` (${showSteps(low)} to ${showSteps(high)})`;
    return `    ${cellId(layer + 1, unit)}  ${showSteps(steps)}${range}`;
  });
  return [`  longest of layer ${layer + 1}:`, ...names];
}

/**
 * `{format, model, steps, influence, cell, cellInfluence, lossUnit, context, halfLives}`: both influences are
 * `{lag, mean, interval}` for every lag; `context` is `{known, mean, interval}` for numbers of known steps, the last null
 * for all; `halfLives` is for each layer `{layer, lowerQuartile, median, upperQuartile, cells: {cell, steps, interval}}`.
 * What has no bound, as the half-life of a cell that never forgets, is null.
 */
export function memoryJson({ halfLives, ...memory }: MeasuredMemory): string {
  const layers = halfLives.map(({ cells, ...quartiles }, index) => ({
    layer: index + 1,
    ...quartiles,
    cells: cells.map(({ unit, ...half }) => ({ cell: cellId(index + 1, unit), ...half })),
  }));
  return JSON.stringify({ format: 1, ...memory, halfLives: layers });
}
