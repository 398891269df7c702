// A stored value as one of fifteen steps: what a colour tells of it.

/** Steps of every scale; odd, so that the middle one is zero. */
export const STEPS = 15;

/** @param byte a stored value over its signal's domain; @returns its step in [0, {@link STEPS}) */
export function stepOfByte(byte: number): number {
  return Math.round((byte / 255) * (STEPS - 1));
}
