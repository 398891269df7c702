// How much of a text judged what was chosen: of a long one, scoring takes only some of the blocks.
import type { Gallery } from '../../pipeline/contract/index.ts';

type Judging = Pick<Gallery, 'evaluatedOn'> & {
  readonly corpus: Pick<Gallery['corpus'], 'characters' | 'splitCharacters'>;
  readonly heldOut: { readonly pieces: readonly Gallery['heldOut']['pieces'][number][] };
};

/**
 * The part of the held-out text, or of all of a text that is too short to hold any out, that judged; null where all of it
 * did. Its blocks are told apart only where they are held out: others may lie side by side in one piece.
 */
export function judgedPart({ evaluatedOn, corpus, heldOut }: Judging): { characters: number; blocks: number } | null {
  const all = evaluatedOn === 'held-out' ? corpus.splitCharacters['held-out'] : corpus.characters;
  const characters = heldOut.pieces.reduce((sum, { start, end }) => sum + end - start, 0);
  return characters < all ? { characters, blocks: new Set(heldOut.pieces.map(({ block }) => block)).size } : null;
}
