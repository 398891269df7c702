import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normal, seededRandom } from '../../../../pipeline/base/random.ts';
import { openPart, type Value } from '../../../../pipeline/engines/index.ts';
import type { Activation, Architecture, RecurrentActivation } from '../../../../pipeline/lstm/parameters.ts';
import { canonical } from '../../../../pipeline/models/foreign.ts';
import { readOnnx } from '../../../../pipeline/models/formats/onnx/read.ts';
import { writeOnnx } from '../../../../pipeline/models/formats/onnx/write.ts';
import { temporaryFolder } from '../../../temporary.ts';
import { asStack, differenceFrom } from '../../compare.ts';
import { architectures, randomNetwork } from '../../networks.ts';

const cells = fc.record(
  {
    cellActivation: fc.constantFrom<Activation>('linear', 'tanh', 'sigmoid', 'relu'),
    recurrentActivation: fc.constantFrom<RecurrentActivation>(
      { kind: 'sigmoid' },
      { kind: 'hard-sigmoid', slope: 0.2, offset: 0.5 },
      { kind: 'hard-sigmoid', slope: 1 / 6, offset: 0.5 },
    ),
  },
  { noNullPrototype: true },
);

const BOTH_WAYS: Architecture = {
  inputs: 5,
  embedding: 3,
  units: [4, 3],
  bidirectional: [true, false],
  hidden: [{ units: 4, activation: 'relu' }],
  outputs: 6,
  cellActivation: 'tanh',
  recurrentActivation: { kind: 'sigmoid' },
};

/** A sequence that an architecture may read: numbers of characters, or rows. */
function sequenceFor({ inputs, embedding }: Architecture, steps: number): number[] | number[][] {
  const random = seededRandom(steps);
  if (embedding !== undefined) return Array.from({ length: steps }, () => Math.floor(random.uniform() * inputs));
  return Array.from({ length: steps }, () => Array.from({ length: inputs }, () => normal(random)));
}

describe('writeOnnx', () => {
  const path = () => join(temporaryFolder(), 'model.onnx');

  it('writes what readOnnx reads back bit for bit, minus zeros and activations too', async () => {
    const file = path();
    await fc.assert(
      fc.asyncProperty(architectures, cells, fc.integer(), async (rest, functions, seed) => {
        const architecture = { ...rest, ...functions };
        const network = randomNetwork(architecture, seed);
        writeOnnx(file, network);
        const found = canonical(asStack(await readOnnx(file)), architecture.reads ?? 'characters', file);
        // A missing `reads` means characters.
        expect({ reads: 'characters', ...found.architecture }).toStrictEqual({ reads: 'characters', ...architecture });
        expect(found.parameters).toStrictEqual(network.parameters);
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it.each<[string, Architecture]>([
    ['characters, both ways, a hidden layer', BOTH_WAYS],
    ['rows, no dense layer', { ...withoutEmbedding(), units: [3], outputs: 0 }],
    [
      'rows, a hard sigmoid and a rectifier',
      { ...withoutEmbedding(), ...hard(0.2, 'relu'), outputActivation: 'sigmoid' },
    ],
    ["rows, Keras 3's hard sigmoid and no function", { ...withoutEmbedding(), ...hard(1 / 6, 'linear') }],
  ])('writes what onnxruntime computes as the reference does, of any length: %s', async (_, architecture) => {
    const file = path();
    const network = randomNetwork(architecture, 7);
    writeOnnx(file, network);
    const { run } = asStack(await readOnnx(file));
    for (const steps of [1, 5]) {
      const input = sequenceFor(architecture, steps);
      const output = [...(await run!(Float32Array.from(input.flat()), steps))];
      expect(await differenceFrom(network, { input, output })).toBeLessThan(1e-5);
    }
  });

  it('writes what reads several sequences at once', async () => {
    const file = path();
    const network = randomNetwork({ ...withoutEmbedding(), units: [3, 4] }, 9);
    writeOnnx(file, network);
    const one = (sequence: number) => Float32Array.from({ length: 3 * 5 }, (_, k) => Math.sin(k * (sequence + 1)));
    const values = new Float32Array(2 * 15);
    for (let step = 0; step < 3; step++) {
      for (let sequence = 0; sequence < 2; sequence++) {
        values.set(one(sequence).subarray(step * 5, (step + 1) * 5), (step * 2 + sequence) * 5);
      }
    }
    const program = await openPart(readFileSync(file), 'the file');
    const input: Value = { type: 'float32', dims: [3, 2, 5], data: values };
    const together = (await program.run(new Map([['input', input]]), ['output'])).get('output')!.data as Float32Array;
    await program.dispose();
    const alone = await asStack(await readOnnx(file)).run!(one(1), 3);
    for (let step = 0; step < 3; step++) {
      const row = together.subarray((step * 2 + 1) * 6, (step * 2 + 2) * 6);
      for (const [k, value] of row.entries()) expect(value).toBeCloseTo(alone[step * 6 + k]!, 6);
    }
  });
});

function withoutEmbedding(): Architecture {
  const { embedding: _, bidirectional: _ways, hidden: _hidden, ...rest } = BOTH_WAYS;
  return { ...rest, reads: 'numbers' };
}

function hard(slope: number, cellActivation: Activation) {
  const recurrentActivation: RecurrentActivation = { kind: 'hard-sigmoid', slope, offset: 0.5 };
  return { cellActivation, recurrentActivation };
}
