// One cell against one hypothesis, as pages and `cellarium score --json` have it.
import { z } from 'zod';
import { alignment, cellId, count, format, interval, share, signal, slug } from './common.ts';

/** One cell against one hypothesis: the choice that the training text made, tested on the text named in `evaluatedOn`. */
export const scoreSchema = z.object({
  cell: cellId,
  layer: z.int().positive(),
  unit: count,
  name: z.string().optional(),
  heuristic: slug,
  signal,
  alignment,
  /** 1 where the signal is higher on the label, -1 where it is lower; chosen on the training text. */
  direction: z.union([z.literal(1), z.literal(-1)]),
  /** Unoriented: below 0.5 where the signal is lower on the label. Null for a real-valued hypothesis. */
  auroc: share.nullable(),
  /** 95%, of `auroc` or of `spearman`, by resampling paragraphs. */
  interval: interval.nullable(),
  averagePrecision: share.nullable(),
  baseRate: share.nullable(),
  spans: count,
  pointBiserial: z.number().nullable(),
  cohenD: z.number().nullable(),
  f1: share.nullable(),
  mcc: z.number().nullable(),
  /** The value of the signal that the training text chose as the boundary. */
  threshold: z.number().nullable(),
  pearson: z.number().nullable(),
  spearman: z.number().nullable(),
  /** Share of time shifts whose maximum over all cells and hypotheses reaches this score, each standardised by its own. */
  pShift: share.nullable(),
  /** Of all scores that stand out from their time shifts as far as this one, the share expected by chance. */
  qShift: share.nullable(),
  /** The strength (see `strength`) that the untrained twin's best cell reaches for this hypothesis. */
  untrained: share.nullable(),
  /** The AUROC (or |Spearman|) of the best function of the current character alone, under the same alignment. */
  characterBaseline: share.nullable(),
});
export type Score = z.infer<typeof scoreSchema>;

export const scoresSchema = z.object({
  format,
  evaluatedOn: z.enum(['held-out', 'all']),
  scores: z.array(scoreSchema),
});
