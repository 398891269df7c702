// Where a text is cut into blocks, and which of them stand for the whole of a long one.
import type { Characters, Span } from '../../base/positions.ts';
import { type Block, heldOutOf, PERIOD, splitOf } from '../blocks.ts';
import { paragraphs } from './paragraphs.ts';

/** Characters that a block has, about. */
export const BLOCK_LENGTH = 1500;

/** A shorter text is cut into so many shorter blocks, a fifth of them held out, as far as they do not become too short. */
const BLOCKS_OF_A_SHORT_TEXT = 80;
const SHORTEST_BLOCK = 400;

/**
 * Cuts a text into blocks that tile it, and puts them to their uses. Text that is added at the end of a long one moves no
 * block but the last two.
 */
export function cutBlocks(characters: Characters): Block[] {
  const ends = blockEnds(characters, BLOCK_LENGTH);
  const heldOut = heldOutOf(ends.length);
  const length = Math.max(SHORTEST_BLOCK, Math.min(BLOCK_LENGTH, characters.length / BLOCKS_OF_A_SHORT_TEXT));
  const cut = heldOut === PERIOD ? ends : blockEnds(characters, length);
  return cut.map((end, index) => ({ start: cut[index - 1] ?? 0, end, split: splitOf(index, heldOut) }));
}

/**
 * Where the blocks end: each at the paragraph end that brings it nearest to a length, in characters; a rest of less than half
 * of that joins the block before.
 */
function blockEnds(characters: Characters, length: number): number[] {
  const ends: number[] = [];
  let start = 0;
  let previousEnd = 0;
  for (const { end } of paragraphs(characters).flatMap((span) => cutLongParagraph(characters, span, length))) {
    const without = Math.abs(previousEnd - start - length);
    const withIt = Math.abs(end - start - length);
    if (previousEnd > start && without < withIt) {
      ends.push(previousEnd);
      start = previousEnd;
    }
    previousEnd = end;
  }
  if (previousEnd > start) {
    if (ends.length > 0 && previousEnd - start < length / 2) ends.pop();
    ends.push(previousEnd);
  }
  return ends;
}

/** A paragraph of more than two blocks is cut after a line break, a space or, at worst, anywhere. */
function cutLongParagraph(characters: Characters, { start, end }: Span, length: number): Span[] {
  const pieces: Span[] = [];
  let from = start;
  while (end - from > 2 * length) {
    const limit = Math.floor(from + length);
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

/** A part of a long text that stands for the whole: segments of consecutive blocks from all over it. */
export interface SampledText {
  readonly characters: Characters;
  /** They tile it; each is put to the use that it has in the whole text, whatever its new number. */
  readonly blocks: readonly Block[];
  /** Where the text leaps: the beginnings of segments that do not follow the one before them in the whole text. */
  readonly leaps: readonly number[];
  /** Where it comes from: pieces of the whole text, in order. */
  readonly pieces: readonly Span[];
}

/**
 * Takes segments of ten blocks, evenly spaced, each from a training block to the held-out block that ends a round of
 * uses: so the shares of training, validation and held-out text stay, and a network comes to the held-out block after
 * nine blocks of the same story.
 * @param blocks of the whole text, in order
 * @param atLeast characters: as many segments are taken as reach that; the whole text where it has no more
 */
export function sampleText(characters: Characters, blocks: readonly Block[], atLeast: number): SampledText {
  const rounds = Array.from({ length: Math.floor(blocks.length / PERIOD) }, (_, round) =>
    blocks.slice(round * PERIOD, (round + 1) * PERIOD),
  );
  const length = rounds.reduce((sum, round) => sum + round.at(-1)!.end - round[0]!.start, 0);
  if (length <= atLeast) return { characters, blocks, leaps: [], pieces: [{ start: 0, end: characters.length }] };
  const count = Math.ceil((atLeast * rounds.length) / length);
  const taken = Array.from(
    { length: count },
    (_, k) => rounds[Math.floor(((k + 0.5) * rounds.length) / count)]!,
  ).flat();
  const leaps: number[] = [];
  let at = 0;
  let before: Block | undefined;
  const moved = taken.map((original): Block => {
    const { start, end, split } = original;
    if (before !== undefined && before.end !== start) leaps.push(at);
    const block = { start: at, end: at + end - start, split };
    at = block.end;
    before = original;
    return block;
  });
  return {
    characters: taken.flatMap(({ start, end }) => characters.slice(start, end)),
    blocks: moved,
    leaps,
    pieces: taken.map(({ start, end }) => ({ start, end })),
  };
}
