// A text with nothing to learn but how frequent its letters are: what a network comes to that learns, but not this text.
import { integerBelow, mixedRandom, type Random } from '../../random.ts';
import type { Subject } from '../../subject.ts';
import { type Block, SPLITS } from '../../text/blocks.ts';
import { characterTargets } from '../../trace/targets.ts';

/**
 * Puts the characters of each split in a random order among themselves, so that each keeps its letters and no split learns
 * of another's (Fisher and Yates 1938, as Durstenfeld 1964 has it).
 * @param ids [characters]
 * @returns a copy in the same blocks
 */
export function shuffledWithin(ids: Int32Array, blocks: readonly Block[], random: Random): Int32Array {
  const shuffled = ids.slice();
  for (const split of SPLITS) {
    const positions = blocks
      .filter((block) => block.split === split)
      .flatMap(({ start, end }) => Array.from({ length: end - start }, (_, k) => start + k));
    for (let last = positions.length - 1; last > 0; last--) {
      const [a, b] = [positions[last]!, positions[integerBelow(last + 1, random)]!];
      [shuffled[a], shuffled[b]] = [shuffled[b]!, shuffled[a]!];
    }
  }
  return shuffled;
}

/**
 * What the shuffled twin is trained on.
 * @param ids of the subject's text
 */
export function shuffledSubject(subject: Subject, ids: Int32Array, seed: number): Subject {
  const shuffled = shuffledWithin(ids, subject.blocks, mixedRandom(seed));
  return {
    ...subject,
    name: `${subject.name} with its characters in random order`,
    material: [subject.material, 'shuffled', seed],
    targets: characterTargets(shuffled, subject.architecture.outputs),
  };
}
