// What the page of a hypothesis needs.
import { z } from 'zod';
import { cellId, count, share, slug } from '../base/schemas.ts';
import { format, spread } from './common.ts';

export const hypothesisSchema = z.object({
  id: slug,
  title: z.string(),
  kind: z.enum(['binary', 'real']),
  /** What a cell does whose signal is higher, or lower, on the label. */
  phrases: z.object({ on: z.string(), off: z.string() }),
  scorable: z.boolean(),
  /** Why it cannot be scored, as a sentence; null where it can. */
  reason: z.string().nullable(),
  baseRate: share.nullable(),
  /** On the held-out text. */
  spans: count,
  blocks: count,
  /** On the whole text. */
  spansInText: count,
  characterBaseline: z.object({ reading: share.nullable(), predicting: share.nullable() }),
  /** The leaky counter of opening marks, its decay chosen on the training text. */
  counterBaseline: share.nullable(),
  needsMemory: z.boolean(),
  /** Whether the label of a step depends on what comes after it. */
  looksAhead: z.boolean(),
  /** Best first: all scorable cells' strengths, see `cellsSchema`. */
  best: z.array(cellId),
  /** Cells by strength, in equal bins over [0, 1]; none untrained where there is no twin. */
  spread,
  /** Of the untrained networks' best cell: its strength, and its AUROC or |Spearman|. */
  untrainedBest: share.nullable(),
  untrainedValue: share.nullable(),
  /** A passage with the label's value at each character (0 or 1 where binary). */
  sample: z.object({ start: count, text: z.string(), values: z.array(z.number()) }),
});
export type Hypothesis = z.infer<typeof hypothesisSchema>;
export const hypothesesSchema = z.object({ format, hypotheses: z.array(hypothesisSchema) });
