// The texts that networks go on from: pieces of the held-out text, each from the beginning of a paragraph to the end of a
// sentence or of a word.

/** A text, as positions of the whole one. */
export interface Start {
  readonly start: number;
  /** One after its last. */
  readonly end: number;
}

/** Characters of such a text. */
const LENGTH = { least: 120, most: 260 } as const;

/** Whether a sentence ends before a position: a mark, perhaps closing quotation marks, and white space. */
function endsSentence(texts: readonly string[], end: number): boolean {
  if (!/\s/u.test(texts[end] ?? '')) return false;
  let last = end - 1;
  while (last > 0 && /[’”"')\]]/u.test(texts[last]!)) last--;
  return /[.!?]/u.test(texts[last]!);
}

const endsWord = (texts: readonly string[], end: number): boolean =>
  /\s/u.test(texts[end] ?? '') && /[\p{L}\p{N}]/u.test(texts[end - 1] ?? '');

/** The last position within the length at which a text from `start` may end; null where there is none. */
function lastEnd(
  texts: readonly string[],
  start: number,
  limit: number,
  ends: (texts: readonly string[], end: number) => boolean,
): number | null {
  for (let end = Math.min(start + LENGTH.most, limit - 1); end >= start + LENGTH.least; end--) {
    if (ends(texts, end)) return end;
  }
  return null;
}

/**
 * Evenly spread over the held-out sample; every other one ends with a sentence, and the rest within one.
 * @param texts of the whole dataset, a character a step
 * @param positions of the held-out sample, rising
 */
export function startsOf(texts: readonly string[], positions: readonly number[], most: number): Start[] {
  const isSampled = new Set(positions);
  const opens = (position: number): boolean =>
    !isSampled.has(position - 1) || (texts[position - 1] === '\n' && texts[position - 2] === '\n');
  const candidates = positions.filter((position) => opens(position) && /\S/u.test(texts[position]!));
  const found = candidates.flatMap((start, index): Start[] => {
    let limit = start;
    while (limit < start + LENGTH.most + 1 && isSampled.has(limit)) limit++;
    const end = lastEnd(texts, start, limit, index % 2 === 0 ? endsSentence : endsWord);
    return end === null ? [] : [{ start, end }];
  });
  if (found.length <= most) return found;
  return Array.from({ length: most }, (_, k) => found[Math.floor((k * found.length) / most)]!);
}
