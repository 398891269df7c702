import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../pipeline/base/random.ts';
import { Optimiser } from '../../pipeline/training/optimiser.ts';

function dropoutMask(length: number, rate: number, seed: number): Float32Array {
  const optimiser = new Optimiser([], { weights: [], masks: [{ length, rate }] });
  optimiser.continueFrom(seededRandom(seed).state());
  return optimiser.drop().masks[0]!;
}

describe('a mask of dropout', () => {
  it.each([0.1, 0.3, 0.5, 0.9])('drops a share of %d, and scales what is left so that the mean is kept', (rate) => {
    const entries = 100_001;
    const mask = dropoutMask(entries, rate, 4);
    expect(mask).toHaveLength(entries);
    expect(new Set(mask)).toEqual(new Set([0, Math.fround(1 / (1 - rate))]));
    const dropped = mask.filter((value) => value === 0).length;
    // Five standard deviations of a binomial share.
    expect(Math.abs(dropped / entries - rate)).toBeLessThan(5 * Math.sqrt((rate * (1 - rate)) / entries));
  });

  it('draws the two entries that share a random number independently', () => {
    const mask = dropoutMask(200_000, 0.5, 5);
    let both = 0;
    for (let k = 0; k < mask.length; k += 2) both += mask[k] === 0 && mask[k + 1] === 0 ? 1 : 0;
    expect(Math.abs(both / 100_000 - 0.25)).toBeLessThan(5 * Math.sqrt(0.1875 / 100_000));
  });

  it('drops nothing at a rate of zero, and comes out the same from the same seed', () => {
    expect(dropoutMask(9, 0, 1)).toEqual(new Float32Array(9).fill(1));
    expect(dropoutMask(99, 0.4, 2)).toEqual(dropoutMask(99, 0.4, 2));
    expect(dropoutMask(99, 0.4, 2)).not.toEqual(dropoutMask(99, 0.4, 3));
  });
});
