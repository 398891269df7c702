// What the pages about a whole gallery need.
import { z } from 'zod';
import { alignment, cellId, count, domainsSchema, share, signal, slug, split } from '../base/schemas.ts';
import { galleryEvidenceSchema, PART_NAMES } from '../evidence/parts.ts';
import { format, leftOutSchema, remarksSchema, sideFile, spread } from './common.ts';
import { liveSchema, modelSchema } from './model.ts';

const perSplit = z.object({ train: count, validation: count, 'held-out': count });

/** How many there are, how many of them add enough, and the most that any adds. */
const directions = z.object({ count, adding: count, most: z.number() });

/** What signals add to the best prediction of a label from the last few steps. */
const memorySchema = z.object({
  /** Steps of the window that a memory must add to. */
  steps: count,
  /** The share of what the window leaves that it must take away at least, and the p that it may have at most. */
  adds: z.number(),
  p: z.number(),
  /** Cells that remember something. */
  cells: count,
  /** Cells that add as much, whatever their p; and those of each untrained network. */
  adding: count,
  untrained: z.array(count),
  /** Cells that add as much to windows of other lengths, whatever their p; and those of the first untrained networks. */
  curve: z.array(z.object({ steps: count, cells: count, untrained: z.array(count) })),
  /** What the cells add by their outputs h alone, and as many random directions in the space of a layer's; null without h. */
  directions: z.object({ outputs: directions, random: directions }).nullable(),
  /** The scorable ones. */
  hypotheses: z.array(
    z.object({
      hypothesis: slug,
      /** What the window leaves of a held-out step, in bits, or of a real label as a share of its variance. */
      left: z.array(z.object({ alignment, left: z.number(), share: z.number(), givenAway: z.boolean() })),
      /** The AUROC, or |Spearman|, of what the last 1, 3 and 20 steps say of it. */
      windows: z.array(z.object({ steps: count, reading: share.nullable(), predicting: share.nullable() })),
      /** Cells that remember it, and the one that adds most. */
      cells: count,
      best: z.object({ cell: cellId, adds: z.number() }).nullable(),
      /** The most that a cell of an untrained network adds; null where there is none. */
      untrained: z.number().nullable(),
    }),
  ),
});

export const gallerySchema = z.object({
  format,
  id: slug,
  title: z.string(),
  /** One sentence for index pages and link previews. */
  summary: z.string(),
  /** Whom a citation of its pages names, and when it was made. */
  author: z.string().optional(),
  year: z.int().optional(),
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
    /** What it is a program in, by its name in lower case; left out where it is no program. */
    programmingLanguage: z.string().optional(),
    characters: count,
    /** Characters of the whole text, where what is read here is a sample of its segments; null where it is all of it. */
    sampledFrom: count.nullable(),
    blocks: perSplit,
    splitCharacters: perSplit,
    hash: z.string(),
  }),
  /** What is read, and how pages speak of it and draw it. */
  dataset: z.object({
    kind: z.string(),
    drawn: z.enum(['text', 'lines']),
    /** Whether a step is a character, so that one can type it. */
    ofCharacters: z.boolean(),
    words: z.object({
      step: z.string(),
      steps: z.string(),
      /** What is read at a step. */
      read: z.string(),
      whole: z.string(),
      excerpt: z.string(),
      loss: z.string(),
    }),
  }),
  /**
   * The numbers that the network reads, over the held-out sample; null where it reads none. Texts then hold one
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
  /** The network as a browser runs it; null where there is none that reads a text forwards and predicts it. */
  live: liveSchema.nullable(),
  leftOut: leftOutSchema.optional(),
  remarks: remarksSchema.optional(),
  domains: domainsSchema,
  /** The held-out sample that every page draws from: its text and where its pieces lie in the whole text. */
  heldOut: z.object({
    text: z.string(),
    pieces: z.array(z.object({ block: count, start: count, end: count })),
    /**
     * h of all cells, layer 1 first, a byte a character: of each cell the differences in the text's order (base/context-order.ts),
     * compressed by themselves; `sizes.json` says how many bytes each takes.
     */
    h: sideFile,
    /** The memory c likewise, over its domain; left out where there is none. */
    c: sideFile.optional(),
    /**
     * What the network expected of each character, as `trace/expected.ts` writes it; null where it predicts no characters,
     * or knows too many to number them by a byte.
     */
    expected: sideFile.nullable(),
  }),
  /**
   * The whole text's h in fifteen steps, of a few cells a file (base/packs.ts), each packed as base/steps.ts does it and compressed
   * by itself; null where the text is too long for it.
   */
  book: z
    .object({
      characters: count,
      text: sideFile,
      expected: sideFile.nullable(),
      /** They tile the text, in order. */
      blocks: z.array(
        z.object({
          end: count,
          split,
          /** Whether the text leaps to it: it is a sample, and what stands before it in the whole text was left out. */
          leaps: z.boolean(),
        }),
      ),
    })
    .nullable(),
  generated: z.object({ text: z.string(), seedText: z.string(), temperature: z.number(), seed: z.int() }).nullable(),
  interpretable: z.object({
    /** Cells with a hypothesis at or above the thresholds. */
    count,
    /** Of the untrained twin; null where there is none. */
    untrainedCount: count.nullable(),
    /** Those of `count` whose strength is above the twin's best for the same hypothesis. */
    aboveUntrained: count.nullable(),
    /** The same counts over the hypotheses that need memory, which the current character does not give away. */
    byMemory: z.object({
      count,
      untrainedCount: count.nullable(),
      /** Cells by the strength of the best of these hypotheses, in equal bins over [0, 1]; none untrained without a twin. */
      spread,
    }),
    cells: count,
    auroc: z.number(),
    spearman: z.number(),
    p: z.number(),
  }),
  null: z.object({
    shifts: count,
    seed: z.int(),
    /** Why nothing is tested, as a sentence; null where it is. */
    untested: z.string().nullable(),
    /**
     * Scores at or above the interpretable ones' strength, their mean number under the shifts, and the ratio of the two.
     * Every cell × hypothesis is one test, whatever the number of signals: another text chose among them.
     */
    discoveries: count,
    falseDiscoveries: z.number(),
    falseDiscoveryRate: share,
    /**
     * The same of every cell × hypothesis × signal × alignment, as though no text had chosen among them and each were a
     * test.
     */
    everyWay: z.object({ tests: count, discoveries: count, falseDiscoveries: z.number(), falseDiscoveryRate: share }),
    /** What tracks a label at all, however weakly: the scores whose `qShift` is at most `rate`. */
    found: z.object({
      rate: share,
      /** Cells × hypotheses. */
      tests: count,
      discoveries: count,
      /** Cells with at least one of them; in the untrained twin, null where there is none. */
      cells: count,
      untrainedCells: count.nullable(),
      /** The same over the hypotheses that need memory. */
      byMemory: z.object({ cells: count, untrainedCells: count.nullable() }),
    }),
  }),
  /** What cells remember; null where no step is held out. */
  memory: memorySchema.nullable(),
  evidence: galleryEvidenceSchema,
  /** Parts of the evidence that are still to be measured; left out where all are there. */
  pending: z.array(z.enum(PART_NAMES)).min(1).optional(),
});
export type Gallery = z.infer<typeof gallerySchema>;
