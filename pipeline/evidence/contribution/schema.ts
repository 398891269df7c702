// What a cell's output does to what the network predicts right after it, and the figures of that.
import { z } from 'zod';
import type { Figures } from '../../base/figures.ts';
import { count, interval, slug } from '../../base/schemas.ts';

/** A mean over the held-out steps, with its 95% interval over blocks; null where these are too few. */
const estimate = z.object({ mean: z.number(), interval: interval.nullable() });

export const contributionSchema = z.object({
  /**
   * For one unit of h, after the same step: of every character of the vocabulary the change of its log-odds, which is ln p
   * less the mean of ln p over all characters, in nats; of every feature of a series the change of its forecast, in
   * standard deviations. Of cells below the last layer the mean gradient over the held-out steps.
   */
  changes: z.array(z.number()),
  /** Which symbols of a large vocabulary `changes` is of, rising: those that rise and fall most. Left out where it is of all. */
  symbols: z.array(count).optional(),
  /**
   * What h less its mean over the training sample adds, by those changes as they are at each step: to the log-odds of the
   * character that follows, or to the squared error in standard deviations.
   */
  effect: z.object({
    /** The best hypothesis, whose label parts the steps; null where there is none that is binary. */
    hypothesis: slug.nullable(),
    all: estimate,
    /** Null where the label is nowhere on, or nowhere off. */
    on: estimate.nullable(),
    off: estimate.nullable(),
  }),
});
export type CellContribution = z.infer<typeof contributionSchema>;

/** @param names of what is predicted: the characters, or the features of a series */
export function contributionFigures({ changes, symbols, effect }: CellContribution, names: readonly string[]): Figures {
  const means = { everywhere: effect.all, 'label on': effect.on, 'label off': effect.off };
  return {
    'argues for': changes.map((y, k) => ({ series: 'one unit of h', x: names[symbols?.[k] ?? k]!, y })),
    'direct effect': Object.entries(means).flatMap(([x, found]) =>
      found === null ? [] : [{ series: 'mean', x, y: found.mean, low: found.interval?.[0], high: found.interval?.[1] }],
    ),
  };
}
