import type { Characters } from './positions.ts';

/** Whether a position is the first visible one of a line that is indented, as is the line after it. */
export function startsVerse(characters: Characters, position: number): boolean {
  if (characters[position - 1] !== ' ' || characters[position - 2] !== '\n') return false;
  const nextLine = characters.indexOf('\n', position) + 1;
  return nextLine > 0 && characters[nextLine] === ' ';
}
