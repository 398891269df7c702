import { describe, expect, it } from 'vitest';
import { BYTES, createExpectations, expectedAt, pickExpectations } from '../../pipeline/trace/expected.ts';
import { characterTargets } from '../../pipeline/trace/targets.ts';
import { ARCHITECTURE, randomIds, randomParameters, readStepwise } from './networks.ts';

const ids = randomIds(40, 5);
const { outputs } = ARCHITECTURE;
const vocabulary = Array.from({ length: outputs }, (_, id) => String.fromCodePoint(97 + id));
const everyPosition = Int32Array.from(ids, (_, t) => t);

async function expectations(): Promise<{ bytes: Uint8Array; logProbabilities: Float32Array }> {
  const { logProbabilities } = await readStepwise(randomParameters(7), ids);
  const prediction = Float32Array.from(logProbabilities);
  const kept = createExpectations(characterTargets(ids, outputs), outputs, everyPosition, ids.length);
  const segments = [{ stream: 0, start: 0, length: ids.length }];
  kept.add({ streams: 1, segments, outputs: {} }, prediction);
  return { bytes: kept.bytes, logProbabilities: prediction };
}

describe('what was expected of each character', () => {
  it('is what the network said one character earlier, the likeliest first', async () => {
    const { bytes, logProbabilities } = await expectations();
    for (let t = 1; t < ids.length; t++) {
      const prediction = [...logProbabilities.subarray((t - 1) * outputs, t * outputs)];
      const likeliest = prediction
        .map((value, id) => ({ id, probability: Math.exp(value) }))
        .sort((a, b) => b.probability - a.probability || a.id - b.id);
      const { surprise, choices } = expectedAt(bytes, t, vocabulary);
      expect(surprise).toBeCloseTo(-prediction[ids[t]!]!, 1);
      expect(choices.map(({ character }) => character)).toEqual(likeliest.slice(0, 3).map(({ id }) => vocabulary[id]));
      choices.forEach(({ probability }, k) => {
        expect(Math.abs(probability - likeliest[k]!.probability)).toBeLessThanOrEqual(0.5 / 255);
      });
    }
  });

  it('is nothing of the first, which nothing foresees', async () => {
    expect(expectedAt((await expectations()).bytes, 0, vocabulary)).toEqual({ surprise: 0, choices: [] });
  });

  it('of a few positions is what it is of all', async () => {
    const { bytes } = await expectations();
    const chosen = [3, 17, 18, 39];
    const picked = pickExpectations(bytes, chosen);
    expect(picked.length).toBe(BYTES * chosen.length);
    chosen.forEach((t, row) => {
      expect(expectedAt(picked, row, vocabulary)).toEqual(expectedAt(bytes, t, vocabulary));
    });
  });

  it('is kept of the wanted positions alone, and of a vocabulary smaller than the choices', () => {
    const rowOf = Int32Array.of(-1, 0, -1);
    const targets = characterTargets(Int32Array.of(0, 1, 0), 2);
    const kept = createExpectations(targets, 2, rowOf, 1);
    const prediction = Float32Array.from([0.25, 0.75, 0.5, 0.5, 0.5, 0.5], Math.log);
    kept.add({ streams: 1, segments: [{ stream: 0, start: 0, length: 3 }], outputs: {} }, prediction);
    const { surprise, choices } = expectedAt(kept.bytes, 0, ['a', 'b']);
    expect(surprise).toBeCloseTo(-Math.log(0.75), 1);
    expect(choices.map(({ character }) => character)).toEqual(['b', 'a']);
  });
});
