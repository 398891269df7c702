// The contract between the pipeline, which writes public/data, and the site, which draws it.
// Numbers and text, never colours. Every position is a code point of the cleaned text.
import { z } from 'zod';
import { ALIGNMENTS, SIGNALS } from '../signals.ts';

/** Raised whenever a reader of the old files would misread the new ones. */
export const FORMAT = 1;

const format = z.literal(FORMAT);
const count = z.int().nonnegative();
const share = z.number().min(0).max(1);
const interval = z.tuple([z.number(), z.number()]);
export const cellId = z.string().regex(/^[1-9]\d*-\d+$/);
export const slug = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/);
const signal = z.enum(SIGNALS);
const alignment = z.enum(ALIGNMENTS);
const split = z.enum(['train', 'validation', 'held-out']);

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
  /** Share of time shifts whose maximum over all cells and hypotheses reaches this score. */
  pShift: share.nullable(),
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

/** What a signal's byte stands for, `low + byte / 255 * (high - low)`: the value itself, or its tanh. */
const domain = z.object({ low: z.number(), high: z.number(), transform: z.enum(['none', 'tanh']) });
export const domainsSchema = z.object({ i: domain, f: domain, g: domain, o: domain, c: domain, h: domain });
export type Domains = z.infer<typeof domainsSchema>;

/** A file of bytes that belongs to an artifact: its path below the gallery's folder and its true size. */
const sideFile = z.object({ path: z.string(), bytes: count });

const trainingEpoch = z.object({
  epoch: count,
  trainLoss: z.number(),
  validationLoss: z.number(),
  learningRate: z.number(),
  charactersPerSecond: z.number(),
});

const losses = z.object({ train: z.number(), validation: z.number(), 'held-out': z.number() });

const modelSchema = z.object({
  id: slug,
  hash: z.string(),
  parameters: count,
  layers: z.array(z.object({ units: count, inputs: count })),
  vocabulary: z.array(z.string()),
  activation: z.string(),
  recurrentActivation: z.string(),
  /**
   * Nats a character, or shares of the features' variance, in one stateful pass over the whole, averaged over each split's
   * positions. Null of a network that does not foretell what it reads.
   */
  loss: losses.nullable(),
  /** Of the untrained twin, likewise. */
  untrainedLoss: losses.nullable(),
  chosenEpoch: count.nullable(),
  curve: z.array(trainingEpoch),
  /** The run's configuration as written on the card, for showing: name and value. */
  run: z.array(z.object({ name: z.string(), value: z.string() })),
  tensors: z.array(
    z.object({
      name: z.string(),
      shape: z.array(count),
      minimum: z.number(),
      maximum: z.number(),
      /** Root mean square of the entries. */
      rms: z.number(),
      /** Columns [from, to) of each gate, where the tensor has gates. */
      gates: z.array(z.object({ gate: z.enum(['i', 'f', 'g', 'o']), from: count, to: count, rms: z.number() })),
    }),
  ),
  /** Held-out loss when only the last `characters` are known, the state before them being zero; null: everything. */
  context: z.array(z.object({ characters: count.nullable(), loss: z.number(), interval })),
});

export const gallerySchema = z.object({
  format,
  id: slug,
  title: z.string(),
  /** One sentence for index pages and link previews. */
  summary: z.string(),
  evaluatedOn: z.enum(['held-out', 'all']),
  /** Those that there are, in the order i f g o c h; h always. */
  signals: z.array(signal),
  /** Cells of each layer. */
  layers: z.array(count),
  corpus: z.object({
    id: slug,
    title: z.string(),
    author: z.string().optional(),
    source: z.string(),
    licence: z.string().optional(),
    characters: count,
    blocks: z.object({ train: count, validation: count, 'held-out': count }),
    splitCharacters: z.object({ train: count, validation: count, 'held-out': count }),
    hash: z.string(),
  }),
  /**
   * The numbers that the network reads, over the held-out sample; null where it reads a text. Texts then hold one
   * character a step, which stands for nothing, so that positions mean the same in both.
   */
  series: z
    .object({
      /** Steps after which much comes again. */
      period: count,
      features: z.array(z.object({ title: z.string(), unit: z.string(), values: z.array(z.number()) })),
      /** What stands beside each step; null where nothing does. */
      times: z.array(z.string()).nullable(),
    })
    .nullable(),
  /** The file that the cells come from where no network of this project computed them; null where one did. */
  activations: z.object({ file: z.string(), hash: z.string() }).nullable(),
  /** The network; null where there are activations alone. */
  model: modelSchema.nullable(),
  domains: domainsSchema,
  /** The held-out sample that every page draws from: its text and where its pieces lie in the whole text. */
  heldOut: z.object({
    text: z.string(),
    pieces: z.array(z.object({ block: count, start: count, end: count })),
    /** h of all cells, [cells, characters], layer 1 first. */
    h: sideFile,
  }),
  /** The whole text's h, a file a cell; null where the text is too long for it. */
  book: z.object({ characters: count, text: sideFile }).nullable(),
  generated: z.object({ text: z.string(), seedText: z.string(), temperature: z.number(), seed: z.int() }).nullable(),
  interpretable: z.object({
    /** Cells with a hypothesis at or above the thresholds. */
    count,
    /** Of the untrained twin; null where there is none. */
    untrainedCount: count.nullable(),
    /** Those of `count` whose strength is above the twin's best for the same hypothesis. */
    aboveUntrained: count.nullable(),
    /** The same counts over the hypotheses that need memory, which the current character does not give away. */
    byMemory: z.object({ count, untrainedCount: count.nullable() }),
    cells: count,
    auroc: z.number(),
    spearman: z.number(),
    p: z.number(),
  }),
  null: z.object({
    shifts: count,
    seed: z.int(),
    /** Characters left out at both ends of the circle. */
    margin: count,
    /** Observed discoveries, their mean count under the shifts, and the ratio of the two. */
    discoveries: count,
    falseDiscoveries: z.number(),
    falseDiscoveryRate: share,
  }),
  /** The most that tied values in one bin can move an AUROC, over all rows. */
  tieBound: z.number(),
});
export type Gallery = z.infer<typeof gallerySchema>;
export type Model = z.infer<typeof modelSchema>;

export const heuristicSchema = z.object({
  id: slug,
  title: z.string(),
  kind: z.enum(['binary', 'real']),
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
  /** Best first: all scorable cells' strengths, see `cellsSchema`. */
  best: z.array(cellId),
  /** Cells by strength, in equal bins over [0, 1]; none untrained where there is no twin. */
  spread: z.object({ model: z.array(count), untrained: z.array(count) }),
  untrainedBest: share.nullable(),
  /** A passage with the label's value at each character (0 or 1 where binary). */
  sample: z.object({ start: count, text: z.string(), values: z.array(z.number()) }),
});
export type Heuristic = z.infer<typeof heuristicSchema>;
export const heuristicsSchema = z.object({ format, heuristics: z.array(heuristicSchema) });

/**
 * One row a cell, what the ranking and the wall need. `strength[k]` belongs to `heuristics[k]`, in thousandths:
 * |2·AUROC − 1| or |Spearman| at the lower end of its interval; null where not scorable.
 */
export const cellSummarySchema = z.object({
  id: cellId,
  layer: z.int().positive(),
  unit: count,
  name: z.string().optional(),
  /** What the cell does in one line: a person's words, or the best hypothesis's. */
  explanation: z.string(),
  /** Index into `heuristics`; null where nothing is scorable. */
  best: count.nullable(),
  interpretable: z.boolean(),
  strength: z.array(z.int().nullable()),
  /** Oriented AUROC, or |Spearman|, in thousandths. */
  value: z.array(z.int().nullable()),
  /** The choice that the training text made: signal, alignment's first letter, direction, as in `hr+`. */
  choice: z.array(
    z
      .string()
      .regex(/^[ifgoch][rp][+-]$/)
      .nullable(),
  ),
});
export type CellSummary = z.infer<typeof cellSummarySchema>;
export const cellsSchema = z.object({ format, heuristics: z.array(slug), cells: z.array(cellSummarySchema) });

const excerptKind = z.enum(['lead', 'exciting', 'silencing', 'random', 'mistaken', 'generated']);
const gateUse = z.object({ mean: z.number(), leftSaturated: share, rightSaturated: share });

export const cellSchema = z.object({
  format,
  id: cellId,
  layer: z.int().positive(),
  unit: count,
  name: z.string().optional(),
  explanation: z.string(),
  interpretable: z.boolean(),
  /** The signal and alignment that the page shows first: those of the best hypothesis. */
  signal,
  alignment,
  excerpts: z.array(
    z.object({
      kind: excerptKind,
      /** Position in the whole text; null for generated text. */
      start: count.nullable(),
      text: z.string(),
      /** First character in the side file: signal s of character t is byte `s * characters + offset + t`. */
      offset: count,
    }),
  ),
  /** Characters in the side file: [signals][characters] bytes over the gallery's domains. */
  characters: count,
  /** Those that the side file holds, in its order, which is i f g o c h. */
  signals: z.array(signal),
  bytes: sideFile,
  scores: z.array(scoreSchema),
  /**
   * Every way to pair the cell with a hypothesis on the held-out text, chosen or not: a description, and no test. For
   * each of its signals in their order, under reading and under predicting, the unoriented AUROC or Spearman's ρ.
   */
  associations: z.array(z.object({ heuristic: slug, values: z.array(z.number()) })),
  /** Of the shown signal on the held-out text, split by the best hypothesis's label; null where that is not binary. */
  histogram: z.object({
    signal,
    heuristic: slug.nullable(),
    /** The ends of the equal bins, in the signal's domain: of c, the tanh. */
    low: z.number(),
    high: z.number(),
    on: z.array(count),
    off: z.array(count),
  }),
  /** Those of the gates that are there. */
  gates: z.object({ i: gateUse, f: gateUse, o: gateUse }).partial(),
  /** Change of each next character's log-odds for one unit of h, centred; last layer only. */
  effect: z
    .object({
      promotes: z.array(z.object({ character: z.string(), change: z.number() })),
      suppresses: z.array(z.object({ character: z.string(), change: z.number() })),
    })
    .nullable(),
  /** Cells whose h goes along with this one's most, by |Pearson r| on the held-out text. */
  neighbours: z.array(z.object({ id: cellId, correlation: z.number() })),
});
export type Cell = z.infer<typeof cellSchema>;
export type ExcerptKind = z.infer<typeof excerptKind>;
export type Split = z.infer<typeof split>;

/** The contract as JSON Schema, by the kind of file, for readers in other languages. */
export function describeContract(): Record<string, unknown> {
  const kinds = { gallery: gallerySchema, cells: cellsSchema, heuristics: heuristicsSchema, cell: cellSchema };
  return Object.fromEntries(Object.entries(kinds).map(([name, schema]) => [name, z.toJSONSchema(schema)]));
}
