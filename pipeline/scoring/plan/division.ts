// Which characters choose, and which ones judge the choice.
import { InputError } from '../../base/errors.ts';
import { spanNumbers } from '../../base/positions.ts';
import { HELD_OUT_AT_LEAST } from '../../datasets/blocks.ts';
import type { Dataset } from '../../datasets/dataset.ts';
import { fromSpans } from '../../datasets/labels.ts';
import type { Blocks } from '../../statistics/ordered.ts';

/** What a scoring needs of a dataset, beside its labels. */
export type ScoredDataset = Pick<Dataset, 'symbols' | 'blocks'>;

/** Nulls, intervals and side files take at most so many characters of the held-out text, however long it is. */
export const EVALUATED_AT_MOST = 20_000;

export interface JudgedBlock {
  /** Number of its block. */
  readonly block: number;
  readonly start: number;
  readonly end: number;
}

export interface Division {
  readonly evaluatedOn: 'held-out' | 'all';
  /** [length of the text]: 1 where the character's label helps to choose. */
  readonly train: Uint8Array;
  /** [length of the text]: 1 where the character's label judges. */
  readonly evaluated: Uint8Array;
  /** The text that judges, in order. */
  readonly judgedBlocks: readonly JudgedBlock[];
}

/**
 * Divides a text by its blocks. Where no block is held out or none trains, all of it both chooses and judges, and
 * `evaluatedOn` says so. Of a judging text longer than `atMost` a subset of its blocks, evenly spaced, is taken, seven at
 * least, if need be cut short.
 * @throws InputError if the text is empty
 */
export function divide({ symbols, blocks }: ScoredDataset, atMost = EVALUATED_AT_MOST): Division {
  if (symbols.length === 0 || blocks.length === 0) {
    throw new InputError('There is no text to score a model on', {}, 'Give a text of at least a few paragraphs.');
  }
  const numbered = blocks.map(({ start, end, split }, block) => ({ block, start, end, split }));
  const heldOut = numbered.filter(({ split }) => split === 'held-out');
  const training = numbered.filter(({ split }) => split === 'train');
  const isDivided = heldOut.length > 0 && training.length > 0;

  const judging = thinned(isDivided ? heldOut : numbered, atMost);
  return {
    evaluatedOn: isDivided ? 'held-out' : 'all',
    train: fromSpans(isDivided ? training : numbered, symbols.length),
    evaluated: fromSpans(judging, symbols.length),
    judgedBlocks: judging.map(({ block, start, end }) => ({ block, start, end })),
  };
}

function thinned<B extends JudgedBlock>(blocks: readonly B[], atMost: number): B[] {
  const spaced = (count: number) =>
    Array.from({ length: count }, (_, i) => blocks[Math.floor(((i + 0.5) * blocks.length) / count)]!);
  const least = Math.min(blocks.length, HELD_OUT_AT_LEAST);
  for (let count = blocks.length; count >= least; count--) {
    const chosen = spaced(count);
    if (chosen.reduce((sum, { start, end }) => sum + end - start, 0) <= atMost) return chosen;
  }
  // Of blocks so long that fewer would have to do, each one's beginning.
  const each = Math.floor(atMost / least);
  return spaced(least).map((block) => ({ ...block, end: Math.min(block.end, block.start + each) }));
}

/** Which block each judging row lies in, numbered from 0. @param positions of the rows, rising */
export function blocksOf({ judgedBlocks }: Division, positions: Int32Array): Blocks {
  const ofRow = spanNumbers(judgedBlocks, positions);
  return { count: (ofRow.at(-1) ?? -1) + 1, ofRow };
}

/** Why chance cannot be told from more than chance here, as a sentence; null where it can. */
export function whyUntested({ evaluatedOn, judgedBlocks }: Division): string | null {
  if (evaluatedOn === 'all') return 'Nothing is held out, so nothing is tested: what chose also judges.';
  const { length } = judgedBlocks;
  if (length >= HELD_OUT_AT_LEAST) return null;
  const heldOut = `Only ${length} ${length === 1 ? 'block is' : 'blocks are'} held out`;
  return `${heldOut}, too few to test anything: chance is told by exchanging the labels of at least ${HELD_OUT_AT_LEAST}.`;
}
