// How far a network's rounds have come, as the store tells: whoever looks finds the same, and whoever finds that a round is
// complete says how the next one starts.

import { openWhole, type Store } from '../files/store.ts';
import type { Measurement } from '../gallery/measure.ts';
import { rangeOf } from '../scoring/plan/segments.ts';
import { type FoundEnds, joinEnds, withPadding } from '../trace/ends.ts';
import { concludeRound, firstRound, type Round } from '../trace/rounds.ts';
import { type Layout, layOut } from '../trace/streams.ts';
import { readEndsFile, readRound, writeRound } from './state-files.ts';

/** A network that is scored by way of a store. */
export interface StoredNetwork {
  readonly name: string;
  readonly measurement: Measurement;
  readonly store: Store;
  /** The folder in the store of all that belongs to this scoring. */
  readonly scoring: string;
  /** Shards of the text. */
  readonly of: number;
  /** Shares of the cells, each of which is tallied by itself: a reading of the text for each, and less memory. */
  readonly cellShares: number;
  /** Rounds that may be read at most. */
  readonly roundsAtMost: number;
  readonly say: (line: string) => void;
}

/** A round that is not complete yet, or the last. */
export interface Standing {
  /** From 1. */
  readonly number: number;
  readonly round: Round;
  /** Shards, from 1, whose ends are not there; none where the segments join and the reading is done. */
  readonly missing: readonly number[];
  /** The largest gap between two segments in the last complete round; null where there was none. */
  readonly gap: number | null;
}

const layoutOf = ({ measurement }: StoredNetwork): Layout => layOut(measurement.sequence.length);

export function shardRange({ measurement, of }: StoredNetwork, shard: number) {
  const { sequence, plan } = measurement;
  return rangeOf({ shard, of }, sequence.length, plan.segment);
}

/** The segments that a shard reads for their ends. */
export function endsRange(network: StoredNetwork, shard: number) {
  return withPadding(shardRange(network, shard), layoutOf(network), network.measurement.sequence.length);
}

/** Names of what a round leaves in the store. */
export const itemOf = ({ scoring, name }: StoredNetwork, number: number, rest: string) =>
  `${scoring}/${name}/round-${number}${rest}`;

export const endsItem = (network: StoredNetwork, number: number, shard: number) =>
  itemOf(network, number, `.ends-${shard}-of-${network.of}`);

/** What a shard found in a round, if it is there and whole. */
export function findEnds(network: StoredNetwork, number: number, shard: number): Promise<FoundEnds | undefined> {
  const { architecture } = network.measurement;
  return openWhole(
    network.store,
    endsItem(network, number, shard),
    (path) => readEndsFile(path, architecture),
    network.say,
  );
}

/** The ends of all shards, and which are missing; none is read before all are there. */
async function findAllEnds(network: StoredNetwork, number: number): Promise<{ missing: number[]; found: FoundEnds[] }> {
  const shards = Array.from({ length: network.of }, (_, index) => index + 1);
  const missing: number[] = [];
  for (const shard of shards) {
    if ((await network.store.find(endsItem(network, number, shard))) === undefined) missing.push(shard);
  }
  const found: FoundEnds[] = [];
  if (missing.length > 0) return { missing, found };
  for (const shard of shards) {
    const ends = await findEnds(network, number, shard);
    if (ends === undefined) missing.push(shard);
    else found.push(ends);
  }
  return { missing, found };
}

/** How far the rounds have come. What it finds out about the next one, it leaves in the store. */
export async function standingOf(network: StoredNetwork): Promise<Standing> {
  const { measurement, store, say } = network;
  const { architecture, sequence, starts } = measurement;
  const layout = layoutOf(network);
  let round = firstRound(architecture, layout, starts);
  let gap: number | null = null;
  for (let number = 1; ; number++) {
    const item = itemOf(network, number + 1, '');
    const read = (path: string) => readRound(path, architecture, layout.streams);
    const known = await openWhole(store, item, read, say);
    if (known !== undefined) {
      round = known;
      gap = known.gapBefore;
      continue;
    }
    const { missing, found } = await findAllEnds(network, number);
    if (missing.length > 0) return { number, round, missing, gap };
    const ends = joinEnds(architecture, layout, found);
    const concluded = concludeRound(architecture, layout, sequence.length, round, ends);
    if (concluded.next === null) return { number, round, missing: [], gap: concluded.gap };
    const { next } = concluded;
    await store.put(item, (path) => writeRound(path, next));
    round = next;
    gap = concluded.gap;
  }
}
