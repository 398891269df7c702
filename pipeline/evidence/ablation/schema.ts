// What is lost without a cell, and the figure of it.
import { z } from 'zod';
import type { FigurePoint, Figures } from '../../base/figures.ts';
import { alignment, count, interval, share, slug } from '../../base/schemas.ts';

const change = z.object({
  change: z.number(),
  /** 95%, over blocks; null where fewer than three of them tell anything. */
  interval: interval.nullable(),
  /**
   * The changes that other cells of the layer bring about there, measured or estimated: their mean, least and largest; null where it has
   * no others.
   */
  others: z.object({ mean: z.number(), low: z.number(), high: z.number() }).nullable(),
});

/** A probability at some of the sample's steps, and how it changes. */
const probability = z.object({
  /** How many steps. */
  steps: count,
  /** Mean of the network as it is. */
  asIs: z.number(),
  /** With the cell's h clamped at its mean over the training blocks. */
  mean: change,
});
export type ChangedProbability = z.infer<typeof probability>;

/** The same of the loss. */
const comparison = probability.extend({
  /** With h clamped at zero; null where that changes the same, as far as is known. */
  zero: change.nullable(),
});
export type AblationComparison = z.infer<typeof comparison>;

/** Of one cell. */
export const ablationSchema = z.object({
  /** What its h is clamped to. */
  meanOfH: z.number(),
  /** At how many of the sample's steps it was clamped. */
  measuredAt: count,
  /**
   * Whether these are not all. Its changes of the loss are estimates then, from gradients at all steps, corrected by what was
   * measured at these; their intervals have the error of that in them.
   */
  estimated: z.boolean(),
  /** The change of the loss, clamped at the mean, over the steps at which all cells were clamped: as estimated, and as it is. */
  agreement: z.object({ estimated: z.number(), measured: z.number() }),
  /** How many other cells it is compared with. */
  others: count,
  /** Loss, as the network's own is counted. */
  everywhere: comparison,
  /**
   * The same by the best hypothesis's label, of the step read or of the one predicted, as it is scored. Null where that is
   * not binary, or all of the sample has the same label.
   */
  byLabel: z.object({ hypothesis: slug, alignment, inside: comparison, outside: comparison }).nullable(),
  /** The probability of a closing mark where one follows, and where none does; null of a cell that does not know quotations. */
  closing: z.object({ follows: probability, elsewhere: probability }).nullable(),
  /**
   * Whether, clamped at its mean, it is missed where its label is on (everywhere where there is no `byLabel`), more than any
   * of the cells like it, and the p of that over all cells. Null where the blocks are too few to tell.
   */
  needed: z.object({ is: z.boolean(), p: share }).nullable(),
});
export type CellAblation = z.infer<typeof ablationSchema>;

/** The sample, which all cells share. */
export const ablationSampleSchema = z.object({
  /** Steps that are predicted. */
  steps: count,
  /** One in each block. */
  segments: count,
  /** Cells that are needed; null where the blocks are too few to tell. */
  needed: count.nullable(),
  /** Most steps that are read before a segment with the cell clamped already. */
  runUp: count,
  /** Cells that were clamped at all of these steps. */
  measured: count,
  /** How well the estimates and what was measured agree: over all cells, at so many steps at which each was clamped. */
  agreement: z.object({
    steps: count,
    /** Spearman's correlation of the two; null where one is the same for all cells. */
    rank: z.number().min(-1).max(1).nullable(),
  }),
});
export type AblationSample = z.infer<typeof ablationSampleSchema>;

export function ablationFigures({ everywhere, byLabel, estimated }: CellAblation): Figures {
  const of = (place: string, comparison: AblationComparison) => changes(place, comparison, estimated);
  return {
    'change of the loss without it': [
      ...of('everywhere', everywhere),
      ...(byLabel === null ? [] : [...of('label on', byLabel.inside), ...of('label off', byLabel.outside)]),
    ],
  };
}

function changes(place: string, comparison: AblationComparison, estimated: boolean): FigurePoint[] {
  return (['mean', 'zero'] as const).flatMap((level) => {
    const found = comparison[level];
    if (found === null) return [];
    const { change: y, interval: ends, others } = found;
    const clamped = level === 'mean' ? 'clamped at its mean' : 'clamped at zero';
    const alike = others === null ? [] : [{ series: `cells like it, ${clamped}`, x: place, y: others.mean, ...others }];
    const own = estimated ? `${clamped}, estimated` : clamped;
    return [{ series: own, x: place, y, low: ends?.[0], high: ends?.[1] }, ...alike];
  });
}
