// Networks of every kind that a file format may have to hold, with random weights among which are zeros of both signs.
import fc from 'fast-check';
import { normal, seededRandom } from '../../pipeline/base/random.ts';
import {
  type Activation,
  type Architecture,
  assembleParameters,
  type HiddenLayer,
  tensorShapes,
} from '../../pipeline/lstm/parameters.ts';
import type { CanonicalNetwork } from '../../pipeline/models/foreign.ts';

const size = fc.integer({ min: 1, max: 4 });
const activation = fc.constantFrom<Activation>('linear', 'tanh', 'sigmoid', 'relu');
const hidden: fc.Arbitrary<HiddenLayer[]> = fc.array(
  fc.record({ units: size, activation }, { noNullPrototype: true }),
  { maxLength: 2 },
);

/** Architectures with an embedding or none, of one layer or two, both ways or not, and dense layers or none. */
export const architectures: fc.Arbitrary<Architecture> = fc
  .record({
    reads: fc.constantFrom('characters' as const, 'numbers' as const),
    inputs: size,
    embedding: fc.option(size, { nil: undefined }),
    layers: fc.array(fc.record({ units: size, both: fc.boolean() }), { minLength: 1, maxLength: 2 }),
    hidden,
    outputs: fc.integer({ min: 0, max: 4 }),
    outputActivation: fc.constantFrom('softmax' as const, 'linear' as const, 'sigmoid' as const),
  })
  .map(({ reads, embedding, layers, hidden, ...rest }) => ({
    inputs: rest.inputs,
    ...(embedding === undefined ? { reads } : { embedding }),
    units: layers.map(({ units }) => units),
    ...(layers.some(({ both }) => both) ? { bidirectional: layers.map(({ both }) => both) } : {}),
    ...(rest.outputs === 0 || hidden.length === 0 ? {} : { hidden }),
    outputs: rest.outputs,
    ...(rest.outputs === 0 || rest.outputActivation === 'softmax' ? {} : { outputActivation: rest.outputActivation }),
    cellActivation: 'tanh',
    recurrentActivation: { kind: 'sigmoid' },
  }));

/** Weights for an architecture, every fifth of them zero or minus zero. */
export function randomNetwork(architecture: Architecture, seed: number): CanonicalNetwork {
  const random = seededRandom(seed);
  let count = 0;
  const value = () => {
    count += 1;
    if (count % 5 !== 0) return normal(random);
    return count % 2 === 0 ? 0 : -0;
  };
  const tensors = tensorShapes(architecture).map(({ rows, columns }) => ({
    rows,
    columns,
    data: Float32Array.from({ length: rows * columns }, value),
  }));
  return { architecture, parameters: assembleParameters(architecture, tensors) };
}
