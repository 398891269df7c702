// The places that a regression tree knows of, and how the way to one is put into words.

import type { FeatureColumn } from '../../datasets/features.ts';
import type { TreeNode } from '../../statistics/tree.ts';
import { glimpsePhrase, leadOf, listed, rangePhrase } from './phrases.ts';

/** A node with the answers that lead to it. */
export interface Place {
  readonly node: TreeNode;
  readonly path: readonly Answer[];
}

interface Answer {
  readonly column: number;
  readonly set: number;
  readonly isYes: boolean;
}

/** A part of the way that can be said by itself. */
interface Part {
  readonly words: string;
  readonly isNegative: boolean;
  holds(row: number): boolean;
}

/** A part of the way is left out where it keeps out no more of the rows that the other parts lead to. */
const HARDLY_MATTERS = 0.1;

/** Every node but the root. */
export function placesOf(node: TreeNode, path: readonly Answer[] = []): Place[] {
  const { split } = node;
  if (split === null) return [];
  const { column, set } = split;
  return [true, false].flatMap((isYes) => {
    const place = { node: isYes ? split.yes : split.no, path: [...path, { column, set, isYes }] };
    return [place, ...placesOf(place.node, place.path)];
  });
}

/** As in “after a consonant and inside brackets, but not after “t””. @param columns with the rows of the tree */
export function placePhrase({ node, path }: Place, columns: readonly FeatureColumn[]): string {
  const parts = essential(partsOf(path, columns), node.rows, columns[0]!.bins.length);
  const wordsOf = (isNegative: boolean) =>
    parts.filter((part) => part.isNegative === isNegative).map(({ words }) => words);
  const [positive, negative] = [wordsOf(false), wordsOf(true)];
  if (negative.length === 0) return `${leadOf(columns[0]!)}${listed(positive, 'and')}`;
  if (positive.length === 0) return `except ${listed(negative, 'and')}`;
  return `${listed(positive, 'and')}, but not ${listed(negative, 'or')}`;
}

/** The question of a split, as in “after a vowel”. */
export function questionPhrase(column: FeatureColumn, set: number): string {
  return column.kind === 'glimpse' ? glimpsePhrase(column.glimpses[set]!) : rangePhrase(column, -1, set);
}

/** One part for each count, whose range several answers may have narrowed, and one for each other answer. */
function partsOf(path: readonly Answer[], columns: readonly FeatureColumn[]): Part[] {
  return [...new Set(path.map(({ column }) => column))].flatMap((index): Part[] => {
    const column = columns[index]!;
    const answers = path.filter((answer) => answer.column === index);
    if (column.kind === 'glimpse') {
      return answers.map(({ set, isYes }) => ({
        words: glimpsePhrase(column.glimpses[set]!),
        isNegative: !isYes,
        holds: (row) => column.sets[set]!.includes(column.bins[row]!) === isYes,
      }));
    }
    const above = Math.max(-1, ...answers.filter(({ isYes }) => !isYes).map(({ set }) => set));
    const atMost = Math.min(column.size - 1, ...answers.filter(({ isYes }) => isYes).map(({ set }) => set));
    const holds = (row: number) => column.bins[row]! > above && column.bins[row]! <= atMost;
    return [{ words: rangePhrase(column, above, atMost), isNegative: false, holds }];
  });
}

/** Leaves out what the other parts all but imply, negatives first: after “th” need not say that it is no space. */
function essential(parts: readonly Part[], rows: number, all: number): Part[] {
  let kept = [...parts];
  for (const part of parts.toSorted((a, b) => Number(b.isNegative) - Number(a.isNegative))) {
    const others = kept.filter((other) => other !== part);
    if (others.length === 0) break;
    let count = 0;
    for (let row = 0; row < all; row++) if (others.every((other) => other.holds(row))) count += 1;
    if (rows >= (1 - HARDLY_MATTERS) * count) kept = others;
  }
  return kept;
}
