/** Levenshtein's distance: the fewest insertions, deletions and replacements of code points that turn a into b. */
export function editDistance(a: string, b: string): number {
  const target = [...b];
  let previous = Array.from({ length: target.length + 1 }, (_, column) => column);
  for (const [row, symbol] of [...a].entries()) {
    const current = [row + 1];
    for (const [column, other] of target.entries()) {
      const replaced = previous[column]! + (symbol === other ? 0 : 1);
      current.push(Math.min(replaced, previous[column + 1]! + 1, current[column]! + 1));
    }
    previous = current;
  }
  return previous.at(-1)!;
}

/** The known name that a mistyped one most likely means: at most a third of its letters away, or undefined. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
    .sort((a, b) => a.distance - b.distance);
  if (best === undefined || best.distance > Math.max(1, Math.floor([...name].length / 3))) return undefined;
  return best.candidate;
}

/** A sentence that lists the names there are, the likeliest first: what to do about an unknown one. */
export function suggestNames(name: string, known: readonly string[]): string {
  if (known.length === 0) return 'There are none yet.';
  const nearest = nearestName(name, known);
  const list = `Known: ${known.join(', ')}.`;
  return nearest === undefined ? list : `Did you mean "${nearest}"? ${list}`;
}
