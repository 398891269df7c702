// A round's share of one shard: the ends of its segments, which together with those of all others say where the next round
// starts. A segment that starts where it did the last time ends where it did, and is not read again.
import type { Architecture } from '../lstm/parameters.ts';
import { copyStream, type NetworkState, zeroState } from '../lstm/state.ts';
import { countedSegments } from './read.ts';
import { offsetOf, type Round } from './rounds.ts';
import { numbersOf, type ReadNetwork, type SegmentRange } from './shard.ts';
import { compileReading, type Ends, type Layout, layOut, pickStreams, readSegments, segmentsOf } from './streams.ts';
import type { Sequence } from './targets.ts';

/** What a round found at the ends of some segments. */
export interface FoundEnds {
  readonly range: SegmentRange;
  readonly reads: Round['reads'];
  /** Where they started, and what was at their ends; of these segments alone. */
  readonly starts: NetworkState;
  readonly ends: Ends;
}

/** The range with the streams behind the text's last segment, which hold nothing but belong to the layout. */
export function withPadding({ first, last }: SegmentRange, layout: Layout, length: number): SegmentRange {
  return { first, last: last === segmentsOf(layout, length) ? layout.streams : last };
}

/** @param before what the round before found in the same segments */
export async function readEnds(
  reading: ReadNetwork,
  round: Round,
  range: SegmentRange,
  before?: FoundEnds,
): Promise<FoundEnds> {
  const { architecture } = reading;
  const starts = pickStreams(architecture, round.starts, numbersOf(range));
  const known = before?.reads === 'segments' && round.reads === 'segments' ? before : undefined;
  const own = Array.from({ length: range.last - range.first }, (_, b) => b);
  const moved = own.filter((b) => known === undefined || !sameStream(architecture, known.starts, starts, b));
  const found = await readPicked(
    reading,
    round,
    moved,
    moved.map((b) => range.first + b),
    starts,
  );
  if (known === undefined) return { range, reads: round.reads, starts, ends: found };
  const ends = { state: zeroState(architecture, own.length), memory: known.ends.memory.map((kept) => kept.slice()) };
  for (const b of own) copyStream(architecture, known.ends.state, b, ends.state, b);
  moved.forEach((b, from) => void copyEnds(architecture, found, from, ends, b));
  return { range, reads: round.reads, starts, ends };
}

/** @param own places of the segments among the starts @param numbers of the segments in the text */
async function readPicked(
  reading: ReadNetwork,
  round: Round,
  own: readonly number[],
  numbers: readonly number[],
  starts: NetworkState,
): Promise<Ends> {
  const { architecture, sequence, engine } = reading;
  const whole = layOut(sequence.length);
  const layout: Layout = { ...whole, streams: numbers.length };
  const picked = pickStreams(architecture, starts, own);
  if (numbers.length === 0) return { state: picked, memory: architecture.units.map(() => new Float32Array(0)) };
  const program = await compileReading(engine, reading, layout, false);
  try {
    const network = { ...reading, sequence: pickSegments(sequence, layout, numbers) };
    const count = (offset: number) => void countedSegments(reading, layout, offset, network.sequence.length);
    const isTruth = round.reads === 'segments' && numbers.every((number, b) => number === b);
    return await readSegments(program, network, layout, picked, (_, at) => count(at), offsetOf(whole, round), isTruth);
  } finally {
    await program.dispose();
  }
}

/** Some segments of a sequence as if they followed each other. */
function pickSegments(sequence: Sequence, { perStream }: Layout, numbers: readonly number[]): Sequence {
  const last = numbers.at(-1)! * perStream;
  return {
    length: (numbers.length - 1) * perStream + Math.max(0, Math.min(perStream, sequence.length - last)),
    unit: sequence.unit,
    inputs(starts, window) {
      const within = starts.map((start) => numbers[Math.floor(start / perStream)]! * perStream + (start % perStream));
      return sequence.inputs(within, window);
    },
  };
}

/** Whether a stream of two states is the same, bit for bit. */
function sameStream(architecture: Architecture, a: NetworkState, b: NetworkState, stream: number): boolean {
  const [one, other] = [pickStreams(architecture, a, [stream]), pickStreams(architecture, b, [stream])];
  return one.every(
    ({ h, c }, layer) => h.every((v, k) => v === other[layer]!.h[k]) && c.every((v, k) => v === other[layer]!.c[k]),
  );
}

function copyEnds(architecture: Architecture, from: Ends, stream: number, to: Ends, place: number): void {
  copyStream(architecture, from.state, stream, to.state, place);
  architecture.units.forEach((units, layer) => {
    const kept = from.memory[layer]!.subarray(stream * units, (stream + 1) * units);
    to.memory[layer]!.set(kept, place * units);
  });
}

/** The ends of all segments, out of those of each range. @param found ranges that make up the layout */
export function joinEnds(architecture: Architecture, layout: Layout, found: readonly FoundEnds[]): Ends {
  const memory = architecture.units.map((units) => new Float32Array(layout.streams * units));
  const all: Ends = { state: zeroState(architecture, layout.streams), memory };
  for (const { range, ends } of found) {
    for (const [from, to] of numbersOf(range).entries()) copyEnds(architecture, ends, from, all, to);
  }
  return all;
}
