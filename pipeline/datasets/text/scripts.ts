// What the script of a text has and has not.
import type { Characters } from '../../base/positions.ts';

/** What of a script a hypothesis asks for, and what is said where it is missing. */
export const SCRIPT_NEEDS = {
  capitals: 'the script of the text has no capitals',
  spaces: 'the script of the text has no spaces between words',
  vowels: 'the script of the text has no letters for vowels alone, or none that are known here',
} as const;
export type ScriptNeed = keyof typeof SCRIPT_NEEDS;

/** Characters that are looked at, of a longer text. */
const LOOKED_AT = 100_000;
/** Scripts that are written without spaces between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hira}\p{Script=Kana}\p{Script=Thai}\p{Script=Laoo}\p{Script=Khmr}\p{Script=Mymr}\p{Script=Tibt}]/u;

/** Scripts whose vowels are letters of their own, and are known; see `labels/vowels.ts`. */
const WITH_VOWELS = /[\p{Script=Latn}\p{Script=Grek}\p{Script=Cyrl}]/u;

/** Of each need whether most letters of a text are of a script that fills it; all are, where there are no letters. */
export function scriptOf(characters: Characters): Readonly<Record<ScriptNeed, boolean>> {
  const every = Math.max(1, Math.floor(characters.length / LOOKED_AT));
  let letters = 0;
  let cased = 0;
  let unspaced = 0;
  let withVowels = 0;
  for (let position = 0; position < characters.length; position += every) {
    const character = characters[position]!;
    if (!/\p{L}/u.test(character)) continue;
    letters += 1;
    if (/\p{Cased}/u.test(character)) cased += 1;
    if (UNSPACED.test(character)) unspaced += 1;
    if (WITH_VOWELS.test(character)) withVowels += 1;
  }
  return { capitals: 2 * cased >= letters, spaces: 2 * unspaced <= letters, vowels: 2 * withVowels >= letters };
}
