// What was measured of a network's memory, for a terminal and for other programs.

import { cellId } from '../base/cell-ids.ts';
import { formatNumber, formatTable } from '../base/table.ts';
import type { LayerHalfLives } from '../evidence/half-life/half-life.ts';
import type { Estimate } from '../evidence/sample.ts';
import type { Memory } from './memory.ts';
import type { saidAsJson } from './said.ts';

/** What the loss is: of the next character, of the next numbers, or of the output itself beside the uncut one. */
export type LossUnit = 'nats' | 'squared error' | 'squared difference';

/** A memory with what it was measured on. */
export interface MeasuredMemory extends Memory {
  readonly model: string;
  readonly steps: number;
  readonly lossUnit: LossUnit;
  /** The only layer whose half-lives are told, from 1; all of them where left out. */
  readonly layer?: number;
  /** Name of the cell that `cellInfluence` is of. */
  readonly cell?: string;
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

/** The layers whose half-lives are told, each with its number, from 1. */
export function toldLayers({ halfLives, layer }: MeasuredMemory): (LayerHalfLives & { readonly layer: number })[] {
  const numbered = halfLives.map((half, index) => ({ layer: index + 1, ...half }));
  return layer === undefined ? numbered : numbered.filter((half) => half.layer === layer);
}

/** The lines that show it. */
export function viewMemory(memory: MeasuredMemory): string[] {
  const { influence, cell, cellInfluence, context, lossUnit } = memory;
  const told = toldLayers(memory);
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
    ...halfLifeTable(told),
    '',
    ...told.flatMap(({ cells, layer }) => longestCells(cells, layer)),
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

function halfLifeTable(told: ReturnType<typeof toldLayers>): string[] {
  const rows = told.map(({ lowerQuartile, median, upperQuartile, cells, layer }) => [
    String(layer),
    String(cells.length),
    ...[lowerQuartile, median, upperQuartile].map(showSteps),
  ]);
  const header = ['layer', 'cells', 'lower quartile', 'median', 'upper quartile'];
  return formatTable(header, rows, [0, 1, 2, 3, 4]).map((line) => `  ${line}`);
}

function longestCells(cells: LayerHalfLives['cells'], layer: number): string[] {
  const longest = cells.toSorted((a, b) => b.steps - a.steps).slice(0, LONGEST);
  const names = longest.map(({ unit, steps, interval: [low, high] }) => {
    const range = low === high ? '' : ` (${showSteps(low)} to ${showSteps(high)})`;
    return `    ${cellId(layer, unit)}  ${showSteps(steps)}${range}`;
  });
  return [`  longest of layer ${layer}:`, ...names];
}

/**
 * `{format, model, steps, influence, cell, cellInfluence, lossUnit, context, halfLives}`: both influences are
 * `{lag, mean, interval}` for every lag; `context` is `{known, mean, interval}` for numbers of known steps, the last null
 * for all; `halfLives` is for each layer `{layer, lowerQuartile, median, upperQuartile, cells: {cell, steps, interval}}`.
 * What has no bound, as the half-life of a cell that never forgets, is null.
 */
export function memoryJson(measured: MeasuredMemory, said: ReturnType<typeof saidAsJson>): string {
  const { halfLives, layer, ...memory } = measured;
  const layers = toldLayers(measured).map(({ cells, ...told }) => ({
    ...told,
    cells: cells.map(({ unit, ...half }) => ({ cell: cellId(told.layer, unit), ...half })),
  }));
  return JSON.stringify({ format: 1, ...memory, ...said, halfLives: layers });
}
