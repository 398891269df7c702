// Reads a whole text as parallel streams that give the same values as one pass from its beginning.
//
// The text is cut into B pieces. A piece must start from the state in which the piece before it ends, which is not
// known yet: its guess is what the network holds after reading the REACH characters before the piece. A network may
// remember longer than that, so the guess is checked once the text is read. Where a piece's end and the next piece's
// start differ, the reading starts again, each piece from where the one before it ended, until the two agree. Every
// further reading makes at least one more piece exact, so that it ends even if the network forgets nothing.
import type { Engine, Program } from '../engines/engine.ts';
import { readingComputation, type Window } from '../lstm/network.ts';
import { type Architecture, listTensors, type Parameters, tensorShapes } from '../lstm/parameters.ts';
import { copyStream, type NetworkState, stateFromOutputs, stateToInputs, zeroState } from '../lstm/state.ts';

/** Consecutive characters of the text in one window: rows `firstRow`, `firstRow + streams`, … of its outputs. */
export interface Piece {
  readonly stream: number;
  /** Position in the text of its first character. */
  readonly start: number;
  readonly length: number;
}

export interface ReadWindow {
  readonly streams: number;
  readonly pieces: readonly Piece[];
  /** As {@link readingComputation} names them; row t·streams + stream is a piece's character start + t. */
  readonly outputs: Record<string, Float32Array>;
}

export interface Reading {
  readonly engine: Engine;
  readonly architecture: Architecture;
  readonly parameters: Parameters;
  readonly ids: Int32Array;
  /** Whether to give out all six signals, or the log-probabilities alone. */
  readonly signals: boolean;
  /** Called before the first window, and again where the reading starts anew: what was given before does not count. */
  begin(): void;
  /** Every character of the text is in just one window. The arrays belong to the receiver. */
  window(window: ReadWindow): void | Promise<void>;
}

/** How a text is cut: `streams` pieces of `perStream` characters, the last ones shorter or empty. */
export interface Layout extends Window {
  readonly perStream: number;
}

const STEPS = 100;
const STREAMS = 64;
/** The guess of how far back the network looks, in characters. */
const REACH = 500;
/** How far two values may lie apart and still be called the same. */
const TOLERANCE = 1e-5;

/** Streams enough to keep the matrix products large, but none shorter than the reach that its start costs. */
export function layOut(length: number): Layout {
  const streams = Math.max(1, Math.min(STREAMS, Math.floor(length / (2 * REACH))));
  const steps = Math.max(1, Math.min(STEPS, length));
  const perStream = steps * Math.ceil(length / (streams * steps));
  return { streams, steps, perStream };
}

/** Runs one window: stream b reads `steps` characters from position `starts[b]`; outside the text it reads padding. */
export function runWindow(
  program: Program,
  reading: Pick<Reading, 'ids' | 'architecture' | 'parameters'>,
  layout: Window,
  starts: readonly number[],
  state: NetworkState,
) {
  const { ids, architecture, parameters } = reading;
  const windowIds = new Int32Array(layout.steps * layout.streams);
  for (let t = 0; t < layout.steps; t++) {
    for (let b = 0; b < layout.streams; b++) windowIds[t * layout.streams + b] = ids[starts[b]! + t] ?? 0;
  }
  const tensors = listTensors(parameters);
  const named = tensorShapes(architecture).map(({ name }, index) => [name, tensors[index]!.data]);
  return program.run({ ...Object.fromEntries(named), ...stateToInputs(state), ids: windowIds });
}

/** The states in which the pieces start, as far as the REACH characters before each tell. */
async function guessStarts(program: Program, reading: Reading, layout: Layout): Promise<NetworkState> {
  const { architecture } = reading;
  const reach = layout.streams === 1 ? 0 : layout.steps * Math.ceil(REACH / layout.steps);
  const state = zeroState(architecture, layout.streams);
  const pieceStarts = Array.from({ length: layout.streams }, (_, b) => b * layout.perStream);
  let current = state;
  for (let offset = -reach; offset < 0; offset += layout.steps) {
    const starts = pieceStarts.map((start) => start + offset);
    const outputs = await runWindow(program, reading, layout, starts, current);
    current = stateFromOutputs(architecture, outputs);
    // A stream that would start before the text has nothing to remember yet.
    starts.forEach((start, b) => {
      if (start + layout.steps <= 0) copyStream(architecture, state, b, current, b);
    });
  }
  return current;
}

/** Largest difference between where a piece starts and where the one before it ended, relative above 1. */
function largestGap(layout: Layout, length: number, starts: NetworkState, ends: NetworkState): number {
  const pieces = Math.ceil(length / layout.perStream);
  let gap = 0;
  starts.forEach((layer, index) => {
    for (const part of ['h', 'c'] as const) {
      const units = layer[part].length / layout.streams;
      for (let k = units; k < pieces * units; k++) {
        const truth = ends[index]![part][k - units]!;
        gap = Math.max(gap, Math.abs(layer[part][k]! - truth) / Math.max(1, Math.abs(truth)));
      }
    }
  });
  return gap;
}

/** What the window holds of the text. */
function piecesOf(layout: Layout, offset: number, length: number): Piece[] {
  return Array.from({ length: layout.streams }, (_, stream) => {
    const start = stream * layout.perStream + offset;
    return { stream, start, length: Math.max(0, Math.min(layout.steps, length - start)) };
  }).filter((piece) => piece.length > 0);
}

/**
 * Gives out the network's reading of the text, window by window; memory does not grow with the text.
 * @returns how often the text was read until the pieces fitted together
 */
export async function readText(reading: Reading): Promise<{ readings: number }> {
  const { engine, architecture, ids, signals } = reading;
  const layout = layOut(ids.length);
  const guessing = await engine.compile(readingComputation(architecture, layout, false));
  const program = signals ? await engine.compile(readingComputation(architecture, layout, true)) : guessing;
  try {
    let starts = await guessStarts(guessing, reading, layout);
    for (let readings = 1; ; readings++) {
      const ends = await readPieces(program, reading, layout, starts);
      if (largestGap(layout, ids.length, starts, ends) <= TOLERANCE) return { readings };
      starts = followingStarts(architecture, layout, ends);
    }
  } finally {
    await program.dispose();
    if (guessing !== program) await guessing.dispose();
  }
}

/** Each piece starts where the one before it ended. */
function followingStarts(architecture: Architecture, layout: Layout, ends: NetworkState): NetworkState {
  const starts = zeroState(architecture, layout.streams);
  for (let b = 1; b < layout.streams; b++) copyStream(architecture, ends, b - 1, starts, b);
  return starts;
}

async function readPieces(program: Program, reading: Reading, layout: Layout, starts: NetworkState) {
  const { architecture, ids } = reading;
  reading.begin();
  let state = starts;
  for (let offset = 0; offset < layout.perStream; offset += layout.steps) {
    const positions = Array.from({ length: layout.streams }, (_, b) => b * layout.perStream + offset);
    const outputs = await runWindow(program, reading, layout, positions, state);
    state = stateFromOutputs(architecture, outputs);
    await reading.window({ streams: layout.streams, pieces: piecesOf(layout, offset, ids.length), outputs });
  }
  return state;
}
