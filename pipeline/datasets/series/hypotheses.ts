// One hypothesis about a series a file: Markdown whose front matter says how each step is labelled.
import { z } from 'zod';
import { parseFrontMatter } from '../../base/front-matter.ts';
import { kindOf, type SeriesLabel, seriesLabel } from './labels.ts';

export interface SeriesHypothesis {
  readonly id: string;
  readonly title: string;
  readonly kind: 'binary' | 'real';
  readonly label: SeriesLabel;
  /** What a cell does whose signal is higher, or lower, on the label. */
  readonly phrases: { readonly on: string; readonly off: string };
  /** Markdown. */
  readonly prose: string;
}

const phrase = z.string().trim().min(1, 'must not be empty');
const frontMatter = z.strictObject({ title: phrase, label: seriesLabel, on: phrase, off: phrase });

/**
 * @param source the whole file
 * @param id its name without the ending
 * @param file its path, for errors
 * @throws InputError with line and column where something is missing, unknown or malformed
 */
export function parseSeriesHypothesis(source: string, id: string, file: string): SeriesHypothesis {
  const { data, body } = parseFrontMatter(source, file, frontMatter);
  const { title, label, on, off } = data;
  return { id, title, kind: kindOf(label), label, phrases: { on, off }, prose: body.trim() };
}
