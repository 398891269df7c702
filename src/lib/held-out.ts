// Where a position of the whole text lies in the held-out sample, which puts its pieces one after the other.

interface Piece {
  readonly start: number;
  readonly end: number;
}

/** @returns the row of the sample, counted from 0; null where the position is not held out */
export function heldOutRow(pieces: readonly Piece[], position: number): number | null {
  let row = 0;
  for (const { start, end } of pieces) {
    if (position >= start && position < end) return row + position - start;
    row += end - start;
  }
  return null;
}
