// What a visitor typed as the tokens of the network. Positions of the text are code points, as in typed-text.
import { cutText, isNoWord } from '../../../pipeline/datasets/tokens/split.ts';
import type { LiveTokens } from '../../shared/live-choice.ts';
import type { Typed } from './typed-text.ts';

/** A token has the characters up to the next one, so that it is painted whole. @param numbers of the vocabulary's tokens */
export function readTypedTokens(
  text: string,
  numbers: ReadonlyMap<string, number>,
  { cutting, unknown: unknownId }: LiveTokens,
  vocabulary: readonly string[],
): Typed {
  const characters = [...text];
  const places = new Int32Array(characters.length).fill(-1);
  const ids: number[] = [];
  const sources: number[] = [];
  const unknown = new Map<string, number>();
  for (const { text: word, start, end } of cutText(characters, cutting)) {
    const known = numbers.get(word);
    if (known === undefined && isNoWord(word)) continue;
    if (known === undefined) unknown.set(word, (unknown.get(word) ?? 0) + 1);
    const id = known ?? unknownId;
    if (id === null) continue;
    places.fill(ids.length, start, end);
    ids.push(id);
    sources.push(start);
  }
  // What stands between two words has the colour of the first, and is nothing that is not read.
  for (let t = 1; t < places.length; t++) {
    if (places[t] === -1 && /\s/u.test(characters[t]!)) places[t] = places[t - 1]!;
  }
  const note = unknownWords(unknown, ids.length, vocabulary, unknownId);
  return {
    ...{ characters, ids: Int32Array.from(ids), places, sources: Int32Array.from(sources) },
    ...{ unknown: new Map(), spaces: 0, note },
  };
}

/** What is said of the words that the network does not know. */
function unknownWords(
  unknown: ReadonlyMap<string, number>,
  read: number,
  vocabulary: readonly string[],
  id: number | null,
): string {
  if (unknown.size === 0) return '';
  const count = [...unknown.values()].reduce((sum, times) => sum + times, 0);
  const names = [...unknown.keys()].slice(0, 10).map((word) => `“${word}”`);
  const listed = `${names.join(', ')}${unknown.size > names.length ? ` and ${unknown.size - names.length} others` : ''}`;
  return id === null
    ? `Struck through and not read, because the network does not know them: ${listed}.`
    : `${count} of ${read} tokens are none that the network knows, and are read as ${vocabulary[id]}: ${listed}.`;
}
