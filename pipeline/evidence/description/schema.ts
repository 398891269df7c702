// A rule about the recent characters that was found by itself, and how much of a cell it explains.
import { z } from 'zod';
import { interval, share } from '../../base/schemas.ts';

const clause = z.strictObject({
  /** As in “after a vowel”. */
  where: z.string(),
  /** Mean of h there, on the training text. */
  value: z.number(),
  /** Of the training sample. */
  share,
});

/** A node of the regression tree: h's mean there on the training text, and the question that divides it further. */
const node = z.strictObject({
  value: z.number(),
  share,
  get split() {
    return z.strictObject({ question: z.string(), yes: node, no: node }).nullable();
  },
});
export type RuleNode = z.infer<typeof node>;

export const descriptionSchema = z.strictObject({
  /** Share of the variance of h on the held-out text that the rule explains; below 0 where the mean does better. */
  explained: z.number().max(1),
  /** Null where the blocks are too few. */
  interval: interval.nullable(),
  /** Null where the rule explains too little to be reported. */
  rule: z
    .strictObject({
      /** Without a full stop. */
      sentence: z.string(),
      clauses: z.array(clause).min(1).max(2),
      tree: node,
    })
    .nullable(),
});
export type RuleDescription = z.infer<typeof descriptionSchema>;
