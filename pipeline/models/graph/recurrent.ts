// A recurrent layer of a graph on one sequence: what each direction reads, in its order and without the steps that are
// skipped, goes through the same mathematics as any network of one layer.
import { InputError } from '../../base/errors.ts';
import type { Signal } from '../../base/signals.ts';
import type { Engine } from '../../engines/engine.ts';
import type { Value } from '../../engines/index.ts';
import type { Architecture } from '../../lstm/parameters.ts';
import { type LayerState, zeroState } from '../../lstm/state.ts';
import { carriedReader } from '../../trace/carried.ts';
import { numberSequence } from '../../trace/targets.ts';
import { gruReader } from './gru-reader.ts';
import {
  type Direction,
  type LstmDirection,
  type RecurrentNode,
  type RecurrentOutput,
  signalsOfNode,
} from './model.ts';

/** What a layer did at each step, in the order of its input; of a single direction that reads backwards in its own order. */
export interface RecurrentRun {
  readonly steps: number;
  /** [steps, units of all directions], row-major, of each signal that the layer's cells have. */
  readonly signals: SignalValues;
  /**
   * Whether a step was skipped: c and h are what they were, with nothing let in (i = 0) and nothing lost (f = 1); of a
   * GRU all of h is kept (z = 1).
   */
  readonly skipped: readonly boolean[];
}

/** Those of an LSTM's cells, or those of a GRU's. */
type SignalValues = Readonly<Partial<Record<Signal, Float32Array>>>;

/** A layer's directions, made ready. */
export interface RecurrentProgram {
  /**
   * @param values by name, all that the node reads
   * @param states in which each direction starts, where the node names no value for it
   */
  run(values: ReadonlyMap<string, Value>, states?: readonly LayerState[]): Promise<Ran>;
  dispose(): Promise<void>;
}

export interface Ran {
  readonly run: RecurrentRun;
  readonly outputs: ReadonlyMap<string, Value>;
  /** Of each direction, at the end of what it read; c is empty where the cells have none. */
  readonly states: readonly LayerState[];
}

const architectureOf = ({ parameters, cellActivation, recurrentActivation }: LstmDirection): Architecture => ({
  reads: 'numbers',
  inputs: parameters.kernel.rows,
  units: [parameters.recurrentKernel.rows],
  outputs: 0,
  cellActivation,
  recurrentActivation,
});

/** One direction, whatever its cells are. */
interface DirectionReader {
  readonly zero: LayerState;
  /** @param rows [steps, inputs], row-major; `visit` is given consecutive steps, first to last */
  read(
    rows: Float32Array,
    start: LayerState,
    visit: (part: { readonly start: number; readonly steps: number; readonly signals: SignalValues }) => void,
  ): Promise<LayerState>;
  dispose(): Promise<void>;
}

function readerOf(direction: Direction, engine: Engine): DirectionReader {
  if (direction.cell === 'gru') {
    const { read, dispose } = gruReader(engine, direction);
    const c = new Float32Array();
    const zero = { h: new Float32Array(direction.parameters.recurrentKernel.rows), c };
    return { zero, dispose, read: async (rows, { h }, visit) => ({ h: await read(rows, h, visit), c }) };
  }
  const architecture = architectureOf(direction);
  const parameters = { layers: [direction.parameters], backward: [undefined], dense: [] };
  const { read, dispose } = carriedReader(engine, architecture, parameters);
  return {
    zero: zeroState(architecture, 1)[0]!,
    dispose,
    async read(rows, start, visit) {
      const [end] = await read(numberSequence(rows, architecture.inputs), [start], ({ layers: [signals], ...part }) =>
        visit({ ...part, signals: signals! }),
      );
      return end!;
    },
  };
}

export function openRecurrent(node: RecurrentNode, engine: Engine): RecurrentProgram {
  const readers = node.directions.map((direction) => readerOf(direction, engine));
  return {
    async run(values, states) {
      const input = values.get(node.input)!;
      const width = node.directions[0]!.parameters.kernel.rows;
      const steps = stepsOf(node, input, width);
      const numbers = Float32Array.from(input.data, Number);
      const read = stepsRead(node, values, steps);
      const ways: Way[] = [];
      for (const [k, direction] of node.directions.entries()) {
        const reader = readers[k]!;
        const start = startOf(direction, values, states?.[k] ?? reader.zero);
        const order = direction.backwards ? read.toReversed() : read;
        const way = await readWay(reader, signalsOfNode(node), order, numbers, width, steps, start);
        fillSkipped(way, direction.backwards ? 'backwards' : 'forwards', read, steps, start);
        ways.push(way);
      }
      return assemble(node, ways, steps, read);
    },
    async dispose() {
      for (const reader of readers) await reader.dispose();
    },
  };
}

function stepsOf({ name, batchSide }: RecurrentNode, { dims }: Value, width: number): number {
  if (dims.at(-1) !== width) {
    throw new InputError(
      `The layer "${name}" is given ${dims.at(-1) ?? 0} numbers a step, where its kernel weighs ${width}.`,
      {},
      'Give the model as many numbers a step as it was made for; if it was, its file is damaged.',
    );
  }
  const sequences = dims[batchSide] ?? 1;
  if (sequences !== 1) {
    const fix = 'Open another of its layers with --layer; `weights` shows those of all.';
    throw new InputError(
      `The layer "${name}" reads ${sequences} sequences side by side, and one at a time is what is supported.`,
      {},
      fix,
    );
  }
  return dims.slice(0, -1).reduce((product, side) => product * side, 1);
}

/** The steps that are not skipped, first to last. */
function stepsRead(node: RecurrentNode, values: ReadonlyMap<string, Value>, steps: number): number[] {
  const mask = node.mask === undefined ? undefined : values.get(node.mask)!.data;
  const length = node.length === undefined ? steps : Number(values.get(node.length)!.data[0]);
  const all = Array.from({ length: Math.min(steps, length) }, (_, step) => step);
  return mask === undefined ? all : all.filter((step) => Number(mask[step]) !== 0);
}

function startOf({ initial }: Direction, values: ReadonlyMap<string, Value>, state: LayerState): LayerState {
  const named = (name: string | undefined, otherwise: Float32Array) =>
    name === undefined ? otherwise : Float32Array.from(values.get(name)!.data, Number);
  return { h: named(initial?.h, state.h), c: named(initial?.c, state.c) };
}

/** One direction's reading, [steps of the input, units], with the steps that it skipped filled in. */
interface Way {
  readonly units: number;
  readonly signals: SignalValues;
  readonly end: LayerState;
}

/** @param order the steps that it reads, first to last */
async function readWay(
  reader: DirectionReader,
  names: readonly Signal[],
  order: readonly number[],
  numbers: Float32Array,
  width: number,
  steps: number,
  start: LayerState,
): Promise<Way> {
  const units = start.h.length;
  const rows = new Float32Array(order.length * width);
  for (const [k, step] of order.entries()) rows.set(numbers.subarray(step * width, (step + 1) * width), k * width);
  const signals = new Map(names.map((signal) => [signal, new Float32Array(steps * units)]));
  const end = await reader.read(rows, start, (part) => {
    for (const [signal, target] of signals) {
      const values = part.signals[signal]!;
      for (let k = 0; k < part.steps; k++) {
        target.set(values.subarray(k * units, (k + 1) * units), order[part.start + k]! * units);
      }
    }
  });
  return { units, signals: Object.fromEntries(signals), end };
}

/**
 * A step that is skipped keeps the state: nothing is let in (i = 0, g = 0), nothing is lost (f = 1), and what is given
 * out is what was given out before, by the same output gate; before the first step that is read that is nothing.
 */
function fillSkipped(
  { signals, units }: Way,
  reads: 'forwards' | 'backwards',
  read: readonly number[],
  steps: number,
  start: LayerState,
): void {
  if (read.length === steps) return;
  const isRead = new Set(read);
  const all = Array.from({ length: steps }, (_, step) => step);
  const rowOf = (values: Float32Array, step: number) => values.subarray(step * units, (step + 1) * units);
  const nothing = { o: new Float32Array(units), c: start.c, h: new Float32Array(units) };
  const isThere = (signal: Signal) => signals[signal] !== undefined;
  const repeated = (['o', 'c', 'h'] as const).filter(isThere);
  const keeps = (['f', 'z'] as const).filter(isThere);
  let before: number | undefined;
  for (const step of reads === 'backwards' ? all.reverse() : all) {
    if (!isRead.has(step)) {
      for (const signal of repeated) {
        const values = signals[signal]!;
        values.set(before === undefined ? nothing[signal] : rowOf(values, before), step * units);
      }
      for (const signal of keeps) rowOf(signals[signal]!, step).fill(1);
    }
    if (isRead.has(step) || before !== undefined) before = step;
  }
}

function assemble(node: RecurrentNode, ways: readonly Way[], steps: number, read: readonly number[]): Ran {
  const asRead = node.givesAsRead === true && node.directions[0]!.backwards;
  const isRead = new Set(read);
  const ordered = (values: Float32Array, units: number) => (asRead ? reversedRows(values, units) : values);
  const skipped = Array.from({ length: steps }, (_, step) => !isRead.has(step));
  const signals: SignalValues = Object.fromEntries(
    signalsOfNode(node).map((signal) => {
      const parts = ways.map(({ signals: own, units }) => ({ values: ordered(own[signal]!, units), units }));
      return [signal, sideBySide(parts, steps)];
    }),
  );
  const outputs = node.outputs.map((output): [string, Value] => {
    const data = outputOf(node, output, ways, { steps, isRead, ordered });
    const dims = output.sides.map((side) => (side === 'steps' ? steps : side));
    return [output.name, { type: 'float32', dims, data }];
  });
  return {
    run: { steps, signals, skipped: asRead ? skipped.reverse() : skipped },
    outputs: new Map(outputs),
    states: ways.map(({ end }) => end),
  };
}

interface Order {
  readonly steps: number;
  readonly isRead: ReadonlySet<number>;
  ordered(values: Float32Array, units: number): Float32Array;
}

function outputOf(
  node: RecurrentNode,
  { of, direction }: RecurrentOutput,
  ways: readonly Way[],
  { steps, isRead, ordered }: Order,
): Float32Array {
  const chosen = direction === undefined ? ways : [ways[direction]!];
  if (of === 'h' || of === 'c') return Float32Array.from(chosen.flatMap(({ end }) => [...end[of]]));
  const sequences = chosen.map(({ signals, units, end }) => {
    if (of === 'last') return { values: lastOf(signals.h!, units, steps, isRead, end), units };
    const values =
      node.skipped === 'zeros' ? signals.h!.map((h, k) => (isRead.has(Math.floor(k / units)) ? h : 0)) : signals.h!;
    return { values: ordered(values, units), units };
  });
  const [first, second] = sequences;
  if (second === undefined) return first!.values;
  if (node.merge === 'concat') return sideBySide(sequences, of === 'last' ? 1 : steps);
  const both = {
    sum: (a: number, b: number) => a + b,
    mul: (a: number, b: number) => a * b,
    ave: (a: number, b: number) => (a + b) / 2,
  };
  const merge = both[node.merge];
  return first!.values.map((value, k) => merge(value, second.values[k]!));
}

/** What a direction gives out last: its h at the end, or nothing where it has read nothing. */
function lastOf(h: Float32Array, units: number, steps: number, isRead: ReadonlySet<number>, end: LayerState) {
  if (isRead.size > 0) return end.h;
  return steps === 0 ? new Float32Array(units) : h.slice(0, units);
}

function sideBySide(parts: readonly { readonly values: Float32Array; readonly units: number }[], steps: number) {
  const width = parts.reduce((sum, { units }) => sum + units, 0);
  if (parts.length === 1) return parts[0]!.values;
  const data = new Float32Array(steps * width);
  let column = 0;
  for (const { values, units } of parts) {
    for (let t = 0; t < steps; t++) data.set(values.subarray(t * units, (t + 1) * units), t * width + column);
    column += units;
  }
  return data;
}

function reversedRows(values: Float32Array, units: number): Float32Array {
  const steps = values.length / units;
  const data = new Float32Array(values.length);
  for (let t = 0; t < steps; t++) data.set(values.subarray(t * units, (t + 1) * units), (steps - 1 - t) * units);
  return data;
}
