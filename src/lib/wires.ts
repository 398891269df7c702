// How a cell's connections are drawn: names at both sides, the cell between them, and a curve to each.
import type { Cell } from '../../pipeline/artifacts/schema.ts';

type Wiring = NonNullable<Cell['evidence']['wiring']>;
type Connection = Wiring['listens']['own'][number];

/** Connections that are drawn of each kind. */
const SHOWN = 4;
/** Between two names: on a phone, where all is drawn at three quarters of its size, a finger still hits one alone. */
const ROW = 34;
/** From a group's top to its title, and to its first name. */
const [TITLE, FIRST] = [16, 42];
/** From a name's line up to its middle. */
const MIDDLE = 4;
const GATES = ['i', 'f', 'g', 'o'] as const;
/** Where the curves begin and end: names at the left, the cell, names at the right. */
const ENDS = { left: [128, 186], right: [254, 312] } as const;
/** Widths of the lines, from so much on that is added to the four gates together. */
const WIDTHS = [
  { from: 0, width: 1 },
  { from: 0.5, width: 2 },
  { from: 1, width: 3.5 },
  { from: 2, width: 6 },
] as const;

interface Node {
  readonly id: string;
  readonly y: number;
  /** The gate that most is added to, and how much. */
  readonly gate: (typeof GATES)[number];
  readonly drive: number;
  /** Of its line. */
  readonly width: number;
}

interface Group {
  readonly title: string;
  readonly y: number;
  readonly nodes: readonly Node[];
}

/** All curves of one sign and one width. */
interface Wires {
  readonly raises: boolean;
  readonly width: number;
  readonly path: string;
}

export interface Drawing {
  readonly left: readonly Group[];
  readonly right: readonly Group[];
  readonly height: number;
  readonly wires: readonly Wires[];
}

/** @param layer of the cell, from 1 */
export function drawWiring({ listens, speaks }: Wiring, layer: number): Drawing {
  const left = stack([
    { title: `layer ${layer - 1}`, connections: listens.below },
    { title: `layer ${layer}`, connections: listens.own },
  ]);
  const right = stack([
    { title: `layer ${layer}`, connections: speaks.own },
    { title: `layer ${layer + 1}`, connections: speaks.above },
  ]);
  const height = Math.max(left.height, right.height);
  const middle = Math.round(height / 2) - MIDDLE;
  const curves = [
    ...left.groups
      .flatMap(({ nodes }) => nodes)
      .map((node) => ({ node, path: curve(ENDS.left, node.y - MIDDLE, middle) })),
    ...right.groups
      .flatMap(({ nodes }) => nodes)
      .map((node) => ({ node, path: curve(ENDS.right, middle, node.y - MIDDLE) })),
  ];
  const alike = Map.groupBy(curves, ({ node }) => `${node.drive > 0} ${node.width}`);
  const wires = Array.from(alike.values(), (group) => ({
    raises: group[0]!.node.drive > 0,
    width: group[0]!.node.width,
    path: group.map(({ path }) => path).join(''),
  }));
  return { left: left.groups, right: right.groups, height, wires };
}

/** Groups of names below each other. */
function stack(all: readonly { title: string; connections: readonly Connection[] }[]): {
  groups: Group[];
  height: number;
} {
  let height = 0;
  const groups: Group[] = [];
  for (const { title, connections } of all) {
    if (connections.length === 0) continue;
    const nodes = connections.slice(0, SHOWN).map((connection, k) => nodeOf(connection, height + FIRST + ROW * k));
    groups.push({ title, y: height + TITLE, nodes });
    height += FIRST + ROW * nodes.length;
  }
  return { groups, height };
}

function nodeOf({ id, drives }: Connection, y: number): Node {
  const sizes = drives.map(Math.abs);
  const most = sizes.indexOf(Math.max(...sizes));
  const strength = sizes.reduce((sum, size) => sum + size, 0);
  const { width } = WIDTHS.findLast(({ from }) => strength >= from)!;
  return { id, y, gate: GATES[most]!, drive: drives[most]!, width };
}

function curve([from, to]: readonly [number, number], y0: number, y1: number): string {
  const half = (to - from) / 2;
  const rise = y1 - y0;
  return `M${from} ${y0}c${half} 0 ${half} ${rise} ${to - from} ${rise}`;
}
