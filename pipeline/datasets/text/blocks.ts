import { InputError } from '../../base/errors.ts';
import type { Characters, Span } from '../../base/positions.ts';
import { paragraphs } from './paragraphs.ts';

/** Characters that a block has, about. */
export const BLOCK_LENGTH = 1500;

/** Every tenth block is held out, every tenth validates: blocks 9, 19, 29 … and 4, 14, 24 …. */
export const PERIOD = 10;
const HELD_OUT = 9;
const VALIDATION = 4;

export const SPLITS = ['train', 'validation', 'held-out'] as const;
export type Split = (typeof SPLITS)[number];

export interface Block extends Span {
  readonly index: number;
  readonly split: Split;
}

/** Which use a block is put to, by its number. */
export function splitOf(index: number): Split {
  if (index % PERIOD === HELD_OUT) return 'held-out';
  if (index % PERIOD === VALIDATION) return 'validation';
  return 'train';
}

/**
 * Cuts a text into blocks that tile it. A block ends at the paragraph end that brings it nearest to
 * {@link BLOCK_LENGTH}; a rest of less than half of that joins the block before. Text that is
 * added at the end moves no block but the last two.
 */
export function cutBlocks(characters: Characters): Block[] {
  const ends: number[] = [];
  let start = 0;
  let previousEnd = 0;
  for (const { end } of paragraphs(characters).flatMap((span) => cutLongParagraph(characters, span))) {
    const without = Math.abs(previousEnd - start - BLOCK_LENGTH);
    const withIt = Math.abs(end - start - BLOCK_LENGTH);
    if (previousEnd > start && without < withIt) {
      ends.push(previousEnd);
      start = previousEnd;
    }
    previousEnd = end;
  }
  if (previousEnd > start) {
    if (ends.length > 0 && previousEnd - start < BLOCK_LENGTH / 2) ends.pop();
    ends.push(previousEnd);
  }
  return ends.map((end, index) => ({ index, start: ends[index - 1] ?? 0, end, split: splitOf(index) }));
}

/**
 * @throws InputError unless each split has at least one block, without which a model can be neither trained nor
 *   judged; a text that is only scored may be shorter
 */
export function requireBlocks(
  blocks: readonly Block[],
  file: string,
  unit: 'characters' | 'steps' = 'characters',
): void {
  const missing = SPLITS.filter((split) => !blocks.some((block) => block.split === split));
  if (missing.length === 0) return;
  const blockCount = `${blocks.length} ${blocks.length === 1 ? 'block' : 'blocks'}`;
  throw new InputError(
    `The ${unit === 'characters' ? 'text' : 'series'} is too short to train on: ${blocks.at(-1)?.end ?? 0} ${unit} make ${blockCount}, and none of them is for ${missing.join(' or ')}`,
    { file },
    unit === 'characters'
      ? `Use a text of at least ${PERIOD} blocks of about ${BLOCK_LENGTH} characters (${PERIOD * BLOCK_LENGTH} in all).`
      : `Use a series of at least ${PERIOD} blocks, or shorter ones.`,
  );
}

/** A paragraph of more than two blocks is cut after a line break, a space or, at worst, anywhere. */
function cutLongParagraph(characters: Characters, { start, end }: Span): Span[] {
  const pieces: Span[] = [];
  let from = start;
  while (end - from > 2 * BLOCK_LENGTH) {
    const limit = from + BLOCK_LENGTH;
    const cut = lastAfter(characters, '\n', from, limit) ?? lastAfter(characters, ' ', from, limit) ?? limit;
    pieces.push({ start: from, end: cut });
    from = cut;
  }
  pieces.push({ start: from, end });
  return pieces;
}

/** The position after the last `character` in the second half of [start, end). */
function lastAfter(characters: Characters, character: string, start: number, end: number): number | undefined {
  for (let position = end - 1; position >= (start + end) / 2; position--) {
    if (characters[position] === character) return position + 1;
  }
  return undefined;
}
