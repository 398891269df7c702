import { z } from 'zod';

/** One training run: every number that decides its outcome. `content/models/<id>/training.yaml` gives the reasons. */
export const configurationSchema = z
  .strictObject({
    /** Id of the corpus that it is trained on, or of the series. */
    corpus: z.string().min(1).exactOptional(),
    series: z.string().min(1).exactOptional(),
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
