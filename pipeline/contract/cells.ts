// What the page of a cell needs, and what lists of cells do.
import { z } from 'zod';
import { alignment, cellId, count, interval, share, signal, slug } from '../base/schemas.ts';
import { cellEvidenceSchema } from '../evidence/parts.ts';
import { format, leftOutSchema, remarksSchema } from './common.ts';

/**
 * One cell against one hypothesis, as pages and `cellarium score --json` have it: the choice that the training text made,
 * tested on the text named in `evaluatedOn`.
 */
export const scoreSchema = z.object({
  cell: cellId,
  layer: z.int().positive(),
  unit: count,
  name: z.string().optional(),
  hypothesis: slug,
  signal,
  alignment,
  /** 1 where the signal is higher on the label, -1 where it is lower; chosen on the training text. */
  direction: z.union([z.literal(1), z.literal(-1)]),
  /** Unoriented: below 0.5 where the signal is lower on the label. Null for a real-valued hypothesis. */
  auroc: share.nullable(),
  /** 95%, of `auroc` or of `spearman`, by leaving out one held-out block after the other; null where these are too few. */
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
  /** The best AUROC in the chosen direction, or |Spearman|, of any cell of the untrained networks; null where there are none. */
  untrained: share.nullable(),
  /** The AUROC (or |Spearman|) of the best function of the current character alone, under the same alignment. */
  characterBaseline: share.nullable(),
  /**
   * The share of the held-out deviance that the last 20 steps leave open and the signal takes away, below 0 where it misleads.
   * Null of a label that these steps give away, and of a signal that promises less than 1% on the training text.
   */
  adds: z.number().nullable(),
  /** 95%, of `adds`, by the jackknife over blocks. */
  addsInterval: interval.nullable(),
  /**
   * Of adding more than any cell of an untrained network does: over all scores that promise at least 5% on the training text, by
   * flipping blocks' signs. Null of the others, and where too few blocks are held out.
   */
  pAdds: share.nullable(),
  /** Whether it adds at least 5%, at a `pAdds` of at most 0.05, and by its interval more than any cell of an untrained network. */
  remembers: z.boolean(),
});

export type Score = z.infer<typeof scoreSchema>;

/** Of what `cellarium score --json` prints; as `FORMAT`. */
export const SCORES_FORMAT = 2;

export const scoresSchema = z.object({
  format: z.literal(SCORES_FORMAT),
  evaluatedOn: z.enum(['held-out', 'all']),
  leftOut: leftOutSchema.optional(),
  remarks: remarksSchema.optional(),
  scores: z.array(scoreSchema),
});

/** What the one line on a cell comes from: a person, or the first of the others that there is something to say of. */
const heading = z.enum(['note', 'remembers', 'found', 'tracks', 'in part', 'nothing']);

/**
 * One row a cell, what the ranking and the wall need. `strength[k]` belongs to `hypotheses[k]`, in thousandths:
 * |2·AUROC − 1| or |Spearman| at the lower end of its interval; null where not scorable.
 */
export const cellSummarySchema = z.object({
  id: cellId,
  layer: z.int().positive(),
  unit: count,
  name: z.string().optional(),
  /** What the cell does in one line: a person's words, or those of the hypothesis that heads it, or of a rule. */
  explanation: z.string(),
  heading,
  /** Of a cell that a rule heads: the share of the variance that it explains, in thousandths. */
  found: z.int().nullable(),
  /** Index into `hypotheses` of the one that heads the cell; null where nothing is scorable. */
  best: count.nullable(),
  interpretable: z.boolean(),
  strength: z.array(z.int().nullable()),
  /** Indices into `hypotheses`, rising, of those whose score passes for more than chance: they rank before all others. */
  passes: z.array(count),
  /** Those that the cell remembers, and what it adds to what the last steps tell, in thousandths. */
  remembers: z.array(z.object({ hypothesis: count, adds: z.int() })),
  /** Indices into `hypotheses`, rising, of those on which no untrained cell reaches the score. */
  beyond: z.array(count),
  /** Oriented AUROC, or |Spearman|, in thousandths. */
  value: z.array(z.int().nullable()),
  /** The choice that the training text made: signal, alignment's first letter, direction, as in `hr+`. */
  choice: z.array(
    z
      .string()
      .regex(/^[ifgochrzn][rp][+-]$/)
      .nullable(),
  ),
});
export type CellSummary = z.infer<typeof cellSummarySchema>;
export const cellsSchema = z.object({
  format,
  hypotheses: z.array(slug),
  /** Of the hypotheses, in their order. */
  titles: z.array(z.string()),
  cells: z.array(cellSummarySchema),
});

/**
 * How many bytes each cell has in files that all of them, or {@link CELLS_A_FILE} of them, share one after another, in the order
 * of layer and unit. Each part is a gzip file by itself.
 */
export const sizesSchema = z.object({
  format,
  /** In `cells/<n>.jsonl.gz`. */
  cells: z.array(count),
  /** In `book/<n>.bin.gz`; null where the text is too long for it. */
  book: z.array(count).nullable(),
  /** In the one file of the held-out sample's h, and in that of c; null where there is none. */
  h: z.array(count),
  c: z.array(count).nullable(),
});
export type Sizes = z.infer<typeof sizesSchema>;

const excerptKind = z.enum(['lead', 'exciting', 'quantile', 'silencing', 'random', 'false-alarm', 'miss', 'generated']);
const gateUse = z.object({
  mean: z.number(),
  /** Shares of the values below 0.1 and above 0.9. */
  leftSaturated: share,
  rightSaturated: share,
  /** How many values lie in each of equal bins over [0, 1]. */
  bins: z.array(count),
});

export const cellSchema = z.object({
  format,
  id: cellId,
  layer: z.int().positive(),
  unit: count,
  name: z.string().optional(),
  explanation: z.string(),
  heading,
  interpretable: z.boolean(),
  /** The signal and alignment that the page shows first: those of the note, or else of the first score. */
  signal,
  alignment,
  excerpts: z.array(
    z.object({
      kind: excerptKind,
      /** Position in the whole text; null for generated text. */
      start: count.nullable(),
      text: z.string(),
      /** First character in the values: signal s of character t is byte `s * characters + offset + t`. */
      offset: count,
      /** Of a `quantile`: the share of all passages with a lower mean, in hundredths. */
      percentile: z.number().min(0).max(100).optional(),
      /** Of a `false-alarm` or a `miss`: how many of them are in it. */
      mistakes: count.optional(),
      /** Of `exciting` and `silencing`: the character whose value is furthest on or off, from the excerpt's start. */
      peak: count.optional(),
      /**
       * Of a text of tokens: the number of the first in the whole text, and how many characters each is drawn as, with what stands
       * between it and the next. `start`, `offset` and `peak` count characters, which have the values of their token.
       */
      tokens: z.object({ first: count, lengths: z.array(count) }).optional(),
    }),
  ),
  /**
   * What the threshold of the best hypothesis made of the held-out sample's characters: how many it called on and how
   * many of these bear no label, how many bear the label and how many of these it missed. Null where nothing is called.
   */
  calls: z.object({ called: count, falseAlarms: count, labelled: count, missed: count }).nullable(),
  /** Characters of all excerpts together. */
  characters: count,
  /** Those that `values` holds, in its order, which is i f g o c h. */
  signals: z.array(signal),
  /**
   * The signals over the excerpts, [signals][characters], a byte each over the gallery's domains: folded as base/excerpt-values.ts
   * does it, compressed (zlib), in base64.
   */
  values: z.base64(),
  scores: z.array(scoreSchema),
  /**
   * Every way to pair the cell with a hypothesis on the held-out text, chosen or not: a description, and no test. For
   * each of its signals in their order, under reading and under predicting, the unoriented AUROC or Spearman's ρ.
   */
  associations: z.array(z.object({ hypothesis: slug, values: z.array(z.number()) })),
  /** Of the shown signal on the held-out text, split by the best hypothesis's label; null where that is not binary. */
  histogram: z.object({
    signal,
    hypothesis: slug.nullable(),
    /** The ends of the equal bins, in the signal's domain: of c, the tanh. */
    low: z.number(),
    high: z.number(),
    on: z.array(count),
    off: z.array(count),
  }),
  /** Those of the gates that are there. */
  gates: z.object({ i: gateUse, f: gateUse, o: gateUse }).partial(),
  /** Cells whose h correlates with this one's most, by |Pearson r| on the held-out text. */
  /**
   * What the signal of its headline hypothesis adds, by the steps since the label was last turned on or off; each group ends
   * where the next begins. Null of a cell that remembers nothing, and of a label that is a number.
   */
  distances: z.array(z.object({ from: count, steps: count, adds: z.number().nullable() })).nullable(),
  neighbours: z.array(z.object({ id: cellId, correlation: z.number() })),
  evidence: cellEvidenceSchema,
});
export type Cell = z.infer<typeof cellSchema>;
export type ExcerptKind = z.infer<typeof excerptKind>;
