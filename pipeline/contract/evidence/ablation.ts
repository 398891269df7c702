// What is lost without a cell.
import { z } from 'zod';
import { alignment, count, interval, slug } from '../common.ts';

const change = z.object({
  change: z.number(),
  /** 95%, over paragraphs; null where fewer than three of them say anything. */
  interval: interval.nullable(),
  /** The changes that other cells of the layer bring about there: their mean, least and largest; null where it has no others. */
  others: z.object({ mean: z.number(), low: z.number(), high: z.number() }).nullable(),
});

/** What the network says at some of the sample's steps, and how that changes. */
const comparison = z.object({
  /** How many steps. */
  steps: count,
  /** Mean of the network as it is. */
  asIs: z.number(),
  /** With the cell's h held at its mean over the training blocks, and at zero. */
  mean: change,
  zero: change,
});
export type AblationComparison = z.infer<typeof comparison>;

/** Of one cell. */
export const ablationSchema = z.object({
  /** What its h is held at. */
  meanOfH: z.number(),
  /** How many other cells it is compared with. */
  others: count,
  /** Loss, as the network's own is counted. */
  everywhere: comparison,
  /**
   * The same by the best hypothesis's label, of the step read or of the one foreseen, as it is scored. Null where that is
   * not binary, or all of the sample has the same label.
   */
  byLabel: z.object({ hypothesis: slug, alignment, inside: comparison, outside: comparison }).nullable(),
  /** The probability of a closing mark where one follows, and where none does; null of a cell that does not know quotations. */
  closing: z.object({ follows: comparison, elsewhere: comparison }).nullable(),
});
export type CellAblation = z.infer<typeof ablationSchema>;

/** The sample, which all cells share. */
export const ablationSampleSchema = z.object({
  /** Steps that are foreseen. */
  steps: count,
  segments: count,
  /** Most steps that are read before a segment with the cell held already. */
  runUp: count,
});
export type AblationSample = z.infer<typeof ablationSampleSchema>;
