// The map of all cells: which mark each gets, by what it remembers, and where it lies on the drawing.
import {
  symbol,
  symbolCircle,
  symbolCross,
  symbolDiamond,
  symbolSquare,
  symbolStar,
  symbolTriangle,
  symbolWye,
} from 'd3-shape';
import type { Gallery } from '../../pipeline/contract/index.ts';
import { cellNumber } from '../shared/words.ts';
import { catalogue } from './catalogue.ts';
import { type CellFacts, cellFacts } from './cell-facts.ts';

type GalleryMap = NonNullable<Gallery['evidence']['map']>;

/** What the marks tell: what a cell remembers, or where no cell remembers anything the hypothesis that heads its page. */
export type MapBasis = 'remembers' | 'headline';
/** Hypotheses with a mark of their own. */
const SHAPES = [symbolCircle, symbolSquare, symbolTriangle, symbolDiamond, symbolCross, symbolStar, symbolWye];
/** Area of a mark in the drawing's units. */
const AREA = 62;
/** Of the drawing, whose height is as the points want it. */
const WIDTH = 960;
const MARGIN = 16;
/** The largest clusters, whose numbers stand on the map. */
const NUMBERED = 12;
const SMALLEST_NUMBERED = 5;

export interface Mark {
  readonly id: string;
  /** What the mark’s title says. */
  readonly title: string;
  readonly x: number;
  readonly y: number;
}

/** Cells with one mark, and what it means. */
export interface MarkGroup {
  readonly name: string;
  readonly className: string;
  /** Path of the mark about the origin. */
  readonly path: string;
  readonly marks: readonly Mark[];
}

export interface MapCluster {
  readonly number: number;
  readonly cells: readonly string[];
  /** What most of its cells are marked by, and how many; null where none is. */
  readonly common: { readonly title: string; readonly cells: number } | null;
}

export interface DrawnMap {
  readonly basis: MapBasis;
  readonly width: number;
  readonly height: number;
  /** The most frequent hypothesis first, the cells that none explains last. */
  readonly groups: readonly MarkGroup[];
  readonly numbers: readonly { readonly number: number; readonly x: number; readonly y: number }[];
  /** Of more than one cell, the largest first. */
  readonly clusters: readonly MapCluster[];
}

export function drawMap(gallery: Gallery, { points, all }: GalleryMap): DrawnMap {
  const { cells, hypotheses } = catalogue(gallery.id);
  const scale = (value: number) => Number((MARGIN + value * (WIDTH - 2 * MARGIN)).toFixed(1));
  const placed = points.map(([x, y]) => ({ x: scale(x), y: scale(y) }));
  const facts = cellFacts(gallery.id);
  const basis = basisOf(facts);
  const bestOf = facts.map((cell) => {
    const index = hypotheses.findIndex(({ id }) => id === cell[basis]);
    return index < 0 ? null : index;
  });
  const frequent = byFrequency(bestOf.filter((best) => best !== null)).slice(0, SHAPES.length);
  const groupOf = bestOf.map((best) => (best === null ? SHAPES.length + 1 : frequency(frequent, best)));
  const marksOf = (group: number): Mark[] =>
    cells.flatMap((cell, index) => {
      if (groupOf[index] !== group) return [];
      const { id, name, explanation } = cell;
      return [{ id, title: `${cellNumber(id)} ${name ?? explanation}`, ...placed[index]! }];
    });
  const circle = markPath(symbolCircle, AREA / 3);
  const groups = [
    ...frequent.map((best, index) => ({
      name: hypotheses[best]!.title,
      className: `k${index}`,
      path: markPath(SHAPES[index]!, AREA),
      marks: marksOf(index),
    })),
    { name: 'Something else', className: 'other', path: circle, marks: marksOf(SHAPES.length) },
    {
      name: basis === 'remembers' ? 'Remembers nothing' : 'Not scored',
      className: 'none',
      path: circle,
      marks: marksOf(SHAPES.length + 1),
    },
  ].filter(({ marks }) => marks.length > 0);
  const clusters = clustersOf(all).map(({ number, members }): MapCluster => {
    const [common] = byFrequency(members.map((index) => bestOf[index]!).filter((best) => best !== null));
    const count = members.filter((index) => bestOf[index] === common).length;
    return {
      number,
      cells: members.map((index) => cells[index]!.id),
      common: common === undefined ? null : { title: hypotheses[common]!.title, cells: count },
    };
  });
  const numbers = clustersOf(all)
    .filter(({ members }) => members.length >= SMALLEST_NUMBERED)
    .slice(0, NUMBERED)
    .map(({ number, members }) => ({ number, ...middle(members.map((index) => placed[index]!)) }));
  return { basis, width: WIDTH, height: Math.max(...placed.map(({ y }) => y)) + MARGIN, groups, numbers, clusters };
}

/** By what tells cells apart: nearly every cell tracks something, and half of them the same; what is remembered is rarer. */
export function basisOf(facts: readonly Pick<CellFacts, 'remembers'>[]): MapBasis {
  return facts.some(({ remembers }) => remembers !== null) ? 'remembers' : 'headline';
}

/** Distinct values, the most frequent first. */
function byFrequency(values: readonly number[]): number[] {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([value]) => value);
}

const frequency = (frequent: readonly number[], best: number) =>
  frequent.includes(best) ? frequent.indexOf(best) : SHAPES.length;

function markPath(shape: (typeof SHAPES)[number], area: number): string {
  const path = symbol(shape, area)() ?? '';
  return path.replace(/-?\d+\.\d+/g, (number) => String(Number(Number(number).toFixed(1))));
}

function clustersOf(numbers: readonly number[]): { number: number; members: number[] }[] {
  const members = Map.groupBy(numbers.keys(), (index) => numbers[index]!);
  return [...members]
    .map(([number, own]) => ({ number, members: own }))
    .filter(({ members: own }) => own.length > 1)
    .sort((a, b) => a.number - b.number);
}

/** The point that lies in the middle of most: the medians of both coordinates. */
function middle(points: readonly { x: number; y: number }[]): { x: number; y: number } {
  const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
  return { x: median(points.map(({ x }) => x)), y: median(points.map(({ y }) => y)) };
}
