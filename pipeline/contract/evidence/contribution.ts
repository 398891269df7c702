// What a cell's output does to what the network foretells right after it.
import { z } from 'zod';
import { interval, slug } from '../common.ts';

/** A mean over the held-out steps, with its 95% interval over paragraphs; null where these are too few. */
const estimate = z.object({ mean: z.number(), interval: interval.nullable() });

export const contributionSchema = z.object({
  /**
   * For one unit of h, after the same step: of every character of the vocabulary the change of its log-odds, which is ln p
   * less the mean of ln p over all characters, in nats; of every feature of a series the change of its forecast, in
   * standard deviations. Of cells below the last layer the mean gradient over the held-out steps.
   */
  changes: z.array(z.number()),
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
