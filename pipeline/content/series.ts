// What a person wrote under content/ about series of numbers: the series themselves, and hypotheses about them.
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { InputError } from '../base/errors.ts';
import type { Dataset, LabelledDataset, Rows, Source } from '../datasets/dataset.ts';
import { readNumber } from '../datasets/series/csv.ts';
import { parseTable } from '../datasets/series/dialect.ts';
import { labelSeries, parseSeriesHypothesis, type SeriesHypothesis } from '../datasets/series/hypotheses.ts';
import { seriesDataset } from '../datasets/series/series.ts';
import { readTableText, readText } from '../files/files.ts';
import { findEntry, hypothesisPaths, loadMarkdown } from './files.ts';

const seriesSchema = z
  .strictObject({
    title: z.string().min(1),
    source: z.string().regex(/^\.{1,2}\/.+$/, 'must be a path that begins with ./'),
    licence: z.string().min(1),
    /** How the file is written, where it may be read in two ways. */
    delimiter: z.enum(['comma', 'semicolon', 'tab']).exactOptional(),
    decimal: z.enum(['.', ',']).exactOptional(),
    /** The column that says when each step was, for showing. */
    time: z.string().min(1).exactOptional(),
    features: z.array(z.strictObject({ column: z.string().min(1), title: z.string().min(1), unit: z.string() })).min(1),
    period: z.int().positive(),
    block: z.int().positive(),
  })
  .refine(({ block, period }) => block % period === 0, {
    path: ['block'],
    message: 'must be a multiple of the period',
  });

/** Rows of numbers with where they come from. */
export interface SeriesContent extends Rows, Source {
  readonly licence: string;
  /** Its provenance, in Markdown. */
  readonly body: string;
}

/**
 * @throws InputError an unknown id, broken front matter, a file that is not there, or a cell that is missing or no number
 */
export function loadSeries(content: string, id: string): SeriesContent {
  const path = findEntry(content, 'series', id);
  const { data, body } = loadMarkdown(path, seriesSchema);
  const { title, source, licence, time, features, period, block } = data;
  const file = resolve(dirname(path), source);
  const { rows: all, decimal } = parseTable(readTableText(file), file, data);
  const [header, ...rows] = all;
  const columnOf = (name: string) => findColumn(header?.cells ?? [], name, file);
  const values = new Float32Array(rows.length * features.length);
  features.forEach(({ column: name }, feature) => {
    const column = columnOf(name);
    rows.forEach((row, step) => {
      values[step * features.length + feature] = readNumber(row, column, name, file, decimal);
    });
  });
  const timeColumn = time === undefined ? undefined : columnOf(time);
  const times = timeColumn === undefined ? [] : rows.map(({ cells }) => cells[timeColumn] ?? '');
  return { id, title, source, licence, body, features, values, times, period, block };
}

function findColumn(header: readonly string[], name: string, file: string): number {
  const column = header.indexOf(name);
  if (column >= 0) return column;
  throw new InputError(`There is no column "${name}".`, { file, line: 1 }, `There are ${header.join(', ')}.`);
}

/** @throws InputError an unknown id, or a hypothesis that is invalid, with line and column */
export function loadSeriesHypotheses(content: string, ids: readonly string[] | 'all'): SeriesHypothesis[] {
  const paths = hypothesisPaths(content, 'series hypothesis', ids, 'gallery of numbers');
  return paths.map(({ id, path }) => parseSeriesHypothesis(readText(path), id, path));
}

export function loadSeriesDataset(content: string, id: string): Dataset {
  const series = loadSeries(content, id);
  return seriesDataset(series, series);
}

/** @param ids as {@link loadSeriesHypotheses} takes them */
export function labelSeriesContent(content: string, dataset: Dataset, ids: readonly string[] | 'all'): LabelledDataset {
  const hypotheses = loadSeriesHypotheses(content, ids);
  const labels = hypotheses.map(({ id, kind, label }) => ({ id, kind, values: labelSeries(dataset.rows, label) }));
  return { ...dataset, hypotheses, labels };
}
