// Reads some of the segments that a whole text is cut into, as it would be read with the others beside them: the same
// values, for a segment's do not depend on how many there are beside it.
import { InputError } from '../base/errors.ts';
import { type NetworkState, stateFromOutputs } from '../lstm/state.ts';
import { countedSegments, likelyStarts, type Reading, type ReadWindow, segmentsAt } from './read.ts';
import { TOLERANCE } from './rounds.ts';
import {
  compileReading,
  type Ends,
  type Layout,
  largestGap,
  layOut,
  pickStreams,
  readSegments,
  runWindow,
} from './streams.ts';
import { partOfSequence } from './targets.ts';

/** A network and what it reads, wherever it starts. */
export type ReadNetwork = Omit<Reading, 'signals' | 'begin' | 'window' | 'starts'>;

/** The segments from `first` up to, not including, `last`. */
export interface SegmentRange {
  readonly first: number;
  readonly last: number;
}

export interface ShardReading extends Omit<Reading, 'signals' | 'begin' | 'window'>, SegmentRange {
  /** Takes the windows with which a reading of the whole text begins, until it returns true. */
  opening(window: ReadWindow): boolean;
  /** Takes the windows of these segments. */
  window(window: ReadWindow): void | Promise<void>;
}

/** The states, of one stream, in which a shard begins and ends: it ends where the next one must begin. */
export interface ShardEnds {
  readonly start: NetworkState;
  readonly end: NetworkState;
}

/**
 * Gives out the opening of the whole text, and then the reading of a shard, all six signals, from the starts that are
 * known; where none are, they are found as for the whole text.
 * @throws InputError where a segment does not end as the next one starts
 */
export async function readShard(reading: ShardReading): Promise<ShardEnds> {
  const { architecture, sequence, first, last } = reading;
  const layout = layOut(sequence.length);
  const count = (offset: number) => void countedSegments(reading, layout, offset, sequence.length);
  const starts = await likelyStarts(reading, layout, count);
  await readOpening(reading, starts, reading.opening);
  const begins = pickStreams(architecture, starts, numbersOf(reading));
  const ends = await readSignals(reading, begins, reading, reading.window);
  const own: Layout = { ...layout, streams: last - first };
  const length = Math.min(sequence.length, last * layout.perStream) - first * layout.perStream;
  if (largestGap(own, length, begins, ends.state) > TOLERANCE) throw notSettled();
  return {
    start: pickStreams(architecture, begins, [0]),
    end: pickStreams(architecture, ends.state, [own.streams - 1]),
  };
}

/** The numbers of a range's segments. */
export function numbersOf({ first, last }: SegmentRange): number[] {
  return Array.from({ length: last - first }, (_, b) => first + b);
}

/**
 * Reads some segments with all their signals.
 * @param begins where they start, of these alone
 */
export async function readSignals(
  reading: ReadNetwork,
  begins: NetworkState,
  { first, last }: SegmentRange,
  window: (window: ReadWindow) => void | Promise<void>,
): Promise<Ends> {
  const { sequence } = reading;
  const layout = layOut(sequence.length);
  const start = first * layout.perStream;
  const part = partOfSequence(sequence, start, Math.min(sequence.length, last * layout.perStream));
  const own: Layout = { ...layout, streams: last - first };
  const program = await compileReading(reading.engine, reading, own, true);
  try {
    return await readSegments(program, { ...reading, sequence: part }, own, begins, (outputs, offset) => {
      const segments = countedSegments(reading, own, offset, part.length).map((segment) => ({
        ...segment,
        start: start + segment.start,
      }));
      return segments.length === 0 ? undefined : window({ streams: own.streams, segments, outputs });
    });
  } finally {
    await program.dispose();
  }
}

/**
 * Gives out the windows with which a reading of the whole text begins.
 * @param take returns true once it has enough
 */
export async function readOpening(
  reading: ReadNetwork,
  starts: NetworkState,
  take: (window: ReadWindow) => boolean,
): Promise<void> {
  const { architecture, sequence } = reading;
  const layout = layOut(sequence.length);
  const program = await compileReading(reading.engine, reading, layout, true);
  try {
    let state = starts;
    for (let offset = 0; offset < layout.perStream; offset += layout.steps) {
      const positions = Array.from({ length: layout.streams }, (_, b) => b * layout.perStream + offset);
      const outputs = await runWindow(program, sequence, layout, positions, state);
      state = stateFromOutputs(architecture, outputs);
      const segments = segmentsAt(layout, offset, sequence.length);
      if (take({ streams: layout.streams, segments, outputs })) return;
    }
  } finally {
    await program.dispose();
  }
}

/** What to do where the shards of a text do not join. */
export function notSettled(): InputError {
  return new InputError(
    'The network remembers so much that one shard of the text does not end in the state in which the next one begins.',
    {},
    'Score this text as a whole, without --shard.',
  );
}
