// A text cut into segments that are read side by side, and the states in which they must start so that together they
// give the same values as one pass from the beginning.
//
// A segment starts in the state in which the segment before it ends. So all are read from a first guess, and then again,
// each from where the one before it ended, until nothing changes. A network that forgets within a segment is there at
// once. But some cells keep their c for thousands of characters, and would need as many readings as that is segments.
// For those the forget gates tell how much of a change at a segment's start is left at its end, c' = f∘c + i∘g, and so the
// change is handed on through all the segments at once: Newton's method along the text, with the forget gates' product
// for a Jacobian (Lions, Maday and Turinici 2001 for iterations that are parallel in time).
import type { Rounds } from '../base/progress.ts';
import type { Engine, Program } from '../engines/engine.ts';
import { memoryName, type Window } from '../lstm/names.ts';
import { readingComputation } from '../lstm/network.ts';
import { type Architecture, isGruNetwork, namedValues, type Parameters } from '../lstm/parameters.ts';
import { copyStream, type NetworkState, stateFromOutputs, stateToInputs, zeroState } from '../lstm/state.ts';
import { watchOverflows } from './overflow.ts';
import type { Sequence } from './targets.ts';

/** `streams` segments of `perStream` characters, a multiple of `steps`; the last ones are shorter or empty. */
export interface Layout extends Window {
  readonly perStream: number;
}

const STEPS = 50;
/** So many segments fill a processor; more only give more machines something to do. */
const STREAMS = 64;
/** A shorter segment costs more to start than it saves. */
const SHORTEST_PIECE = 1000;
/** A longer one is more than a machine among many should have to read at least. */
const LONGEST_PIECE = 2 ** 17;
/** Rows of a window, whose signals are in memory at once. */
const ROWS = STEPS * STREAMS;

/** Characters at the end of each segment that are read first: enough for a network that forgets, and for most cells. */
const RUN_UP = 500;
/** How far values may lie apart, relative above 1, and still differ by no more than a long sum's rounding. */
export const ROUNDED = 1e-3;

/**
 * How a text of `length` characters is cut: into 64 segments, fewer where it is short, and as many more as it takes where they
 * would be too long. All are read side by side in any case, so that the first window comes from all over the text.
 */
export function layOut(length: number): Layout {
  const most = Math.max(STREAMS, Math.ceil(length / LONGEST_PIECE));
  const streams = Math.max(1, Math.min(most, Math.floor(length / SHORTEST_PIECE)));
  const steps = Math.max(1, Math.min(STEPS, length, Math.floor(ROWS / streams)));
  const perStream = steps * Math.ceil(length / (streams * steps));
  return { streams, steps, perStream };
}

export interface Network {
  readonly architecture: Architecture;
  readonly parameters: Parameters;
  readonly sequence: Sequence;
}

/** The program that reads windows with this network's weights. */
export function compileReading(
  engine: Engine,
  network: Omit<Network, 'sequence'>,
  window: Window,
  signals: boolean,
): Promise<Program> {
  const { architecture, parameters } = network;
  return engine.compile(readingComputation(architecture, window, signals), namedValues(architecture, parameters));
}

/** A network without its output layers, for readings of which only the cells are wanted: of many words these take most of the time. */
export function withoutOutputs({ architecture, parameters }: Omit<Network, 'sequence'>): Omit<Network, 'sequence'> {
  return { architecture: { ...architecture, outputs: 0 }, parameters: { ...parameters, dense: [] } };
}

/** Such programs for windows of any number of steps, each compiled when it is first asked for. */
export function readingPrograms(engine: Engine, network: Omit<Network, 'sequence'>, streams: number, signals: boolean) {
  const programs = new Map<number, Promise<Program>>();
  return {
    programFor(steps: number): Promise<Program> {
      const program = programs.get(steps) ?? compileReading(engine, network, { steps, streams }, signals);
      programs.set(steps, program);
      return program;
    },
    async dispose(): Promise<void> {
      for (const program of programs.values()) await (await program).dispose();
    },
  };
}

/** The states of some streams, in the first layers of which there are as many as the architecture has. */
export function pickStreams(
  architecture: Architecture,
  states: NetworkState,
  streams: readonly number[],
): NetworkState {
  const picked = zeroState(architecture, streams.length);
  for (const [to, stream] of streams.entries()) copyStream(architecture, states, stream, picked, to);
  return picked;
}

/** Runs one window: stream b reads `steps` characters from position `starts[b]`; outside the text it reads padding. */
export function runWindow(
  program: Program,
  sequence: Sequence,
  window: Window,
  starts: readonly number[],
  state: NetworkState,
) {
  return program.run({ ...stateToInputs(state), ...sequence.inputs(starts, window) });
}

/** What a reading of all the segments leaves at their ends. */
export interface Ends {
  readonly state: NetworkState;
  /** For each layer the share of every c (h of a GRU) at a segment's start that is left at its end, [streams, units]. */
  readonly memory: readonly Float32Array[];
}

export type WindowOutputs = Awaited<ReturnType<Program['run']>>;

/**
 * Reads all the segments from `starts`, and hands each window's outputs to `visit` with its offset in the segments.
 * @param from the offset in the segments at which the reading begins, a multiple of the steps
 * @param watched whether the first of them starts where it must, and the others follow it in the text
 * @throws InputError where the network's state overflows on the text; not where it does from a wrong guess of a start
 */
export async function readSegments(
  program: Program,
  network: Network,
  layout: Layout,
  starts: NetworkState,
  visit: (outputs: WindowOutputs, offset: number) => void | Promise<void>,
  from = 0,
  watched = from === 0,
): Promise<Ends> {
  const { architecture, sequence } = network;
  const memory = architecture.units.map((units) => new Float32Array(layout.streams * units).fill(1));
  // Where only the segments' ends are read, all of them start from a guess, and what overflows proves nothing.
  const watch = watched ? watchOverflows(architecture, layout, sequence.length) : undefined;
  let state = starts;
  for (let offset = from; offset < layout.perStream; offset += layout.steps) {
    const positions = Array.from({ length: layout.streams }, (_, b) => b * layout.perStream + offset);
    const outputs = await runWindow(program, sequence, layout, positions, state);
    state = stateFromOutputs(architecture, outputs);
    memory.forEach((kept, layer) => {
      const window = outputs[memoryName(layer)]!;
      for (let k = 0; k < kept.length; k++) kept[k]! *= window[k]!;
    });
    // Before the visit: nobody need make sense of what overflows.
    watch?.window(outputs, state, offset);
    await visit(outputs, offset);
  }
  watch?.finish((end) => largestGap(layout, end * layout.perStream, starts, state) <= ROUNDED);
  return { state, memory };
}

/**
 * Each segment starts where the one before it ended, corrected for the change at that one's own start.
 * @param length of the text: what becomes of the streams beyond it is no matter
 * @returns the next guess, and the largest correction in it of what was simply handed on, relative above 1
 */
export function nextStarts(
  architecture: Architecture,
  layout: Layout,
  length: number,
  starts: NetworkState,
  ends: Ends,
): { starts: NetworkState; correction: number } {
  const segments = segmentsOf(layout, length);
  const next = zeroState(architecture, layout.streams);
  for (let b = 1; b < layout.streams; b++) copyStream(architecture, ends.state, b - 1, next, b);
  let correction = 0;
  // What a cell keeps from step to step: by its forget gate c, or by the z of a GRU h.
  const part = isGruNetwork(architecture) ? 'h' : 'c';
  architecture.units.forEach((units, layer) => {
    const c = next[layer]![part];
    for (let k = units; k < c.length; k++) {
      const before = k - units;
      const change = ends.memory[layer]![before]! * (c[before]! - starts[layer]![part][before]!);
      c[k]! += change;
      if (k >= segments * units) continue;
      correction = Math.max(correction, Math.abs(change) / Math.max(1, Math.abs(c[k]!)));
    }
  });
  return { starts: next, correction };
}

/** How many of the streams begin in the text. */
export const segmentsOf = ({ perStream }: Layout, length: number): number => Math.ceil(length / perStream);

/** Characters of each segment that are read first, in whole windows; none where a segment is hardly longer. */
export function runUpOf({ steps, perStream }: Layout): number {
  const runUp = steps * Math.ceil(RUN_UP / steps);
  return runUp < perStream ? runUp : 0;
}

/**
 * What a reading of a text counts: the characters of a text that is one segment; else a run-up first and then the whole
 * text, as often as it takes until the segments join.
 * @param starts where the segments start, if that is known: no run-up is read then
 */
export function charactersToRead(length: number, starts?: NetworkState): number | Rounds {
  const layout = layOut(length);
  if (layout.streams === 1) return length;
  const { perStream, streams } = layout;
  const runUp = runUpOf(layout);
  if (starts !== undefined || runUp === 0) return { first: length, later: length };
  let first = 0;
  for (let b = 0; b < streams; b++) {
    first += Math.max(0, Math.min(runUp, length - ((b + 1) * perStream - runUp)));
  }
  return { first, later: length };
}

/**
 * Largest difference between where a segment starts and where the one before it ended, relative above 1; infinite where
 * one of them is no finite number.
 */
export function largestGap(layout: Layout, length: number, starts: NetworkState, ends: NetworkState): number {
  const segments = segmentsOf(layout, length);
  let gap = 0;
  starts.forEach((layer, index) => {
    for (const part of ['h', 'c'] as const) {
      const units = layer[part].length / layout.streams;
      for (let k = units; k < segments * units; k++) {
        const truth = ends[index]![part][k - units]!;
        const apart = Math.abs(layer[part][k]! - truth) / Math.max(1, Math.abs(truth));
        gap = Math.max(gap, Number.isFinite(apart) ? apart : Number.POSITIVE_INFINITY);
      }
    }
  });
  return gap;
}
