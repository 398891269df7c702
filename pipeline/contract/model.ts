// The network of a gallery, and what a browser needs to run it.
import { z } from 'zod';
import { preparationSchema } from '../base/preparation.ts';
import { architectureSchema, count, gruCellSchema, interval, slug } from '../base/schemas.ts';
import { sideFile } from './common.ts';

const trainingEpoch = z.object({
  epoch: count,
  trainLoss: z.number(),
  validationLoss: z.number(),
  learningRate: z.number(),
  charactersPerSecond: z.number(),
});

/** Null of a split without blocks, as a text has that is too short to hold any out. */
const loss = z.number().nullable();
const losses = z.object({ train: loss, validation: loss, 'held-out': loss });

/** How a browser cuts a text as the network's tokeniser does; what it finds is looked up in the vocabulary. */
const cuttingSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('words'), lower: z.boolean() }),
  z.object({
    kind: z.literal('keras'),
    filters: z.string(),
    lower: z.boolean(),
    split: z.string(),
    ofCharacters: z.boolean(),
  }),
]);

const tokensSchema = z.object({
  /** How a text is cut, as a phrase. */
  said: z.string(),
  /** What its file left open and was taken for granted, as sentences. */
  assumed: z.array(z.string()),
  /** The number of the token for all that is unknown; null where there is none. */
  unknown: count.nullable(),
  /** Null where that takes more than a page may weigh. */
  cutting: cuttingSchema.nullable(),
  /** Tokens of the text that are read as unknown, of all that there are. */
  unknownShare: z.number(),
  /** Characters that a token stands for with what is between it and the next, on average. */
  characters: z.number(),
});

export const modelSchema = z.object({
  id: slug,
  hash: z.string(),
  parameters: count,
  layers: z.array(z.object({ units: count, inputs: count })),
  vocabulary: z.array(z.string()),
  /** What it reads in place of characters; left out where it reads those, or numbers. */
  tokens: tokensSchema.optional(),
  activation: z.string(),
  recurrentActivation: z.string(),
  /** What its cells are where they are no LSTM's. */
  cell: gruCellSchema.exactOptional(),
  /**
   * Nats a character, or shares of the features' variance, in one stateful pass over the whole, averaged over each split's
   * positions. Null of a network that does not predict what it reads.
   */
  loss: losses.nullable(),
  /** Of the untrained twin, likewise. */
  untrainedLoss: losses.nullable(),
  chosenEpoch: count.nullable(),
  /**
   * Steps of the training blocks that it learned from; null where nobody here knows what it learned from: it was trained
   * elsewhere, or on another text.
   */
  learnedFrom: count.nullable(),
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
      gates: z.array(
        z.object({ gate: z.enum(['i', 'f', 'g', 'o', 'r', 'z', 'n']), from: count, to: count, rms: z.number() }),
      ),
    }),
  ),
  /** Held-out loss when only the last `characters` are known, the state before them being zero; null: everything. */
  context: z.array(z.object({ characters: count.nullable(), loss: z.number(), interval })),
});
export type Model = z.infer<typeof modelSchema>;

// What a visitor's browser needs to run the network itself.

export const liveSchema = z.object({
  /** As `lstm/packed.ts` packs them: 8 bits a weight. */
  weights: sideFile,
  architecture: architectureSchema,
  /** What was changed in the text that it learned from, as far as anybody said. */
  preparation: preparationSchema,
  /** How well its signals agree with those of the whole network. */
  agreement: z.object({
    /** Characters that both have read. */
    characters: count,
    /** So many cells of each hypothesis, by the signal that follows it best. */
    best: count,
    /** Different ones among these. */
    signals: count,
    /** Pearson's, of the signal that agrees least. */
    leastCorrelation: z.number().min(-1).max(1),
  }),
});
export type Live = z.infer<typeof liveSchema>;
