// The shape of a network, on its card and wherever else it is written down.
import { z } from 'zod';

const size = z.int().positive();
const activation = z.enum(['linear', 'tanh', 'sigmoid', 'relu']);

export const architectureSchema = z.strictObject({
  reads: z.enum(['characters', 'numbers']).exactOptional(),
  inputs: size,
  embedding: size.exactOptional(),
  units: z.array(size).min(1).readonly(),
  bidirectional: z.array(z.boolean()).readonly().exactOptional(),
  hidden: z
    .array(z.strictObject({ units: size, activation }))
    .readonly()
    .exactOptional(),
  outputs: z.int().nonnegative(),
  outputActivation: z.union([activation, z.literal('softmax')]).exactOptional(),
  cellActivation: activation,
  recurrentActivation: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('sigmoid') }),
    z.strictObject({ kind: z.literal('hard-sigmoid'), slope: z.number(), offset: z.number() }),
  ]),
});
