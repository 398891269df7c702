// A series of rows of numbers, as a dataset: how it is divided, and how it is spoken of, drawn, hashed and read.
import { InputError } from '../../base/errors.ts';
import type { Span } from '../../base/positions.ts';
import { hashContent } from '../../files/hash.ts';
import { type Block, heldOutOf, lengthOfTraining, splitOf } from '../blocks.ts';
import type { Dataset, DatasetKind, Rows, Source } from '../dataset.ts';

export function lengthOf({ values, features }: Rows): number {
  return values.length / features.length;
}

/** One feature at every step. @throws InputError a name that no feature has */
export function featureValues({ values, features }: Rows, column: string): Float32Array {
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

/** Of the last `over` steps, this one among them; of fewer at the beginning. */
export function movingMean(x: Float32Array, over: number): Float64Array {
  let sum = 0;
  return Float64Array.from(x, (value, t) => {
    sum += value - (t < over ? 0 : x[t - over]!);
    return sum / Math.min(t + 1, over);
  });
}

/** Steps since something was there, counted up to `most`, where they begin. */
export function stepsSince(x: Float32Array, isThere: (value: number) => boolean, most: number): Float64Array {
  let since = most;
  return Float64Array.from(x, (value) => {
    since = isThere(value) ? 0 : Math.min(most, since + 1);
    return since;
  });
}

function tiles(length: number, size: number): Span[] {
  const count = Math.max(1, Math.round(length / size));
  return Array.from({ length: count }, (_, k) => ({ start: k * size, end: k === count - 1 ? length : (k + 1) * size }));
}

/** Blocks that tile the series, split as those of a text are; a rest of less than half a block joins the last. */
export function seriesBlocks(series: Rows): Block[] {
  const all = tiles(lengthOf(series), series.block);
  const heldOut = heldOutOf(all.length);
  return all.map((tile, index) => ({ index, ...tile, split: splitOf(index, heldOut) }));
}

/** Days, where the steps are hours. */
export function periods(series: Rows): Span[] {
  return tiles(lengthOf(series), series.period);
}

/** Parts of a feature's range that are told apart, each with as many steps. */
const GRADES = 6;

/**
 * A name for each step by which steps with about the same row have the same name: what a function of the current row
 * alone, without any memory, can go by.
 */
export function gradedRows(series: Rows): string[] {
  const grades = series.features.map(({ column }) => {
    const values = featureValues(series, column);
    const sorted = values.toSorted();
    const edges = Array.from({ length: GRADES - 1 }, (_, k) => sorted[Math.floor(((k + 1) * sorted.length) / GRADES)]!);
    return Array.from(values, (value) => edges.filter((edge) => value > edge).length);
  });
  return Array.from({ length: lengthOf(series) }, (_, t) => grades.map((grade) => grade[t]).join(' '));
}

/** What stands for a step where a text has a character; a period ends as a word does. */
const STEP = '·';
const LAST_STEP = ' ';

/** A series from anywhere as a dataset. */
export function seriesDataset({ id, title, author, source, licence }: Source, rows: Rows): Dataset {
  const { features, values, times, period, block } = rows;
  const blocks = seriesBlocks(rows);
  return {
    kind: 'series',
    source: { id, title, author, source, licence },
    texts: Array.from({ length: lengthOf(rows) }, (_, t) => (t % period === period - 1 ? LAST_STEP : STEP)),
    symbols: gradedRows(rows),
    spans: [],
    rows: { features, values, times, period, block },
    blocks,
    paragraphs: periods(rows),
    sampledFrom: null,
    leaps: [],
    training: lengthOfTraining(blocks),
  };
}

export const series: DatasetKind = {
  words: {
    step: 'step',
    steps: 'steps',
    read: 'row',
    whole: 'series',
    excerpt: 'stretch',
    loss: 'share of the variance',
  },
  blockLength: null,
  reads: 'numbers',
  drawn: 'lines',
  ofCharacters: false,
  // A week and three days, where a period is a day.
  excerptLengths: ({ rows: { period } }) => ({ lead: 7 * period, other: 3 * period, labelled: 10 * period }),
  identity({ texts, rows: { period, block, values } }) {
    const numbers = hashContent(new Uint8Array(Float32Array.from(values).buffer));
    return JSON.stringify([hashContent(texts.join('')), period, block, numbers]);
  },
  inputNames: ({ rows }) => rows.features.map(({ title }) => title),
  inputs({ rows }, { model, features: expected, inputs, readsNumbers, file }) {
    const features = rows.features.map(({ column }) => column);
    const readsThese = (expected ?? features).join() === features.join() && inputs === features.length;
    if (readsNumbers && readsThese) return { reads: 'numbers', values: rows.values, features: inputs };
    throw new InputError(
      `The model "${model}" reads ${expected?.join(', ') ?? `${inputs} inputs`}, and the series has ${features.join(', ')}.`,
      { file },
      'Name a model that reads the features of the series.',
    );
  },
};
