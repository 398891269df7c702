// Schemas of what many files hold: ids, numbers of a kind, signals and their domains, the shape of a network.
import { z } from 'zod';
import { CELL_ID } from './cell-ids.ts';
import { ALIGNMENTS, KNOWN_SIGNALS } from './signals.ts';

export const count = z.int().nonnegative();
export const share = z.number().min(0).max(1);
export const interval = z.tuple([z.number(), z.number()]);
export const cellId = z.string().regex(CELL_ID);
export const slug = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/);

export const signal = z.enum(KNOWN_SIGNALS);
export const alignment = z.enum(ALIGNMENTS);
export const split = z.enum(['train', 'validation', 'held-out']);
export type Split = z.infer<typeof split>;

/** What a signal's byte stands for, `low + byte / 255 * (high - low)`: the value itself, or its tanh. */
const domain = z.object({ low: z.number(), high: z.number(), transform: z.enum(['none', 'tanh']) });
const lstmDomains = { i: domain, f: domain, g: domain, o: domain, c: domain, h: domain };
/** Of signals that only cells of a GRU have. */
const gruDomain = domain.exactOptional();
export const domainsSchema = z.object({ ...lstmDomains, r: gruDomain, z: gruDomain, n: gruDomain });
export type Domains = z.infer<typeof domainsSchema>;

const size = z.int().positive();
const dense = ['linear', 'tanh', 'sigmoid', 'relu'] as const;
const activation = z.enum(dense);
/** The functions of a cell; those of `lstm/`. */
const cellActivation = z.union([
  z.enum([
    ...dense,
    ...(['relu6', 'elu', 'selu', 'exponential', 'softplus', 'softsign', 'log-sigmoid', 'hard-tanh'] as const),
    ...(['swish', 'hard-swish', 'mish', 'gelu', 'gelu-tanh'] as const),
  ]),
  z.templateLiteral(['leaky-relu(', z.number(), ')']),
  z.templateLiteral(['elu(', z.number(), ')']),
  z.templateLiteral(['hard-sigmoid(', z.number(), ',', z.number(), ')']),
]);

/** Cells of a GRU; see `lstm/gru.ts`. */
export const gruCellSchema = z.strictObject({ kind: z.literal('gru'), resetsAfter: z.boolean() });

/** The shape of a network, on its card and wherever else it is written down. */
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
  cellActivation,
  recurrentActivation: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('sigmoid') }),
    z.strictObject({ kind: z.literal('hard-sigmoid'), slope: z.number(), offset: z.number() }),
    z.strictObject({ kind: z.literal('other'), function: cellActivation }),
  ]),
  cell: gruCellSchema.exactOptional(),
});
