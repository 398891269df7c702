// How a cell is called by its number.

/** What keeps a line from breaking after the dash. */
const JOINER = '\u2060';

/** A cell's number as it stands on a page, `2–139`: no line breaks at its dash. */
export function cellNumber(id: string): string {
  return id.replace('-', `–${JOINER}`);
}

/** The same for what is no text of a page: a title, a citation, a picture. */
export function plainCellNumber(id: string): string {
  return id.replace('-', '–');
}

/** The id that somebody has typed, or copied off a page, a dash of any kind. */
export function typedCellId(typed: string): string {
  return typed.trim().replaceAll(JOINER, '').replace(/[–—]/u, '-');
}
