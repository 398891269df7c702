// One shard's share of the work on a network, as far as it can be done now: its ends in each round of the starts, and then its
// tally. All that is there and whole is left as it is; a worker that is killed is simply started again.
import { InputError } from '../base/errors.ts';
import { createProgress } from '../base/progress.ts';
import { openWhole } from '../files/store.ts';
import { type NetworkTally, type TallyDescription, writeTally } from '../gallery/tally-file.ts';
import { openTally, type TallyFile } from '../gallery/tally-reader.ts';
import { openingBins, tallyFrom } from '../gallery/tally-shard.ts';
import { type CellRange, countCells } from '../scoring/tally/staging.ts';
import { readEnds } from '../trace/ends.ts';
import type { Round } from '../trace/rounds.ts';
import { numbersOf } from '../trace/shard.ts';
import { layOut, pickStreams } from '../trace/streams.ts';
import { checkFirstWindow, hashSegments } from './first-window.ts';
import {
  endsItem,
  endsRange,
  findEnds,
  itemOf,
  type Standing,
  type StoredNetwork,
  shardRange,
  standingOf,
} from './rounds.ts';
import { type Bins, readBins, writeBins, writeEnds } from './state-files.ts';

/** What a tally says of itself beside its shard. */
export type TallyOrigin = Omit<TallyDescription, 'shard' | 'of' | 'cells'>;

export type Worked =
  /** The tally is there. */
  | { readonly done: true }
  /** What the shard waits for: the ends of others. */
  | { readonly done: false; readonly standing: Standing };

/**
 * Goes on until the shard is tallied or waits for others.
 * @param share of the cells, from 1; all of them, one after another, where left out
 * @throws {InputError} more rounds than there may be; what reading and tallying throw
 */
export async function workOnShard(
  network: StoredNetwork,
  shard: number,
  origin: TallyOrigin,
  share?: number,
): Promise<Worked> {
  for (;;) {
    const standing = await standingOf(network);
    const { number, round, missing } = standing;
    if (number > network.roundsAtMost) throw tooManyRounds(network, standing);
    if (round.reads === 'signals') {
      for (const own of share === undefined ? sharesOf(network) : [share]) {
        (await tallyOnce(network, shard, own, standing, origin)).close();
      }
      return { done: true };
    }
    if (!missing.includes(shard)) return { done: false, standing };
    await findEndsOf(network, shard, number, round);
  }
}

async function findEndsOf(network: StoredNetwork, shard: number, number: number, round: Round): Promise<void> {
  const { measurement, store } = network;
  const { sequence, title } = measurement;
  const range = endsRange(network, shard);
  const before = number > 1 ? await findEnds(network, number - 1, shard) : undefined;
  const { start, end } = shardRange(network, shard);
  const progress = createProgress({ title: `${title}, round ${number}`, total: end - start, unit: sequence.unit });
  try {
    const reading = { ...measurement, progress: (characters: number) => progress.advance(characters) };
    const found = await readEnds(reading, round, range, before);
    await store.put(endsItem(network, number, shard), (path) => writeEnds(path, found));
  } finally {
    progress.finish();
  }
}

/** The numbers of the shares of the cells. */
export const sharesOf = ({ cellShares }: StoredNetwork) => Array.from({ length: cellShares }, (_, index) => index + 1);

/** The cells of a share, all but equally many in each. */
function cellsOf({ cellShares, measurement }: StoredNetwork, share: number): CellRange {
  const cells = countCells(measurement.plan.layers);
  return [Math.floor(((share - 1) * cells) / cellShares), Math.floor((share * cells) / cellShares)];
}

function tallyItem(network: StoredNetwork, number: number, shard: number, share: number): string {
  const { of, cellShares } = network;
  const cells = cellShares === 1 ? '' : `.cells-${share}-of-${cellShares}`;
  return itemOf(network, number, `.tally-${shard}-of-${of}${cells}`);
}

function findTally(
  network: StoredNetwork,
  number: number,
  shard: number,
  share: number,
): Promise<TallyFile | undefined> {
  return openWhole(network.store, tallyItem(network, number, shard, share), openTally, network.say);
}

/** Whether a shard's tallies of a scored round are there and whole. */
export async function isTallied(network: StoredNetwork, number: number, shard: number): Promise<boolean> {
  for (const share of sharesOf(network)) {
    const tally = await findTally(network, number, shard, share);
    tally?.close();
    if (tally === undefined) return false;
  }
  return true;
}

/** A shard's tally of a share of the cells in a scored round, made where it is not there or not whole; to be closed. */
export async function tallyOnce(
  network: StoredNetwork,
  shard: number,
  share: number,
  standing: Standing,
  origin: TallyOrigin,
): Promise<TallyFile> {
  const { number, round } = standing;
  const { measurement, store, name, of, cellShares } = network;
  const known = await findTally(network, number, shard, share);
  if (known !== undefined) {
    if ((await findEnds(network, number, shard)) !== undefined) return known;
    known.close();
  }
  const { architecture } = measurement;
  const { edges, firstWindows } = await binsOf(network, standing);
  const range = shardRange(network, shard);
  const starts = pickStreams(architecture, round.starts, numbersOf(range));
  const cells = cellsOf(network, share);
  const { tallies, ends } = await tallyFrom(measurement, range, starts, edges, cells, (window) =>
    checkFirstWindow(window, architecture, firstWindows, range.first),
  );
  const own: NetworkTally = {
    ...{ name, tallies },
    ends: {
      start: pickStreams(architecture, starts, [0]),
      end: pickStreams(architecture, ends.state, [range.last - range.first - 1]),
    },
  };
  const description = { ...origin, shard, of, ...(cellShares === 1 ? {} : { cells: [...cells] as [number, number] }) };
  await store.put(tallyItem(network, number, shard, share), (path) => writeTally(path, description, [own]));
  // Last, for by these it counts as done.
  const found = { range, reads: round.reads, starts, ends };
  await store.put(endsItem(network, number, shard), (path) => writeEnds(path, found));
  const written = await findTally(network, number, shard, share);
  if (written !== undefined) return written;
  const fix = 'Use another store: this one does not give back what is written to it.';
  throw new InputError(`The tally of shard ${shard} cannot be read back.`, { file: store.place }, fix);
}

/** The bins of a scored round, which everyone has to sort into; whoever misses them makes them. */
async function binsOf(network: StoredNetwork, { number, round }: Standing): Promise<Bins> {
  const { measurement, store, say } = network;
  const { architecture, plan, sequence } = measurement;
  const item = itemOf(network, number, '.bins');
  const columns = countCells(plan.layers) * plan.signals.length;
  const known = await openWhole(store, item, (path) => readBins(path, columns), say);
  if (known?.firstWindows.length === Math.ceil(sequence.length / layOut(sequence.length).perStream)) return known;
  let firstWindows: string[] = [];
  const edges = await openingBins(measurement, round.starts, (window) => {
    firstWindows = hashSegments(window, architecture);
  });
  const bins = { edges, firstWindows };
  await store.put(item, (path) => writeBins(path, bins));
  return bins;
}

function tooManyRounds({ name, roundsAtMost }: StoredNetwork, { gap }: Standing): InputError {
  const left = gap === null || !Number.isFinite(gap) ? '' : `, and a gap of ${gap.toExponential(1)} is left`;
  return new InputError(
    `After ${roundsAtMost} rounds the segments of the text do not join yet in the ${name}${left}: it remembers too much.`,
    {},
    'Allow more with --rounds, or score this text as a whole, without --store.',
  );
}
