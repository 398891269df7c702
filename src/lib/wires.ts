// How a cell's connections are drawn: names at both sides, the cell between them, and a curve to each.
import type { Cell } from '../../pipeline/contract/index.ts';

type Wiring = NonNullable<Cell['evidence']['wiring']>;
type Connection = Wiring['inputsFrom']['same'][number];

/** Connections that are drawn of each kind. */
const SHOWN = 4;
/** Between two names: on a phone, where all is drawn at three quarters of its size, a finger still hits one alone. */
const ROW = 34;
/** What a group takes besides its names, and where its title and its first name lie in it. */
const GROUP = { extra: 26, title: 16, first: 42 } as const;
/** From a name's line up to its middle. */
const MIDDLE = 4;
const GATES = ['i', 'f', 'g', 'o'] as const;
/** Where the curves begin and end: names at the left, the cell, names at the right. */
const ENDS = { left: [128, 186], right: [254, 312] } as const;
/** Of the strongest connection's line; the others' are narrower in proportion. */
const WIDEST = 6;

interface Node {
  readonly id: string;
  readonly y: number;
  /** The gate that most is added to, and how much. */
  readonly gate: (typeof GATES)[number];
  readonly drive: number;
  /** What is added to all of them, without signs. */
  readonly strength: number;
}

type Group = { readonly title: string; readonly y: number; readonly nodes: readonly Node[] };

/** All curves of one sign and one width. */
type Wires = { readonly raises: boolean; readonly width: number; readonly path: string };

export interface Drawing {
  readonly left: readonly Group[];
  readonly right: readonly Group[];
  /** 0 where there is nothing to draw. */
  readonly height: number;
  readonly wires: readonly Wires[];
}

/** A layer, from 1, and the cells of it at the other ends of connections. */
type Ends = readonly [layer: number, connections: readonly Connection[]];

/** @param layer of the cell, from 1 */
export function drawWiring({ inputsFrom, outputsTo }: Wiring, layer: number): Drawing {
  const sides: Ends[][] = [
    [
      [layer - 1, inputsFrom.below],
      [layer, inputsFrom.same],
    ],
    [
      [layer, outputsTo.same],
      [layer + 1, outputsTo.above],
    ],
  ];
  const height = Math.max(...sides.map(heightOf));
  const [left, right] = sides.map((side) => stack(side, (height - heightOf(side)) / 2)) as [Group[], Group[]];
  const middle = height / 2 - MIDDLE;
  const curves = [
    ...nodesOf(left).map((node) => ({ node, path: curve(ENDS.left, node.y - MIDDLE, middle) })),
    ...nodesOf(right).map((node) => ({ node, path: curve(ENDS.right, middle, node.y - MIDDLE) })),
  ];
  const strongest = Math.max(...curves.map(({ node }) => node.strength));
  const widthOf = ({ strength }: Node) => Math.max(1, Math.round((WIDEST * strength) / strongest));
  const alike = Map.groupBy(curves, ({ node }) => `${node.drive > 0} ${widthOf(node)}`);
  const wires = Array.from(alike.values(), (group) => ({
    raises: group[0]!.node.drive > 0,
    width: widthOf(group[0]!.node),
    path: group.map(({ path }) => path).join(''),
  }));
  return { left, right, height, wires };
}

const nodesOf = (groups: readonly Group[]): Node[] => groups.flatMap(({ nodes }) => nodes);

const isThere = ([, connections]: Ends): boolean => connections.length > 0;

function heightOf(side: readonly Ends[]): number {
  const heights = side
    .filter(isThere)
    .map(([, connections]) => GROUP.extra + ROW * Math.min(SHOWN, connections.length));
  return heights.reduce((sum, height) => sum + height, 0);
}

/** Groups of names below each other. */
function stack(side: readonly Ends[], top: number): Group[] {
  let y = top;
  return side.filter(isThere).map(([layer, connections]) => {
    const start = y;
    const nodes = connections.slice(0, SHOWN).map((connection, k) => nodeOf(connection, start + GROUP.first + ROW * k));
    y += GROUP.extra + ROW * nodes.length;
    return { title: `layer ${layer}`, y: start + GROUP.title, nodes };
  });
}

function nodeOf({ id, drives }: Connection, y: number): Node {
  const sizes = drives.map(Math.abs);
  const most = sizes.indexOf(Math.max(...sizes));
  const strength = sizes.reduce((sum, size) => sum + size, 0);
  return { id, y, gate: GATES[most]!, drive: drives[most]!, strength };
}

function curve([from, to]: readonly [number, number], y0: number, y1: number): string {
  const half = (to - from) / 2;
  const rise = y1 - y0;
  return `M${from} ${y0}c${half} 0 ${half} ${rise} ${to - from} ${rise}`;
}
