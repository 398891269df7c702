// Which characters choose, and which ones judge the choice.
import { InputError } from '../../base/errors.ts';
import type { Dataset } from '../../datasets/dataset.ts';
import { fromSpans } from '../../datasets/labels.ts';

/** What a scoring needs of a dataset, beside its labels. */
export type ScoredDataset = Pick<Dataset, 'symbols' | 'blocks' | 'paragraphs'>;

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
 * `evaluatedOn` says so. Of a judging text longer than `atMost` a subset of its blocks, evenly spaced, is taken.
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
  for (let count = blocks.length; count > 1; count--) {
    const chosen = Array.from({ length: count }, (_, i) => blocks[Math.floor(((i + 0.5) * blocks.length) / count)]!);
    if (chosen.reduce((sum, { start, end }) => sum + end - start, 0) <= atMost) return chosen;
  }
  const first = blocks[Math.floor(blocks.length / 2)]!;
  return [{ ...first, end: Math.min(first.end, first.start + atMost) }];
}

/** Number of the paragraph that each character is in, [length of the text]. */
export function paragraphOf({ symbols, paragraphs }: Omit<ScoredDataset, 'blocks'>): Int32Array {
  const numbers = new Int32Array(symbols.length);
  paragraphs.forEach(({ start, end }, index) => {
    numbers.fill(index, start, end);
  });
  return numbers;
}
