// Small things that are done with lists.
/** Items by a key, each group in the order in which they came. */
export function byKey<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}

/** At most `count` of the values, evenly spaced over all of them, in their order. */
export function evenlySpaced<T>(values: readonly T[], count: number): T[] {
  const taken = Math.min(count, values.length);
  return Array.from({ length: taken }, (_, k) => values[Math.floor((k * values.length) / taken)]!);
}
