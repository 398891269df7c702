// What has to be said about a text: what of it is not read, and why.
import { codePointName } from '../../../pipeline/base/positions.ts';
import { characterName, integer } from '../../lib/format.ts';
import { LONGEST_IN_ADDRESS } from '../../lib/try-choice.ts';
import { LONGEST_TEXT, type Typed } from '../../lib/typed-text.ts';

/** Characters that are named; of more only the number is given. */
const NAMED = 10;

function nameOf(character: string): string {
  const isVisible = !/[\p{C}\p{Z}\p{M}]/u.test(character);
  return isVisible ? `“${character}”` : characterName(character).replace(character, codePointName(character));
}

/** One sentence a note. @param isCut whether the visitor's text was longer than what is kept of it */
export function notesOn(text: string, { unknown }: Typed, isCut: boolean): string[] {
  const notes: string[] = [];
  if (unknown.size > 0) {
    const names = [...unknown.keys()].slice(0, NAMED).map(nameOf).join(', ');
    const more = unknown.size > NAMED ? ` and ${integer(unknown.size - NAMED)} others` : '';
    notes.push(`Struck through and not read, because the network has never seen these characters: ${names}${more}.`);
  }
  if (isCut)
    notes.push(`Your text was longer: only its first ${integer(LONGEST_TEXT)} characters are kept here and read.`);
  if (text.length > LONGEST_IN_ADDRESS) {
    notes.push(
      `The text is left out of the address, which carries at most ${integer(LONGEST_IN_ADDRESS)} characters; a link to this page opens with another text.`,
    );
  }
  return notes;
}
