/** At most `count` of the values, evenly spaced over all of them, in their order. */
export function evenlySpaced<T>(values: readonly T[], count: number): T[] {
  const taken = Math.min(count, values.length);
  return Array.from({ length: taken }, (_, k) => values[Math.floor((k * values.length) / taken)]!);
}
