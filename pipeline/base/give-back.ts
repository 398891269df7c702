// Large arrays that are of no use any more: their memory is wanted for the next ones now, and not when the collector comes to it.

/** The arrays are empty afterwards, and all others over the same memory. What threads share stays. */
export function giveBack(arrays: Iterable<{ readonly buffer: ArrayBufferLike }>): void {
  const buffers = new Set(Array.from(arrays, ({ buffer }) => buffer));
  for (const buffer of buffers) if (buffer instanceof ArrayBuffer) buffer.transfer(0);
}
