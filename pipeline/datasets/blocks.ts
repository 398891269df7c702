// Blocks: pieces of a dataset, each put to one use. Whoever learns or chooses sees the training blocks, and the held-out
// ones judge.
import { InputError } from '../base/errors.ts';
import type { Span } from '../base/positions.ts';

/** Every tenth block validates, and of a long dataset every tenth is held out. */
export const PERIOD = 10;

/** With fewer held-out blocks nothing is tested: there are too few ways to exchange their labels. */
export const HELD_OUT_AT_LEAST = 7;

/** Of how many blocks one is held out. */
export type HeldOut = 10 | 5;

export const SPLITS = ['train', 'validation', 'held-out'] as const;
export type Split = (typeof SPLITS)[number];

export interface Block extends Span {
  readonly split: Split;
}

/** Every tenth block where enough are held out that way, else every fifth; of fewer than ten none is. */
export function heldOutOf(blocks: number): HeldOut {
  return blocks < PERIOD || Math.floor(blocks / PERIOD) >= HELD_OUT_AT_LEAST ? PERIOD : 5;
}

/**
 * Which use a block is put to, by its number: 9, 19, 29 … are held out and 4, 14, 24 … validate; or, of a short dataset, 4, 9,
 * 14 … are held out and 2, 12, 22 … validate.
 */
export function splitOf(index: number, heldOut: HeldOut = PERIOD): Split {
  if (index % heldOut === heldOut - 1) return 'held-out';
  return index % PERIOD === Math.floor((heldOut - 1) / 2) ? 'validation' : 'train';
}

/** Steps of the blocks that train. */
export function lengthOfTraining(blocks: readonly Block[]): number {
  return blocks.reduce((sum, { start, end, split }) => sum + (split === 'train' ? end - start : 0), 0);
}

/** How a message speaks of what is cut into blocks. */
export interface BlockWords {
  readonly words: { readonly whole: string; readonly steps: string };
  /** Steps of a block, where all datasets of the kind have about as many; null where each says so itself. */
  readonly blockLength: number | null;
}

/**
 * @throws InputError unless each split has at least one block, without which a model can be neither trained nor
 *   judged; a dataset that is only scored may be shorter
 */
export function requireBlocks(
  blocks: readonly Block[],
  file: string,
  { words: { whole, steps }, blockLength }: BlockWords,
): void {
  const missing = SPLITS.filter((split) => !blocks.some((block) => block.split === split));
  if (missing.length === 0) return;
  const blockCount = `${blocks.length} ${blocks.length === 1 ? 'block' : 'blocks'}`;
  throw new InputError(
    `The ${whole} is too short to train on: ${blocks.at(-1)?.end ?? 0} ${steps} make ${blockCount}, and none of them is for ${missing.join(' or ')}`,
    { file },
    blockLength === null
      ? `Use a ${whole} of at least ${PERIOD} blocks, or shorter ones.`
      : `Use a ${whole} of at least ${PERIOD} blocks of about ${blockLength} ${steps} (${PERIOD * blockLength} in all).`,
  );
}
