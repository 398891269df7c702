// The stacked network over one window of T time steps and B parallel streams, as computations that any engine runs.
// Rows of a window are time-major: row t·B + b is stream b at step t.
import { type Below, readInput, readRows } from './below.ts';
import { type CellFunctions, type Hold, type State, stepForward } from './cell.ts';
import { readGruWindow } from './gru-network.ts';
import { endName, memoryName, type Named, outputName, signalName, stateName, type Window } from './names.ts';
import type { Computation, Ops, Shape } from './ops.ts';
import { throughDense } from './output.ts';
import {
  type Architecture,
  assembleParameters,
  isGruNetwork,
  type LayerParameters,
  type Parameters,
  readsNumbers,
  tensorShapes,
} from './parameters.ts';
import { statePartsOf } from './state.ts';

/** What a window reads: the numbers of T·B characters, or T·B rows of numbers. */
export function windowInputs(architecture: Architecture, { steps, streams }: Window): Record<string, Shape> {
  const rows = steps * streams;
  return readsNumbers(architecture)
    ? { values: { rows, columns: architecture.inputs } }
    : { ids: { rows, columns: 1, kind: 'index' } };
}

/** Everything that the reading of a window takes: parameters, states at its start, and what it reads. */
export function readingInputs(architecture: Architecture, window: Window): Record<string, Shape> {
  const parameters = tensorShapes(architecture).map(({ name, rows, columns }) => [name, { rows, columns }]);
  const states = architecture.units.flatMap((columns, layer) =>
    statePartsOf(architecture).map((part) => [stateName(layer, part), { rows: window.streams, columns }]),
  );
  return { ...Object.fromEntries([...parameters, ...states]), ...windowInputs(architecture, window) };
}

export function namedParameters<M>(architecture: Architecture, inputs: Named<M>): Parameters<M> {
  const tensors = tensorShapes(architecture).map(({ name }) => inputs[name]!);
  return assembleParameters(architecture, tensors);
}

export function namedStates<M>(architecture: Architecture, inputs: Named<M>): State<M>[] {
  return architecture.units.map((_, layer) => ({
    h: inputs[stateName(layer, 'h')]!,
    c: inputs[stateName(layer, 'c')]!,
  }));
}

const SIGNALS = ['i', 'f', 'g', 'o', 'c', 'h'] as const;
type Signal = (typeof SIGNALS)[number];

/** One direction of a layer over a window: all that its steps computed, each [T·B, H], and between which states. */
export interface LayerRead<M> extends Readonly<Record<Signal | 'activatedC', M>> {
  /** What it passes upwards, h after dropout, [T·B, H]. */
  readonly passed: M;
  readonly start: State<M>;
  readonly end: State<M>;
  /** The product of all its forget gates, [B, H]; undefined unless it was asked for. */
  readonly memory: M | undefined;
}

/** What else is done to what a layer's cells show. */
interface Shown<M> {
  /** Of h on its way upwards, [B, H]. Dropout as in Gal and Ghahramani (2016): the same at each step of a window. */
  readonly mask?: M | undefined;
  readonly hold?: Hold<M> | undefined;
}

/** One direction of a layer. */
function readLayer<M>(
  ops: Ops<M>,
  functions: CellFunctions,
  { recurrentKernel }: LayerParameters<M>,
  { read, project }: Below<M>,
  start: State<M>,
  { mask, hold, steps, reversed, ones }: Shown<M> & { steps: number; reversed?: boolean; ones?: M | undefined },
): LayerRead<M> {
  const { states, outputs } = ops.loop({
    steps,
    states: [start.h, start.c, ...(ones === undefined ? [] : [ones])],
    slices: [read],
    reversed: reversed === true,
    step([h, c, memory], [slice]) {
      const z = ops.matmul(h!, recurrentKernel, { addend: project(slice!) });
      const step = stepForward(ops, z, { h: h!, c: c! }, functions, hold);
      const { i, f, g, o, activatedC } = step;
      return {
        states: [step.h, step.c, ...(memory === undefined ? [] : [ops.mul(memory, f)])],
        outputs: [i, f, g, o, step.c, step.h, activatedC, ...(mask === undefined ? [] : [ops.mul(step.h, mask)])],
      };
    },
  });
  const [endH, endC, memory] = states as [M, M, M?];
  const [i, f, g, o, c, h, activatedC, passed = h] = outputs as [M, M, M, M, M, M, M, M?];
  return { i, f, g, o, c, h, activatedC, passed, start, end: { h: endH, c: endC }, memory };
}

export interface Forward<M> {
  readonly layers: LayerRead<M>[];
  /** The same of the layers that read backwards too; undefined for the others. */
  readonly backward: (LayerRead<M> | undefined)[];
  /** What the last layer passes upwards, [T·B, H]. */
  readonly top: M;
  /** [T·B, outputs]; undefined where there is no dense layer. */
  readonly output: M | undefined;
}

/**
 * @param inputs what {@link windowInputs} names
 * @param shown of each layer; fewer where nothing is done to what it shows
 * @param memories whether the products of the forget gates are wanted
 * @param whole see {@link readRows}
 */
export function forward<M>(
  ops: Ops<M>,
  architecture: Architecture,
  parameters: Parameters<M>,
  { steps, streams }: Window,
  inputs: Named<M>,
  states: readonly State<M>[],
  shown: readonly Shown<M>[] = [],
  { memories = false, whole = false }: { readonly memories?: boolean; readonly whole?: boolean } = {},
): Forward<M> {
  const layers: LayerRead<M>[] = [];
  const backward: (LayerRead<M> | undefined)[] = [];
  let below = readInput(ops, architecture, parameters, { steps, streams }, inputs, whole);
  let top: M | undefined;
  parameters.layers.forEach((layer, index) => {
    const units = architecture.units[index]!;
    const ones = memories ? ops.constant(1, streams, units) : undefined;
    const ahead = readLayer(ops, architecture, layer, below(layer), states[index]!, { ...shown[index], steps, ones });
    layers.push(ahead);
    const behind = parameters.backward[index];
    if (behind === undefined) backward.push(undefined);
    else {
      // It starts from nothing at the window's end, so the window must be the whole of what there is to read.
      const zero = ops.constant(0, streams, units);
      const start = { h: zero, c: zero };
      backward.push(readLayer(ops, architecture, behind, below(behind), start, { steps, reversed: true }));
    }
    top = bothWays(ops, ahead, backward[index], 'passed');
    below = readRows(ops, top, whole);
  });
  return { layers, backward, top: top!, output: throughDense(ops, architecture, parameters.dense, top!).at(-1) };
}

/** All six signals of every layer by name, [T·B, units]. */
export function allSignals<M>(ops: Ops<M>, { layers, backward }: Forward<M>): Record<string, M> {
  return Object.fromEntries(
    layers.flatMap((layer, index) =>
      SIGNALS.map((signal) => [signalName(index, signal), bothWays(ops, layer, backward[index], signal)]),
    ),
  );
}

/** [T·B, H], or [T·B, 2H] where the layer reads both ways. */
function bothWays<M>(ops: Ops<M>, ahead: LayerRead<M>, behind: LayerRead<M> | undefined, part: Signal | 'passed'): M {
  return behind === undefined ? ahead[part] : ops.concatColumns([ahead[part], behind[part]]);
}

export function endStates<M>(layers: readonly LayerRead<M>[]): Record<string, M> {
  return Object.fromEntries(
    layers.flatMap(({ end }, index) => [
      [endName(index, 'h'), end.h],
      [endName(index, 'c'), end.c],
    ]),
  );
}

/**
 * Reads a window. Inputs: the parameters, the states at its start, and `ids` [T·B] or `values` [T·B, inputs]. Outputs:
 * what {@link outputName} names, the states at its end, what each cell keeps of its c (of its h where it is a GRU's) and,
 * where `signals` is set, all signals of every layer, [T·B, units]; those of the direction that reads backwards follow, in
 * the same rows.
 */
export function readingComputation(architecture: Architecture, window: Window, signals: boolean): Computation {
  return {
    inputs: readingInputs(architecture, window),
    body<M>(ops: Ops<M>, inputs: Named<M>): Record<string, M> {
      const parameters = namedParameters(architecture, inputs);
      if (isGruNetwork(architecture)) return readGruWindow(ops, architecture, parameters, window, inputs, signals);
      const states = namedStates(architecture, inputs);
      const read = forward(ops, architecture, parameters, window, inputs, states, [], { memories: true });
      const prediction = read.output === undefined ? {} : { [outputName(architecture)]: read.output };
      const memories = Object.fromEntries(read.layers.map(({ memory }, layer) => [memoryName(layer), memory!]));
      const traced = signals ? allSignals(ops, read) : {};
      return { ...prediction, ...endStates(read.layers), ...memories, ...traced };
    },
  };
}
