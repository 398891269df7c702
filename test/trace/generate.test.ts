import { describe, expect, it } from 'vitest';
import { mixedRandom, seededRandom } from '../../pipeline/base/random.ts';
import { onnxEngine } from '../../pipeline/engines/onnx.ts';
import { choose, generate, type Sampling } from '../../pipeline/trace/generate.ts';
import { ARCHITECTURE, randomIds, randomParameters, readStepwise } from './networks.ts';

const engine = onnxEngine({ device: 'cpu', threads: 1 });
const parameters = randomParameters(11);
const seedIds = randomIds(13, 12);
const GREEDY: Sampling = { kind: 'greedy' };

function write(sampling: Sampling, seed: number, length = 40) {
  const random = seededRandom(seed);
  return generate({ engine, architecture: ARCHITECTURE, parameters, seedIds, length, sampling, random });
}

describe('generate', () => {
  it('writes the likeliest character after all before it, when greedy', async () => {
    const { ids } = await write(GREEDY, 1, 12);
    for (let t = 0; t < ids.length; t++) {
      const before = Int32Array.of(...seedIds, ...ids.subarray(0, t));
      const { logProbabilities } = await readStepwise(parameters, before);
      const last = Array.from(logProbabilities.subarray(-ARCHITECTURE.outputs));
      expect(ids[t]).toBe(last.indexOf(Math.max(...last)));
    }
  });

  it('writes the same for the same seed, another text for another, and no matter which seed when greedy', async () => {
    const sampling: Sampling = { kind: 'random', temperature: 1 };
    const first = await write(sampling, 1);
    expect((await write(sampling, 1)).ids).toEqual(first.ids);
    expect((await write(sampling, 2)).ids).not.toEqual(first.ids);
    expect((await write(GREEDY, 1)).ids).toEqual((await write(GREEDY, 2)).ids);
  });

  it('comes to the greedy text as the temperature goes to zero', async () => {
    const cold = await write({ kind: 'random', temperature: 1e-4 }, 3);
    expect(cold.ids).toEqual((await write(GREEDY, 3)).ids);
  });

  it('gives the signals of the characters it wrote, as they are read after the seed', async () => {
    const { ids, layers } = await write({ kind: 'random', temperature: 1 }, 5, 30);
    const { signals } = await readStepwise(parameters, Int32Array.of(...seedIds, ...ids));
    layers.forEach((layer, index) => {
      for (const [signal, values] of Object.entries(layer)) {
        const units = ARCHITECTURE.units[index]!;
        const expected = signals[`layer${index + 1}.${signal}`]!.subarray(seedIds.length * units);
        expect(values).toHaveLength(expected.length);
        values.forEach((value, k) => {
          expect(Math.abs(value - expected[k]!), signal).toBeLessThan(1e-5);
        });
      }
    });
  });
});

/** Pearson's statistic of counts against what probabilities, which need not add up to 1, let expect. */
function chiSquare(counts: readonly number[], probabilities: readonly number[]): number {
  const draws = counts.reduce((sum, count) => sum + count, 0);
  const total = probabilities.reduce((sum, probability) => sum + probability, 0);
  return counts.reduce((sum, count, k) => {
    const expected = (draws * probabilities[k]!) / total;
    return sum + (count - expected) ** 2 / expected;
  }, 0);
}
/** The 99.9th percentile of chi-square with 4 degrees of freedom. */
const UNLIKELY = 18.47;

describe('choose', () => {
  const probabilities = [0.5, 0.25, 0.125, 0.1, 0.025];
  const logProbabilities = Float32Array.from(probabilities, Math.log);

  it('draws the first character of a text as the softmax says over the seeds that people give', () => {
    const counts = new Array<number>(probabilities.length).fill(0);
    for (let seed = 0; seed < 2000; seed++) {
      counts[choose(logProbabilities, { kind: 'random', temperature: 1 }, mixedRandom(seed))]! += 1;
    }
    expect(chiSquare(counts, probabilities)).toBeLessThan(UNLIKELY);
  });

  it.each([1, 0.5, 2])('draws each character as often as the softmax at temperature %d says', (temperature) => {
    const powers = probabilities.map((p) => p ** (1 / temperature));
    const draws = 20_000;
    const counts = new Array<number>(probabilities.length).fill(0);
    const random = seededRandom(6);
    for (let k = 0; k < draws; k++) counts[choose(logProbabilities, { kind: 'random', temperature }, random)]! += 1;
    expect(chiSquare(counts, powers)).toBeLessThan(UNLIKELY);
  });

  it('takes the first of equally likely characters when greedy', () => {
    const even = Float32Array.of(-2, -1, -1, -3);
    expect(choose(even, GREEDY, seededRandom(1))).toBe(1);
  });

  it('never draws what is impossible', () => {
    const certain = Float32Array.of(Number.NEGATIVE_INFINITY, 0, Number.NEGATIVE_INFINITY);
    const random = seededRandom(2);
    const drawn = Array.from({ length: 200 }, () => choose(certain, { kind: 'random', temperature: 1 }, random));
    expect(new Set(drawn)).toEqual(new Set([1]));
  });
});
