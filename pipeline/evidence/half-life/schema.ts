// How long a cell keeps what it holds.
import { z } from 'zod';
import { count } from '../../base/schemas.ts';

/** Steps; null for no end of them. */
const steps = z.number().nonnegative().nullable();

export const halfLifeSchema = z.object({
  /** After which half of the memory c is left, on the geometric average over the held-out text. */
  steps,
  /** 95%, over segments of it. */
  interval: z.tuple([steps, steps]),
  /**
   * Steps until half is gone of what is held at a step, over all those of the held-out text: their median and quartiles,
   * null where that takes longer than the horizon. Null where all of its segments are shorter than that.
   */
  halved: z
    .object({
      horizon: count,
      lowerQuartile: count.nullable(),
      median: count.nullable(),
      upperQuartile: count.nullable(),
    })
    .nullable(),
});
export type CellHalfLife = z.infer<typeof halfLifeSchema>;
