// What a rule that nobody wrote can ask of a text of tokens: which tokens were read last, and the running counts of the characters
// that were read with them.
import type { Characters } from '../../base/positions.ts';
import type { Dataset } from '../dataset.ts';
import {
  type CharacterClass,
  type CountColumn,
  type Counted,
  chooseFeatures,
  type FeatureChoice,
  featureColumns,
  type Glimpse,
  type GlimpseColumn,
  type TextColumn,
} from '../text/features.ts';

/** Classes of which it makes sense to ask whether a token has such a character. */
const CLASSES: ReadonlySet<CharacterClass> = new Set(['letter', 'capital', 'digit', 'punctuation', 'quotation mark']);

const isAsked = (glimpse: Glimpse): boolean => glimpse.is === 'text' || CLASSES.has(glimpse.of);

/** The columns of single steps, as questions about tokens. */
function ofTokens(column: TextColumn): GlimpseColumn[] {
  if (column.kind === 'count' || column.glimpses.some(({ of, is }) => is === 'text' && of === '')) return [];
  const kept = column.glimpses.flatMap((glimpse, k) =>
    isAsked(glimpse) ? [{ glimpse: { ...glimpse, unit: 'token' } as const, set: column.sets[k]! }] : [],
  );
  return [{ ...column, sets: kept.map(({ set }) => set), glimpses: kept.map(({ glimpse }) => glimpse) }];
}

const isCount = (column: TextColumn): column is CountColumn => column.kind === 'count';

/** The running counts after the last character of each token. */
function countColumns(choice: FeatureChoice, characters: Characters, last: readonly number[]): CountColumn[] {
  const distinct = [...new Set(last)];
  const rowOf = new Map(distinct.map((position, row) => [position, row]));
  const counts = featureColumns({ ...choice, vocabulary: [], frequent: [[], [], []] }, characters, distinct).filter(
    isCount,
  );
  return counts.map((column) => ({
    ...column,
    bins: Uint8Array.from(last, (position) => column.bins[rowOf.get(position)!]!),
  }));
}

/**
 * @param characters of the text
 * @param counted which running counts its characters have
 * @returns the columns of any steps, rising
 */
export function chooseTokenFeatures(
  { symbols, spans }: Pick<Dataset, 'symbols' | 'spans'>,
  characters: Characters,
  training: readonly number[],
  leastRows: number,
  counted: Counted,
): (positions: readonly number[]) => readonly TextColumn[] {
  const chosen = chooseFeatures(symbols, training, leastRows, counted);
  // Of single tokens alone: of several written together one could not tell where one ends.
  const choice = { ...chosen, frequent: chosen.frequent.slice(0, 1) };
  return (positions) => [
    ...featureColumns(choice, symbols, positions).flatMap(ofTokens),
    ...countColumns(
      choice,
      characters,
      positions.map((position) => spans[position]!.end - 1),
    ),
  ];
}
