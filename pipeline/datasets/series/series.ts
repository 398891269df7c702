// A series of rows of numbers, and how it is divided: the counterpart of a text with its blocks and paragraphs.
import { InputError } from '../../base/errors.ts';
import { type Block, splitOf } from '../text/blocks.ts';

export interface Feature {
  /** As the file's column is called. */
  readonly column: string;
  readonly title: string;
  /** What a number of it counts, `°C`; empty where it has no unit. */
  readonly unit: string;
}

export interface Series {
  readonly features: readonly Feature[];
  /** [steps, features], row-major. */
  readonly values: Float32Array;
  /** What stands beside each step, such as its hour; empty where nothing does. */
  readonly times: readonly string[];
  /** Steps after which much comes again: a day. What intervals resample is a period. */
  readonly period: number;
  /** Steps of a block, a multiple of the period. */
  readonly block: number;
}

export interface Segment {
  readonly start: number;
  readonly end: number;
}

export function lengthOf({ values, features }: Series): number {
  return values.length / features.length;
}

/** One feature at every step. @throws InputError a name that no feature has */
export function featureValues({ values, features }: Series, column: string): Float32Array {
  const index = features.findIndex((feature) => feature.column === column);
  if (index < 0) {
    throw new InputError(
      `The series has no feature "${column}".`,
      {},
      `It has ${features.map((feature) => feature.column).join(', ')}.`,
    );
  }
  return Float32Array.from({ length: values.length / features.length }, (_, t) => values[t * features.length + index]!);
}

function tiles(length: number, size: number): Segment[] {
  const count = Math.max(1, Math.round(length / size));
  return Array.from({ length: count }, (_, k) => ({ start: k * size, end: k === count - 1 ? length : (k + 1) * size }));
}

/** Blocks that tile the series, split as those of a text are; a rest of less than half a block joins the last. */
export function seriesBlocks(series: Series): Block[] {
  return tiles(lengthOf(series), series.block).map((tile, index) => ({ index, ...tile, split: splitOf(index) }));
}

/** What the intervals resample whole. */
export function periods(series: Series): Segment[] {
  return tiles(lengthOf(series), series.period);
}

/** Parts of a feature's range that are told apart, each with as many steps. */
const GRADES = 6;

/**
 * A name for each step by which steps with about the same row have the same name: what a function of the current row
 * alone, without any memory, can go by.
 */
export function gradedRows(series: Series): string[] {
  const grades = series.features.map(({ column }) => {
    const values = featureValues(series, column);
    const sorted = values.toSorted();
    const edges = Array.from({ length: GRADES - 1 }, (_, k) => sorted[Math.floor(((k + 1) * sorted.length) / GRADES)]!);
    return Array.from(values, (value) => edges.filter((edge) => value > edge).length);
  });
  return Array.from({ length: lengthOf(series) }, (_, t) => grades.map((grade) => grade[t]).join(' '));
}
