// What the other hypotheses leave of a cell's best one.
import { z } from 'zod';
import { interval, slug } from '../../base/schemas.ts';

/** An AUROC in no direction, or Spearman's ρ, with its 95% interval. */
const remaining = z.object({ value: z.number(), interval: interval.nullable() });

export const competingSchema = z.object({
  /** The share of the held-out variance of the cell's chosen signal that all hypotheses explain; no interval of few blocks. */
  together: z.object({ share: z.number(), interval: interval.nullable() }),
  /**
   * Those that the model took in, the one that adds most first: the share that each explains alone, and what is lost
   * when it is left out and all others are fitted again. `opening-marks` is the leaky counter of opening marks.
   */
  terms: z.array(z.object({ id: slug, alone: z.number(), adds: z.number() })),
  /** How well the signal tracks the best hypothesis once what all others explain of it is taken away. */
  afterOthers: remaining,
  /** The same, with what the leaky counter explains taken away; null where there are no opening marks. */
  afterCounter: remaining.nullable(),
});
export type Competing = z.infer<typeof competingSchema>;
