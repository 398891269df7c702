// Numbers as the artifacts have them.

/** What a page can show, and a little more; half the bytes of a float64 written out. */
export const SIGNIFICANT_DIGITS = 6;

/** Rounds to {@link SIGNIFICANT_DIGITS}; integers, which may be seeds and sizes, stay as they are. */
export function roundNumber(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(SIGNIFICANT_DIGITS));
}
