// What a cell does around the places where a label begins and ends: the average of a signal over all such places, each
// put at zero (the event-aligned, or peri-stimulus, average of neurophysiology).

import type { Span } from '../../base/positions.ts';
import type { Label } from '../../scoring/plan/labels.ts';
import { addCluster, type ClusterMean, clusterMean, noClusters } from '../../statistics/effects.ts';

/**
 * A label's first character; its last one; the only one of a label none of whose spans is longer; or the first one after a
 * real-valued label has fallen back.
 */
export type EventKind = 'onset' | 'end' | 'only' | 'fall';

/** An event in a sample of the text, with the rows of the sample that go on from it without a gap. */
interface Event {
  /** Row of the sample at which it happens. */
  readonly row: number;
  /** How many rows there are before it, and after it, up to the reach. */
  readonly before: number;
  readonly after: number;
}

/** The events of one block. */
interface Cluster {
  readonly events: Event[];
  /** How many of them have each step, [2·reach + 1]. */
  readonly sizes: Uint32Array;
}

export interface Events {
  readonly kind: EventKind;
  readonly reach: number;
  /** Those blocks that have events, in the order of the text. */
  readonly clusters: readonly Cluster[];
}

/** Where events are looked for. */
export interface EventText {
  /** Text positions of the sample's rows, rising. */
  readonly positions: ArrayLike<number>;
  /** Tiles of the text, in order, that are evidence of their own. */
  readonly blocks: readonly Span[];
  /** Steps to look back and ahead. */
  readonly reach: number;
}

/** What happens at a character of the text, by the label there and on both sides. */
const HAPPENS: Readonly<Record<Exclude<EventKind, 'only'>, (values: ArrayLike<number>, position: number) => boolean>> =
  {
    onset: (values, position) => values[position]! > 0 && !(values[position - 1]! > 0),
    end: (values, position) => values[position]! > 0 && !(values[position + 1]! > 0),
    fall: (values, position) => values[position]! < values[position - 1]!,
  };

/**
 * The events of a hypothesis in a sample. A binary label's are its onsets and its ends. A real-valued label has neither; it
 * rises along a unit, such as a word or a line, and falls where the next one begins, and these falls are its events.
 */
export function findEvents({ kind, values }: Label, text: EventText): Events[] {
  const kinds = kind === 'binary' ? (['onset', 'end'] as const) : (['fall'] as const);
  return kinds.map((event) => ({
    kind: event,
    reach: text.reach,
    clusters: clustersWhere(text, (position) => HAPPENS[event](values, position)),
  }));
}

const rowsOf = ({ clusters }: Events): number[] => clusters.flatMap(({ events }) => events.map(({ row }) => row));

/** The same without those that say the same: where every span is a single step, it ends where it begins. */
export function distinctEvents(moments: readonly Events[]): readonly Events[] {
  const [onset, end] = moments;
  if (onset === undefined || end === undefined) return moments;
  const [begins, ends] = [rowsOf(onset), rowsOf(end)];
  const areSame = begins.length === ends.length && begins.every((row, k) => row === ends[k]);
  return areSame ? [{ ...onset, kind: 'only' }] : moments;
}

function clustersWhere(
  { positions, blocks, reach }: EventText,
  happens: (position: number) => boolean,
): readonly Cluster[] {
  const rows = positions.length;
  const joined = (row: number) => row > 0 && row < rows && positions[row] === positions[row - 1]! + 1;
  const clusters = new Map<number, Cluster>();
  let block = 0;
  for (let row = 0; row < rows; row++) {
    const position = positions[row]!;
    while (block < blocks.length - 1 && position >= blocks[block]!.end) block++;
    if (!happens(position)) continue;
    let before = 0;
    while (before < reach && joined(row - before)) before++;
    let after = 0;
    while (after < reach && joined(row + after + 1)) after++;
    const cluster = clusters.get(block) ?? { events: [], sizes: new Uint32Array(2 * reach + 1) };
    clusters.set(block, cluster);
    cluster.events.push({ row, before, after });
    for (let step = reach - before; step <= reach + after; step++) cluster.sizes[step]! += 1;
  }
  return [...clusters.values()];
}

export function countEvents({ clusters }: Events): number {
  return clusters.reduce((sum, { events }) => sum + events.length, 0);
}

/** How long the spans of a binary label are whose onset is in the sample, in characters; sorted. */
export function spanLengths({ values }: Label, onsets: Events, positions: ArrayLike<number>): number[] {
  const lengths = onsets.clusters
    .flatMap(({ events }) => events)
    .map(({ row }) => {
      let length = 0;
      while (values[positions[row]! + length]! > 0) length++;
      return length;
    });
  return lengths.sort((a, b) => a - b);
}

/**
 * The mean of a signal at each step from `reach` before the events to `reach` after them, with its 95% interval over
 * blocks. An event near a gap of the sample adds to those steps that are there.
 * @param values of the signal, [rows of the sample]
 * @returns [2·reach + 1]; NaN at a step that no event has
 */
export function alignedAverage(values: ArrayLike<number>, { clusters, reach }: Events): ClusterMean[] {
  const totals = Array.from({ length: 2 * reach + 1 }, noClusters);
  const sums = new Float64Array(totals.length);
  for (const { events, sizes } of clusters) {
    sums.fill(0);
    for (const { row, before, after } of events) {
      const shift = row - reach;
      for (let step = reach - before; step <= reach + after; step++) sums[step]! += values[shift + step]!;
    }
    for (let step = 0; step < totals.length; step++) {
      if (sizes[step]! > 0) addCluster(totals[step]!, sizes[step]!, sums[step]!);
    }
  }
  return totals.map(clusterMean);
}
