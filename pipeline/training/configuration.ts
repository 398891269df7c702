import { z } from 'zod';

/** One training run: every number that decides its outcome. `content/models/<id>/training.yaml` gives the reasons. */
export const configurationSchema = z
  .strictObject({
    /** Id of the corpus that it is trained on, or of the series. */
    corpus: z.string().min(1).exactOptional(),
    series: z.string().min(1).exactOptional(),
    /** What a step is; a character where left out. */
    tokens: z
      .literal('words', { error: 'must be words, which is all that a vocabulary can be made of here' })
      .exactOptional(),
    /** Tokens of the vocabulary that is made for it: the most frequent ones, and one for all others. */
    vocabulary: z.int().min(2).exactOptional(),
    /** Width of the embedding that stands before the first layer; what is read is one-hot where left out. */
    embedding: z.int().positive().exactOptional(),
    seed: z.int(),
    /** Units of each LSTM layer. */
    units: z.array(z.int().positive()).min(1),
    epochs: z.int().positive(),
    /** Epochs that together read the training text once, each a part of it: of a long text, whose readings are few. */
    epochsPerReading: z.int().positive().exactOptional(),
    /** Validation blocks that judge an epoch, evenly spaced; all of them where left out. */
    validationBlocks: z.int().positive().exactOptional(),
    /** Parallel streams of the training text, and characters that gradients flow back through. */
    streams: z.int().positive(),
    steps: z.int().positive(),
    learningRate: z.number().positive(),
    /** Epochs at the full rate; after them it falls along a half cosine to `finalLearningRate`. */
    constantEpochs: z.int().nonnegative(),
    finalLearningRate: z.number().nonnegative(),
    /** Share of each layer's outputs that is dropped, first layer to last. */
    dropout: z.array(z.number().min(0).lt(1)),
    /** Share of each recurrent kernel's weights that is dropped, first layer to last. */
    recurrentDropout: z.array(z.number().min(0).lt(1)),
    /** Largest global norm of the gradient; above it, it is scaled down. */
    gradientNorm: z.number().positive(),
    /** Adam's decay rates of the first and second moment, and its ε. */
    beta1: z.number().min(0).lt(1),
    beta2: z.number().min(0).lt(1),
    epsilon: z.number().positive(),
    /** Decay a step of the running average of the weights, which is what is evaluated and kept. */
    averageDecay: z.number().min(0).lt(1),
  })
  .refine(({ corpus, series }) => (corpus === undefined) !== (series === undefined), {
    message: 'Say what it is trained on: add corpus: or series:, one of the two',
  })
  .refine(({ tokens, vocabulary }) => (tokens === undefined) === (vocabulary === undefined), {
    path: ['vocabulary'],
    message: 'goes with tokens: words, and says how many of the most frequent ones are told apart',
  })
  .refine(
    ({ series, tokens, embedding }) => series === undefined || (tokens === undefined && embedding === undefined),
    {
      message: 'tokens: and embedding: are for a corpus, and this is a series',
    },
  )
  .superRefine(({ units, dropout, recurrentDropout, constantEpochs, epochs }, context) => {
    for (const [name, rates] of Object.entries({ dropout, recurrentDropout })) {
      if (rates.length !== units.length) {
        const message = `has ${rates.length} rates for ${units.length} layers`;
        context.addIssue({ code: 'custom', path: [name], message });
      }
    }
    if (constantEpochs >= epochs) {
      context.addIssue({ code: 'custom', path: ['constantEpochs'], message: 'must be less than epochs' });
    }
  });

export type Configuration = z.infer<typeof configurationSchema>;

/** The learning rate of an epoch, counted from 0. */
export function learningRateAt(configuration: Configuration, epoch: number): number {
  const { learningRate, finalLearningRate, constantEpochs, epochs } = configuration;
  if (epoch < constantEpochs) return learningRate;
  const progress = (epoch - constantEpochs + 1) / (epochs - constantEpochs);
  return finalLearningRate + (learningRate - finalLearningRate) * 0.5 * (1 + Math.cos(Math.PI * progress));
}

// The training.yaml that a new text begins with: numbers that suit its length, and the reason of each.

/** Optimiser steps of a whole run: enough for a small network to settle. */
const RUN_STEPS = 1500;
/** An epoch should have about so many steps, or an average over them means little. */
export const EPOCH_STEPS = 30;

/** What suits texts up to so many characters. */
const SIZES = [
  { upTo: 40_000, units: 64, steps: 50, dropout: 0.3 },
  { upTo: 100_000, units: 128, steps: 100, dropout: 0.3 },
  { upTo: 300_000, units: 256, steps: 100, dropout: 0.3 },
  { upTo: Number.POSITIVE_INFINITY, units: 512, steps: 100, dropout: 0.1 },
];
/** Share of a text that trains: of ten blocks one is held out and one validates. */
const TRAINING_SHARE = 0.8;
const MOST_STREAMS = 64;

/**
 * @param corpus id
 * @param length of the text, in characters
 * @returns YAML as `content/models/<id>/training.yaml` has it
 */
export function startingConfiguration(corpus: string, length: number): string {
  const { units, steps, dropout } = SIZES.find(({ upTo }) => length <= upTo)!;
  const training = TRAINING_SHARE * length;
  const wanted = Math.floor(training / (steps * EPOCH_STEPS));
  const streams = 2 ** Math.floor(Math.log2(Math.max(1, Math.min(MOST_STREAMS, wanted))));
  const perEpoch = Math.max(1, Math.floor(training / (steps * streams)));
  const epochs = Math.max(10, Math.min(60, Math.ceil(RUN_STEPS / perEpoch)));
  const constant = Math.ceil(epochs / 5);
  return `# A run for a text of ${length.toLocaleString('en')} characters: \`npx cellarium train ${corpus}\`. Change what you like before it.

corpus: ${corpus}
seed: 1

units: [${units}, ${units}] # of each layer: more cells find more, take longer, and learn a short text by heart

epochs: ${epochs} # about ${(epochs * perEpoch).toLocaleString('en')} steps in all; the epoch that validates best is kept

streams: ${streams} # segments that are read side by side: as many as leave an epoch about ${perEpoch} steps
steps: ${steps} # characters that the gradient flows back through; the state is carried further still

learningRate: 0.004 # high, for an epoch has few steps
constantEpochs: ${constant} # while letters and words are being learned; then the rate falls
finalLearningRate: 0.0001 # small enough that the last epochs only settle

dropout: [${dropout}, ${dropout}] # of each layer's outputs${dropout < 0.2 ? '; a long text needs little' : ', against learning by heart'}
recurrentDropout: [${dropout}, ${dropout}] # of the recurrent kernels' weights, for the same reason

gradientNorm: 1 # a customary bound
beta1: 0.9 # Adam's own
beta2: 0.999
epsilon: 0.00000001

averageDecay: 0.98 # the average over about the last 50 steps is what validates and is kept
`;
}
