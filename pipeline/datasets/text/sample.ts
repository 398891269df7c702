// A part of a long text that stands for the whole: segments of consecutive blocks from all over it.

import type { Characters } from '../../base/positions.ts';
import { type Block, PERIOD } from './blocks.ts';

export interface SampledText {
  readonly characters: Characters;
  /** They tile it; each is put to the use that it has in the whole text, whatever its new number. */
  readonly blocks: readonly Block[];
  /** Where the text leaps: the beginnings of segments that do not follow the one before them in the whole text. */
  readonly leaps: readonly number[];
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
  if (length <= atLeast) return { characters, blocks, leaps: [] };
  const count = Math.ceil((atLeast * rounds.length) / length);
  const taken = Array.from(
    { length: count },
    (_, k) => rounds[Math.floor(((k + 0.5) * rounds.length) / count)]!,
  ).flat();
  const leaps: number[] = [];
  let at = 0;
  let before: Block | undefined;
  const moved = taken.map((original, index): Block => {
    const { start, end, split } = original;
    if (before !== undefined && before.end !== start) leaps.push(at);
    const block = { index, start: at, end: at + end - start, split };
    at = block.end;
    before = original;
    return block;
  });
  return { characters: taken.flatMap(({ start, end }) => characters.slice(start, end)), blocks: moved, leaps };
}
