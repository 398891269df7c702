// Hypotheses about a series, a Markdown file each: what they may ask, and the label that it gives to each step.
import { z } from 'zod';
import { parseFrontMatter } from '../../base/front-matter.ts';
import type { NamedHypothesis, Rows } from '../dataset.ts';
import { featureValues, lengthOf, movingMean, stepsSince } from './series.ts';

export interface SeriesHypothesis extends NamedHypothesis {
  readonly label: SeriesLabel;
  /** Markdown. */
  readonly prose: string;
}

const steps = z.int().positive();
const feature = z.string().min(1);

/** What a hypothesis may ask, by its name and what it needs to know. Binary ones first. */
export const seriesLabel = z.discriminatedUnion('is', [
  /** Higher than `over` steps before. */
  z.strictObject({ is: z.literal('rising'), feature, over: steps }),
  z.strictObject({ is: z.literal('falling'), feature, over: steps }),
  /** Above a number, or above the mean of the whole series where none is given. */
  z.strictObject({ is: z.literal('above'), feature, value: z.number().optional() }),
  /** At most `over` steps after a step above `value`, and itself not above it. */
  z.strictObject({ is: z.literal('just after'), feature, value: z.number(), over: steps }),
  /** In a part of the period [from, to), which may reach over its end. */
  z.strictObject({ is: z.literal('time'), from: z.int().nonnegative(), to: z.int().nonnegative() }),
  /** The cosine of the way around a circle of `period` steps, 1 at `peak`. */
  z.strictObject({ is: z.literal('cycle'), period: steps, peak: z.number() }),
  /** Mean of the last `over` steps, this one among them. */
  z.strictObject({ is: z.literal('mean'), feature, over: steps }),
  /** The value less that of `over` steps before. */
  z.strictObject({ is: z.literal('change'), feature, over: steps }),
  /** Steps since the feature was above `value`, counted up to `most`. */
  z.strictObject({ is: z.literal('since'), feature, value: z.number(), most: steps }),
]);
export type SeriesLabel = z.infer<typeof seriesLabel>;

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

const BINARY: readonly SeriesLabel['is'][] = ['rising', 'falling', 'above', 'just after', 'time'];

export function kindOf({ is }: SeriesLabel): 'binary' | 'real' {
  return BINARY.includes(is) ? 'binary' : 'real';
}

/**
 * The label at every step. Steps before the first are as the first.
 * @throws InputError a feature that the series lacks
 */
export function labelSeries(series: Rows, label: SeriesLabel): Float64Array {
  const length = lengthOf(series);
  const at = (value: (t: number) => number | boolean) => Float64Array.from({ length }, (_, t) => Number(value(t)));
  if (label.is === 'time') {
    const { from, to } = label;
    const within = (phase: number) => (from <= to ? phase >= from && phase < to : phase >= from || phase < to);
    return at((t) => within(t % series.period));
  }
  if (label.is === 'cycle') {
    return at((t) => Math.cos((2 * Math.PI * (t - label.peak)) / label.period));
  }
  const x = featureValues(series, label.feature);
  const isAbove = (value: number) => (one: number) => one > value;
  const before = (t: number, lag: number) => x[Math.max(0, t - lag)]!;
  switch (label.is) {
    case 'rising':
      return at((t) => x[t]! > before(t, label.over));
    case 'falling':
      return at((t) => x[t]! < before(t, label.over));
    case 'above': {
      const value = label.value ?? x.reduce((sum, one) => sum + one, 0) / length;
      return at((t) => x[t]! > value);
    }
    case 'change':
      return at((t) => x[t]! - before(t, label.over));
    case 'mean':
      return movingMean(x, label.over);
    case 'since':
      return stepsSince(x, isAbove(label.value), label.most);
    case 'just after': {
      const since = stepsSince(x, isAbove(label.value), label.over + 1);
      return at((t) => since[t]! >= 1 && since[t]! <= label.over);
    }
  }
}
