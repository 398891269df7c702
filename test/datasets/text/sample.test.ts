import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toCharacters } from '../../../pipeline/base/positions.ts';
import { cutBlocks, sampleText } from '../../../pipeline/datasets/text/blocks.ts';

/** A text of paragraphs that say which they are. */
const text = (paragraphs: number) =>
  toCharacters(Array.from({ length: paragraphs }, (_, k) => `${k} ${'word '.repeat(60)}\n\n`).join(''));

describe('a sample of a long text', () => {
  const whole = text(2000);
  const blocks = cutBlocks(whole);

  it('is made of whole segments of the text, in their order, each ending with held-out text', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400_000 }), (atLeast) => {
        const sample = sampleText(whole, blocks, atLeast);
        expect(sample.characters.length).toBeGreaterThanOrEqual(Math.min(atLeast, 0.95 * whole.length));
        expect(sample.blocks[0]!.start).toBe(0);
        expect(sample.blocks.at(-1)!.end).toBe(sample.characters.length);
        let after = -1;
        const leaps: number[] = [];
        sample.blocks.forEach(({ start, end, split }, place) => {
          const words = sample.characters.slice(start, end).join('');
          const original = blocks.findIndex(
            (block, k) => k > after && whole.slice(block.start, block.end).join('') === words,
          );
          expect(original).toBeGreaterThan(after);
          expect(blocks[original]!.split).toBe(split);
          if (place > 0 && original > after + 1) leaps.push(start);
          after = original;
        });
        expect(sample.leaps).toEqual(leaps);
      }),
      { numRuns: 8 },
    );
  });

  it('is the whole text where that is no longer', () => {
    const short = text(40);
    const own = cutBlocks(short);
    expect(sampleText(short, own, 1_000_000)).toEqual({
      characters: short,
      blocks: own,
      leaps: [],
      pieces: [{ start: 0, end: short.length }],
    });
  });

  it('comes from all over the text', () => {
    const { blocks: taken, characters } = sampleText(whole, blocks, 60_000);
    const firstNumbers = taken
      .filter((_, index) => index % 10 === 0)
      .map(({ start }) => Number.parseInt(characters.slice(start, start + 6).join(''), 10));
    expect(firstNumbers).toHaveLength(4);
    firstNumbers.forEach((number, k) => {
      expect(Math.abs(number / 2000 - (k + 0.5) / 4)).toBeLessThan(0.13);
    });
  });
});
