/** A text as its code points. Every position in the project is an index into such a list. */
export type Characters = readonly string[];

/** The characters from `start` up to, not including, `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export function toCharacters(text: string): Characters {
  return Array.from(text);
}

/** @returns the line and column, both from 1, of a position; a line ends after its U+000A */
export function lineAndColumn(characters: Characters, position: number): { line: number; column: number } {
  const before = characters.slice(0, position);
  const line = before.filter((character) => character === '\n').length + 1;
  return { line, column: position - before.lastIndexOf('\n') };
}

/** A character as Unicode writes it, `U+2019`. */
export function codePointName(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** For each of some rising positions the number of the span that it lies in, of those in which any lies, from 0. */
export function spanNumbers(spans: readonly Span[], positions: ArrayLike<number>): Int32Array {
  let [span, number, counted] = [0, -1, -1];
  return Int32Array.from(positions, (position) => {
    while (position >= spans[span]!.end) span += 1;
    if (span !== counted) [number, counted] = [number + 1, span];
    return number;
  });
}

/** The position of each UTF-16 unit of the joined characters, and of the end. */
export function unitPositions(characters: Characters, units: number): Uint32Array {
  const positions = new Uint32Array(units + 1);
  let unit = 0;
  characters.forEach((character, position) => {
    positions.fill(position, unit, unit + character.length);
    unit += character.length;
  });
  positions[units] = characters.length;
  return positions;
}
