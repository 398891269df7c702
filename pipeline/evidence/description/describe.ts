// A regression tree over features put into a sentence of at most two clauses: where the value is furthest from its mean,
// or along which count it rises or falls.

import type { FeatureColumn } from '../../datasets/features.ts';
import { predict, type Split, type TreeNode } from '../../statistics/tree.ts';
import { columnNoun, glimpsePhrase, leadOf, listed, rangePhrase } from './phrases.ts';

/** A place that the tree knows of, and how the value is there. */
export interface Clause {
  /** As in “after a vowel”. */
  readonly where: string;
  /** Mean of the value there. */
  readonly value: number;
  /** Share of the rows that are there. */
  readonly share: number;
}

export interface Description {
  /** Without a full stop. */
  readonly sentence: string;
  /** One or two, the one that explains more first; or the two ends of what rises or falls, the lower count first. */
  readonly clauses: readonly Clause[];
}

type Level = 'high' | 'low' | 'near zero' | 'in between';

/** A second clause explains at least so much of what the first one does. */
const WORTH_SAYING = 0.2;
/** A place with one more condition has to explain more by this factor to be worth its words. */
const BREVITY = 0.75;
/** Below this share of the largest mean of a leaf, a mean is next to zero. */
const NEXT_TO_ZERO = 0.2;
/** A single count that makes so much of the tree’s gain is what the value tracks. */
const ALONG = 0.8;

/** @param columns those that the tree was grown on, with its rows; @returns null of a tree without a split */
export function describeTree(tree: TreeNode, columns: readonly FeatureColumn[]): Description | null {
  if (tree.split === null) return null;
  return describeTrend(tree, tree.split, columns) ?? describePlaces(tree, columns);
}

function describePlaces(tree: TreeNode, columns: readonly FeatureColumn[]): Description {
  const places = placesOf(tree);
  const largest = Math.max(...places.map(({ node }) => Math.abs(node.mean)));
  const level = (value: number) => levelOf(value, tree.mean, largest);
  const explains = ({ node }: Place) => node.rows * (node.mean - tree.mean) ** 2;
  const worth = (place: Place) => explains(place) * BREVITY ** effort(place, columns);
  const telling = places
    .filter(({ node }) => ['high', 'low'].includes(level(node.mean)))
    .sort((a, b) => worth(b) - worth(a));
  const first = telling[0]!; // the leaf of the largest mean is always one
  const second = telling.find(({ node }) => level(node.mean) !== level(first.node.mean));
  const clause = ({ rows, mean }: Rows, where: string): Clause => ({ where, value: mean, share: rows / tree.rows });
  const clauses = [clause(first.node, placePhrase(first, columns))];
  const rest = restOf(tree, first.node);
  if (second !== undefined && explains(second) >= WORTH_SAYING * explains(first)) {
    const isRest = first.path.length === 1 && second.path.length === 1;
    clauses.push(clause(second.node, isRest ? 'elsewhere' : placePhrase(second, columns)));
  } else if (level(rest.mean) === 'near zero') {
    clauses.push(clause(rest, 'elsewhere'));
  }
  const words = clauses.map(({ value, where }) => `${level(value)} ${where}`).join(', ');
  return { sentence: words.charAt(0).toUpperCase() + words.slice(1), clauses };
}

/** Conditions that have to be mentioned, of which the negatives of what stands somewhere count double. */
function effort({ path }: Place, columns: readonly FeatureColumn[]): number {
  return path.reduce((sum, { column, isYes }) => sum + (isYes || columns[column]!.kind !== 'glimpse' ? 1 : 2), 0);
}

/** High and low are meant against the mean, as far as the sign bears it out. */
function levelOf(value: number, mean: number, largest: number): Level {
  if (Math.abs(value) < NEXT_TO_ZERO * largest) return 'near zero';
  if (value > 0 && value > mean) return 'high';
  return value < 0 && value < mean ? 'low' : 'in between';
}

type Rows = Pick<TreeNode, 'rows' | 'mean'>;

/** The rows that are not in a place. */
function restOf(tree: Rows, { rows, mean }: Rows): Rows {
  const rest = tree.rows - rows;
  return { rows: rest, mean: (tree.rows * tree.mean - rows * mean) / rest };
}

/** Where one count makes most of the tree, with at least two of its splits, and the value rises or falls all along it. */
function describeTrend(tree: TreeNode, root: Split, columns: readonly FeatureColumn[]): Description | null {
  const column = columns[root.column]!;
  if (column.kind === 'glimpse') return null;
  const splits = [root, ...placesOf(tree).flatMap(({ node: { split } }) => (split === null ? [] : [split]))];
  const own = splits.filter((split) => split.column === root.column);
  const gainOf = (some: readonly Split[]) => some.reduce((sum, { gain }) => sum + gain, 0);
  if (own.length < 2 || gainOf(own) < ALONG * gainOf(splits)) return null;
  const edges = [...new Set([-1, ...own.map(({ set }) => set), column.size - 1])].sort((a, b) => a - b);
  const segments = edges.slice(1).map((atMost, k): Clause => {
    const where = `${leadOf(column)}${rangePhrase(column, edges[k]!, atMost)}`;
    return {
      where,
      ...meanWhere(tree, columns, (row) => column.bins[row]! > edges[k]! && column.bins[row]! <= atMost),
    };
  });
  const steps = segments.slice(1).map(({ value }, k) => Math.sign(value - segments[k]!.value));
  const [direction] = steps;
  if (!steps.every((step) => step === direction)) return null;
  const sentence = `${direction === 1 ? 'Rises' : 'Falls'} with ${columnNoun(column)}`;
  return { sentence, clauses: [segments[0]!, segments.at(-1)!] };
}

/** What the tree predicts on average for some rows. */
function meanWhere(
  tree: TreeNode,
  columns: readonly FeatureColumn[],
  isThere: (row: number) => boolean,
): Pick<Clause, 'value' | 'share'> {
  const all = columns[0]!.bins.length;
  let [sum, count] = [0, 0];
  for (let row = 0; row < all; row++) {
    if (!isThere(row)) continue;
    sum += predict(tree, columns, row);
    count += 1;
  }
  return { value: sum / count, share: count / all };
}

// The places that a regression tree knows of, and how the way to one is put into words.

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

/** A part of the way that can be put into words by itself. */
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

/** Leaves out what the other parts all but imply, negatives first: after “th” need not mention that it is no space. */
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
