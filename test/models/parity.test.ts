import { describe, expect, it } from 'vitest';
import { InputError } from '../../pipeline/base/errors.ts';
import { seededRandom } from '../../pipeline/base/random.ts';
import { referenceEngine } from '../../pipeline/engines/reference.ts';
import { readingComputation } from '../../pipeline/lstm/network.ts';
import { type Architecture, namedValues } from '../../pipeline/lstm/parameters.ts';
import { stateToInputs, zeroState } from '../../pipeline/lstm/state.ts';
import type { ImportedModel } from '../../pipeline/models/open.ts';
import { checkParity } from '../../pipeline/models/parity.ts';
import { randomNetwork } from './networks.ts';

const ARCHITECTURE: Architecture = {
  inputs: 4,
  units: [3],
  outputs: 4,
  cellActivation: 'tanh',
  recurrentActivation: { kind: 'sigmoid' },
};
const { parameters } = randomNetwork(ARCHITECTURE, 2);

/** What a framework would give for one-hot characters: probabilities, in float64. */
async function framework(sequence: Float32Array, steps: number): Promise<Float32Array> {
  const ids = Int32Array.from({ length: steps }, (_, t) => sequence.subarray(4 * t, 4 * t + 4).indexOf(1));
  const program = await referenceEngine(Float64Array).compile(
    readingComputation(ARCHITECTURE, { steps, streams: 1 }, false),
    namedValues(ARCHITECTURE, parameters),
  );
  const { logProbabilities } = await program.run({ ...stateToInputs(zeroState(ARCHITECTURE, 1)), ids });
  return Float32Array.from(logProbabilities!, Math.exp);
}

function modelRunBy(run: ImportedModel['origin']['run']): ImportedModel {
  const origin = { format: 'Test', gateOrder: 'i f g o', biases: 'one', notes: [] };
  return {
    description: { vocabulary: [], architecture: ARCHITECTURE },
    parameters,
    layerNames: [],
    origin: run === undefined ? origin : { ...origin, run },
  };
}

const check = (run: ImportedModel['origin']['run']) => checkParity(modelRunBy(run), seededRandom(1), 'model.h5');

describe('checkParity', () => {
  it('tells the largest difference from the framework, over all steps or the last alone', async () => {
    for (const steps of [20, 1]) {
      const parity = await check(async (sequence, length) => (await framework(sequence, length)).slice(-4 * steps));
      expect(parity).toMatchObject({ kind: 'checked', steps: 20 });
      expect(parity.kind === 'checked' && parity.difference).toBeLessThan(1e-6);
    }
  });

  it.each([
    ['another value at one step', (found: Float32Array) => found.map((value, k) => (k === 30 ? value + 0.001 : value))],
    ['a value that is no number', (found: Float32Array) => found.map((value, k) => (k === 79 ? Number.NaN : value))],
    ['too few steps to be any', (found: Float32Array) => found.slice(0, 0)],
    ['more steps than there are', (found: Float32Array) => Float32Array.from([...found, 0])],
  ])('refuses a model for which the framework gives %s', async (_, change) => {
    const refused = check(async (sequence, steps) => change(await framework(sequence, steps)));
    await expect(refused).rejects.toThrow(/model\.h5: Its own framework computes other outputs/);
  });

  it('says why it could not check', async () => {
    const refusing = check(async () => {
      throw new InputError('The framework has no such layer.', {}, 'Nothing.');
    });
    expect(await refusing).toEqual({ kind: 'unchecked', reason: 'The framework has no such layer.' });
    expect(await check(undefined)).toEqual({ kind: 'unchecked', reason: 'its framework does not run here' });
  });
});
