// Where a text is read anew with cells held. The page where one types and what is stored for a cell's page agree on it, so
// that the one shows again what the other has.

/** Characters before the end of the text over which cells are held, at least where there are so many. */
const HELD = 100;
/** Holding begins at a multiple of so many, where a reading can be taken up. */
export const SNAPSHOT_EVERY = 16;

/** Where holding begins in a text of so many characters. */
export function clampedStart(length: number): number {
  return Math.max(0, Math.floor((length - HELD) / SNAPSHOT_EVERY)) * SNAPSHOT_EVERY;
}
