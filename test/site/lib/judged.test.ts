import { expect, it } from 'vitest';
import { divide } from '../../../pipeline/scoring/plan/division.ts';
import { judgedPart } from '../../../src/lib/judged.ts';

/** What a page knows of a text of blocks of equal length, every tenth of them held out, divided as scoring does. */
function galleryOf(blocks: number, length: number, period = 10): Parameters<typeof judgedPart>[0] {
  const split = (index: number) => (index % period === period - 1 ? ('held-out' as const) : ('train' as const));
  const tiles = Array.from({ length: blocks }, (_, index) => ({
    start: index * length,
    end: (index + 1) * length,
    split: split(index),
  }));
  const symbols = Array.from({ length: blocks * length }, () => 'a');
  const { judgedBlocks: pieces, evaluatedOn } = divide({ symbols, blocks: tiles });
  const heldOut = Math.floor(blocks / period) * length;
  const splitCharacters = { train: blocks * length - heldOut, validation: 0, 'held-out': heldOut };
  return {
    evaluatedOn,
    corpus: { characters: blocks * length, splitCharacters },
    heldOut: { pieces },
  };
}

it('all of a short held-out text judges', () => {
  expect(judgedPart(galleryOf(130, 1500))).toBeNull();
});

it('of a long held-out text as many blocks judge as twenty thousand characters hold', () => {
  expect(judgedPart(galleryOf(300, 1500))).toEqual({ characters: 19_500, blocks: 13 });
});

it('of a single block that is longer than that its beginning judges', () => {
  expect(judgedPart(galleryOf(10, 30_000))).toEqual({ characters: 20_000, blocks: 1 });
});

it('pieces of one block count as one block', () => {
  const gallery = galleryOf(10, 1500);
  const pieces = [
    { block: 9, start: 13_500, end: 13_600 },
    { block: 9, start: 14_000, end: 14_300 },
  ];
  expect(judgedPart({ ...gallery, heldOut: { pieces } })).toEqual({ characters: 400, blocks: 1 });
});

it('of a text that holds nothing out all judges, up to twenty thousand characters', () => {
  expect(judgedPart(galleryOf(13, 1500, 100))).toBeNull();
  expect(judgedPart(galleryOf(20, 1500, 100))).toMatchObject({ characters: 19_500 });
});
