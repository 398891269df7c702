// How long a cell keeps what it holds.
import { z } from 'zod';

/** Steps; null for no end of them. */
const steps = z.number().nonnegative().nullable();

export const halfLifeSchema = z.object({
  /** After which half of the memory c is left, on the geometric average over the held-out text. */
  steps,
  /** 95%, over stretches of it. */
  interval: z.tuple([steps, steps]),
});
export type CellHalfLife = z.infer<typeof halfLifeSchema>;
