// What can be read off the last k tokens. Most words are too rare for a regression to learn what each of them tells, and a cell
// that learned it from a longer text would then seem to remember. So a token counts for what it looks like as well: its shape, how it
// ends, and which marks came last and how long ago each of them came, with the words between left out.
import { type Characters, toCharacters } from '../../base/positions.ts';
import { integerHash } from '../../base/random.ts';
import type { Dataset } from '../../datasets/dataset.ts';

/** Tokens as they are written, each as a number, [steps]. */
export interface WrittenTokens {
  /** Tokens of the same shape, behind the same kind of gap, have the same. */
  readonly shapes: Int32Array;
  /** Those that end alike. */
  readonly endings: Int32Array;
  /** 1 for a token without a letter or digit. */
  readonly marks: Uint8Array;
}

const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;
/** Letters at the end of a word that tell its kind: -ing, -ed, -ly. */
const ENDING = 3;

export function writtenTokens({ texts, spans }: Pick<Dataset, 'texts' | 'spans'>): WrittenTokens {
  const characters = toCharacters(texts.join(''));
  const written = spans.map(({ start, end }) => characters.slice(start, end).join(''));
  return {
    shapes: numbered(written.map((token, step) => gapBefore(characters, spans, step) + shapeOf(token))),
    endings: numbered(
      written.map((token) =>
        LETTER_OR_DIGIT.test(token) ? toCharacters(token.toLowerCase()).slice(-ENDING).join('') : token,
      ),
    ),
    marks: Uint8Array.from(written, (token) => Number(!LETTER_OR_DIGIT.test(token))),
  };
}

/** What stands between a token and the one before it: nothing, a line break, or other space. */
function gapBefore(characters: Characters, spans: Dataset['spans'], step: number): string {
  const gap = characters.slice(spans[step - 1]?.end ?? 0, spans[step]!.start);
  if (gap.length === 0) return '';
  return gap.includes('\n') ? '\n' : ' ';
}

/** Of a mark the mark itself, and of a word whether it is a number, in capitals, or begins with one. */
function shapeOf(token: string): string {
  if (/^\s+$/u.test(token)) return '\n\n';
  if (!LETTER_OR_DIGIT.test(token)) return token;
  if (/^\P{L}*\p{N}/u.test(token)) return '0';
  if (/^\P{L}*\p{Lu}[^\p{Ll}]+$/u.test(token)) return 'AA';
  return /^\P{L}*\p{Lu}/u.test(token) ? 'A' : 'a';
}

function numbered(names: readonly string[]): Int32Array {
  const numbers = new Map<string, number>();
  return Int32Array.from(names, (name) => {
    if (!numbers.has(name)) numbers.set(name, numbers.size);
    return numbers.get(name)!;
  });
}

/** Shapes one after the other, up to so many; those further back than {@link NEAR} are no longer than pairs. */
const LONGEST_PIECE = 3;
const LONGEST_FAR_PIECE = 2;
const NEAR = 12;
/** Marks one after the other, up to so many. */
const LONGEST_SKELETON = 5;
/** Features are numbered by a hash of so many bits. */
const BITS = 19;

/** What hashes begin with, so that features of different kinds have different numbers. */
const KINDS = { token: 1, ending: 2, shapes: 3, mark: 4, skeleton: 5 } as const;

/**
 * Of a window of k tokens: at each distance the token, its ending, its shape and the two shapes before it; of each mark among them
 * how far back the last one is; and the last one to five marks in their order.
 * @param ids numbers of the tokens as the network knows them, [steps]
 */
export function tokenWindow(ids: Int32Array, { shapes, endings, marks }: WrittenTokens, k: number) {
  const pieces = Array.from({ length: LONGEST_PIECE }, (_, more) =>
    Int32Array.from(shapes, (_, step) => {
      let hash: number = KINDS.shapes;
      for (let back = Math.min(more, step); back >= 0; back--) hash = integerHash(hash, shapes[step - back]! + 1);
      return hash;
    }),
  );
  const reach = pieces.map((_, more) => Math.max(0, (more < LONGEST_FAR_PIECE ? k : Math.min(k, NEAR)) - more));
  const most = reach.reduce((sum, count) => sum + count, 0) + 3 * k + LONGEST_SKELETON;
  const features = new Int32Array(most);
  const values = new Float32Array(most).fill(1);
  const numberOf = (hash: number, place: number) => integerHash(hash, place) >>> (32 - BITS);
  return {
    size: 2 ** BITS,
    most,
    at(step: number) {
      let count = 0;
      const back = Math.min(k, step + 1);
      const seen = new Set<number>();
      let skeleton: number = KINDS.skeleton;
      let inSkeleton = 0;
      for (let distance = 0; distance < back; distance++) {
        const at = step - distance;
        features[count++] = numberOf(integerHash(KINDS.token, ids[at]!), distance);
        features[count++] = numberOf(integerHash(KINDS.ending, endings[at]!), distance);
        for (let more = 0; more < LONGEST_PIECE; more++) {
          if (distance < reach[more]! && distance + more < back) {
            features[count++] = numberOf(pieces[more]![at]!, distance * LONGEST_PIECE + more);
          }
        }
        if (marks[at] === 0) continue;
        const shape = shapes[at]!;
        if (!seen.has(shape)) {
          seen.add(shape);
          features[count++] = numberOf(integerHash(KINDS.mark, shape), distance);
        }
        if (inSkeleton < LONGEST_SKELETON) {
          inSkeleton += 1;
          skeleton = integerHash(skeleton, shape + 1);
          features[count++] = numberOf(skeleton, inSkeleton);
        }
      }
      return { features, values, count };
    },
  };
}
