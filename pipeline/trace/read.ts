// Reads a whole text as parallel streams that give the same values as one pass from its beginning.

import { ALL_SIGNALS, type GivenSignals, GRU_DOMAINS } from '../base/bytes.ts';
import { GRU_SIGNALS, type Signal } from '../base/signals.ts';
import type { Engine } from '../engines/engine.ts';
import { signalName } from '../lstm/names.ts';
import { type Architecture, isGruNetwork } from '../lstm/parameters.ts';
import type { NetworkState } from '../lstm/state.ts';
import { concludeRound, firstRound, firstScored, settleStarts } from './rounds.ts';
import { compileReading, type Layout, layOut, type Network, readSegments, withoutOutputs } from './streams.ts';

/** Consecutive characters of the text in one window: rows `stream`, `stream + streams`, … of its outputs. */
export interface Segment {
  readonly stream: number;
  /** Position in the text of its first character. */
  readonly start: number;
  readonly length: number;
}

export interface ReadWindow {
  readonly streams: number;
  readonly segments: readonly Segment[];
  /** As `readingComputation` names them; row t·streams + stream is a segment's character start + t. */
  readonly outputs: Record<string, Float32Array>;
}

export interface Reading extends Network {
  readonly engine: Engine;
  /** Whether to give out all six signals, or the log-probabilities alone. */
  readonly signals: boolean;
  /** Whether to give out what the network predicts, which is done where nothing is said. */
  readonly predictions?: boolean;
  /** Where the segments started when the same network read the same sequence before, as {@link readText} returned it. */
  readonly starts?: NetworkState | undefined;
  /** Called before the first window, and again where the reading starts anew: what was given before does not count. */
  begin(): void;
  /** Every character of the text is in just one window. The arrays belong to the receiver. */
  window(window: ReadWindow): void | Promise<void>;
  /** Told of every character read, in the readings that settle the starts too. */
  progress?(characters: number): void;
}

/** What the window at an offset into the segments holds of the text. */
export function segmentsAt(layout: Layout, offset: number, length: number): Segment[] {
  return Array.from({ length: layout.streams }, (_, stream) => {
    const start = stream * layout.perStream + offset;
    return { stream, start, length: Math.max(0, Math.min(layout.steps, length - start)) };
  }).filter((segment) => segment.length > 0);
}

/** The same, and tells the progress how many characters that is. */
export function countedSegments(
  { progress }: Pick<Reading, 'progress'>,
  layout: Layout,
  offset: number,
  length: number,
): Segment[] {
  const segments = segmentsAt(layout, offset, length);
  progress?.(segments.reduce((sum, segment) => sum + segment.length, 0));
  return segments;
}

export interface TextRead {
  /** How often the text was given out. */
  readonly readings: number;
  /** Where the segments started in the last of them. */
  readonly starts: NetworkState;
}

/**
 * Gives out the network's reading of the text, window by window; memory does not grow with the text. The segments' starts
 * are proved by the reading itself, also where they were given: it begins anew until every segment ended where the next
 * one had started, as near as rounding lets.
 * @throws InputError where the network's state overflows on the text
 */
export async function readText(reading: Reading): Promise<TextRead> {
  const { engine, architecture, sequence, signals, predictions = true } = reading;
  const layout = layOut(sequence.length);
  const count = (offset: number) => countedSegments(reading, layout, offset, sequence.length);
  let round = firstScored(await likelyStarts(reading, layout, (offset) => void count(offset)));
  const program = await compileReading(engine, predictions ? reading : withoutOutputs(reading), layout, signals);
  try {
    for (let readings = 1; ; readings++) {
      reading.begin();
      const ends = await readSegments(program, reading, layout, round.starts, (outputs, offset) => {
        const segments = count(offset);
        return segments.length === 0 ? undefined : reading.window({ streams: layout.streams, segments, outputs });
      });
      const { next } = concludeRound(architecture, layout, sequence.length, round, ends);
      if (next === null) return { readings, starts: round.starts };
      round = next;
    }
  } finally {
    await program.dispose();
  }
}

/** Where the streams start: as is known from before, or as a first reading finds it. @param visit told of its offsets */
export async function likelyStarts(
  reading: Omit<Reading, 'signals' | 'begin' | 'window'>,
  layout: Layout,
  visit: (offset: number) => void,
): Promise<NetworkState> {
  const { starts, architecture } = reading;
  const first = firstRound(architecture, layout, starts);
  if (first.reads === 'signals') return first.starts;
  // This program gives out states alone, and is of no use afterwards.
  const program = await compileReading(reading.engine, withoutOutputs(reading), layout, false);
  try {
    return await settleStarts(program, reading, layout, first, (_, offset) => visit(offset));
  } finally {
    await program.dispose();
  }
}

/** The signals of a network's cells and the domains of their bytes: six of an LSTM's, four of a GRU's. */
export function signalsOfCells(architecture: Pick<Architecture, 'cell'>): GivenSignals {
  return isGruNetwork(architecture) ? { signals: GRU_SIGNALS, domains: GRU_DOMAINS } : ALL_SIGNALS;
}

/** A layer's signals, those that its cells have, [rows, units] each. */
export type LayerSignals = Readonly<Partial<Record<Signal, Float32Array>>>;

/** A window of a reading, row by row. */
export interface SignalRows {
  /** Position in the text of each row's character; -1 for a row that is padding. */
  readonly positions: Int32Array;
  /** For each layer and signal [rows, units], row-major. */
  readonly layers: readonly LayerSignals[];
}

export function signalRows({ streams, segments, outputs }: ReadWindow, architecture: Architecture): SignalRows {
  const steps = Math.max(...segments.map(({ length }) => length));
  const positions = new Int32Array(steps * streams).fill(-1);
  for (const { stream, start, length } of segments) {
    for (let t = 0; t < length; t++) positions[t * streams + stream] = start + t;
  }
  return { positions, layers: signalsOf(outputs, architecture) };
}

/** For each layer its signals. @param outputs as `readingComputation` names them */
export function signalsOf(outputs: ReadWindow['outputs'], architecture: Architecture): LayerSignals[] {
  const { signals } = signalsOfCells(architecture);
  return architecture.units.map((_, layer) =>
    Object.fromEntries(signals.map((signal) => [signal, outputs[signalName(layer, signal)]!])),
  );
}
