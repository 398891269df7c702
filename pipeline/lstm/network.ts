// The stacked network over one window of T time steps and B parallel streams, as computations that any engine runs.
// Rows of a window are time-major: row t·B + b is stream b at step t.
import { type Hold, type State, type Step, stepForward } from './cell.ts';
import { endName, memoryName, type Named, outputName, signalName, stateName, type Window } from './names.ts';
import type { Computation, Ops, Shape } from './ops.ts';
import { throughDense } from './output.ts';
import {
  type Architecture,
  assembleParameters,
  type LayerParameters,
  type Parameters,
  readsNumbers,
  tensorShapes,
} from './parameters.ts';

/** What a window reads: the numbers of T·B characters, or T·B rows of numbers. */
export function windowInputs(architecture: Architecture, { steps, streams }: Window): Record<string, Shape> {
  const rows = steps * streams;
  return readsNumbers(architecture)
    ? { values: { rows, columns: architecture.inputs } }
    : { ids: { rows, columns: 1, kind: 'index' } };
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

/** Dropout as in Gal and Ghahramani (2016): one mask a window, the same at each of its steps. */
export function mask<M>(ops: Ops<M>, xs: readonly M[], keep: M | undefined): M[] {
  return keep === undefined ? [...xs] : xs.map((x) => ops.mul(x, keep));
}

/** One direction of a layer: what it reads at each step, [B, 4H], as x·W + b. */
type Project<M> = (layer: LayerParameters<M>) => M[];

/** One direction over the window, in the order in which it reads. */
function readSteps<M>(
  ops: Ops<M>,
  architecture: Architecture,
  layer: LayerParameters<M>,
  projected: readonly M[],
  start: State<M>,
  hold?: Hold<M>,
): Step<M>[] {
  const steps: Step<M>[] = [];
  let state = start;
  for (const addend of projected) {
    const z = ops.matmul(state.h, layer.recurrentKernel, { addend });
    const step = stepForward(ops, z, state, architecture, hold);
    steps.push(step);
    state = step;
  }
  return steps;
}

/**
 * The steps of the direction that reads backwards, in the order of the text. It starts from nothing at the window's
 * end, so the window must be the whole of what there is to read.
 */
function readBackwards<M>(
  ops: Ops<M>,
  architecture: Architecture,
  layer: LayerParameters<M>,
  projected: readonly M[],
  like: State<M>,
): Step<M>[] {
  const zero = ops.mul(like.h, ops.constant(0, 1, 1));
  return readSteps(ops, architecture, layer, projected.toReversed(), { h: zero, c: zero }).reverse();
}

/**
 * How the first layer reads characters: the product of one-hot with a kernel is a row of it.
 * @param whole whether what each character of the vocabulary adds is worked out before any is read, which is the
 *   cheaper way where there are more to read than that; both give the very same numbers
 */
function projectCharacters<M>(ops: Ops<M>, embedding: M | undefined, ids: readonly M[], whole: boolean): Project<M> {
  return ({ kernel, bias }) => {
    const project = (rows: M): M =>
      embedding === undefined ? ops.add(rows, bias) : ops.matmul(rows, kernel, { addend: bias });
    const table = embedding ?? kernel;
    const ready = whole ? project(table) : table;
    return ids.map((column) => {
      const rows = ops.gatherRows(ready, column);
      return whole ? rows : project(rows);
    });
  };
}

function projectRows<M>(ops: Ops<M>, rows: readonly M[]): Project<M> {
  return ({ kernel, bias }) => rows.map((row) => ops.matmul(row, kernel, { addend: bias }));
}

export interface Forward<M> {
  /** [layer][time] */
  readonly steps: Step<M>[][];
  /** The same of the layers that read backwards too; undefined for the others. */
  readonly backwardSteps: (Step<M>[] | undefined)[];
  /** What each layer passes upwards after dropout, [layer][time] */
  readonly passed: M[][];
  /** [T·B, outputs]; undefined where there is no dense layer. */
  readonly output: M | undefined;
}

/**
 * @param inputs what {@link windowInputs} names
 * @param masks of the layers' outputs; fewer where there is no dropout
 * @param holds of the layers' h; fewer where none of a layer's cells is held
 */
export function forward<M>(
  ops: Ops<M>,
  architecture: Architecture,
  parameters: Parameters<M>,
  { steps: T, streams }: Window,
  inputs: Named<M>,
  states: readonly State<M>[],
  masks: readonly (M | undefined)[],
  holds: readonly (Hold<M> | undefined)[] = [],
): Forward<M> {
  const steps: Step<M>[][] = [];
  const backwardSteps: (Step<M>[] | undefined)[] = [];
  const passed: M[][] = [];
  let project = readsNumbers(architecture)
    ? projectRows(ops, ops.splitRows(inputs.values!, T))
    : projectCharacters(ops, parameters.embedding, ops.splitRows(inputs.ids!, T), T * streams > architecture.inputs);
  parameters.layers.forEach((layer, index) => {
    const start = states[index]!;
    const ahead = readSteps(ops, architecture, layer, project(layer), start, holds[index]);
    const backward = parameters.backward[index];
    const behind =
      backward === undefined ? undefined : readBackwards(ops, architecture, backward, project(backward), start);
    steps.push(ahead);
    backwardSteps.push(behind);
    const upwards = mask(ops, bothWays(ops, ahead, behind, 'h'), masks[index]);
    passed.push(upwards);
    project = projectRows(ops, upwards);
  });
  const output = throughDense(ops, architecture, parameters.dense, ops.concatRows(passed.at(-1)!)).at(-1);
  return { steps, backwardSteps, passed, output };
}

/** All six signals of every layer by name, [T·B, units]. */
export function allSignals<M>(ops: Ops<M>, { steps, backwardSteps }: Forward<M>): Record<string, M> {
  return Object.fromEntries(
    steps.flatMap((layer, index) =>
      (['i', 'f', 'g', 'o', 'c', 'h'] as const).map((signal) => [
        signalName(index, signal),
        ops.concatRows(bothWays(ops, layer, backwardSteps[index], signal)),
      ]),
    ),
  );
}

/** A signal at each step, [B, H], or [B, 2H] where the layer reads both ways. */
function bothWays<M>(
  ops: Ops<M>,
  ahead: readonly Step<M>[],
  behind: readonly Step<M>[] | undefined,
  signal: 'i' | 'f' | 'g' | 'o' | 'c' | 'h',
): M[] {
  if (behind === undefined) return ahead.map((step) => step[signal]);
  return ahead.map((step, t) => ops.concatColumns([step[signal], behind[t]![signal]]));
}

export function endStates<M>(steps: readonly Step<M>[][]): Record<string, M> {
  return Object.fromEntries(
    steps.flatMap((layer, index) => [
      [endName(index, 'h'), layer.at(-1)!.h],
      [endName(index, 'c'), layer.at(-1)!.c],
    ]),
  );
}

function memories<M>(ops: Ops<M>, steps: readonly Step<M>[][]): Record<string, M> {
  return Object.fromEntries(
    steps.map((layer, index) => [
      memoryName(index),
      layer.map(({ f }) => f).reduce((product, f) => ops.mul(product, f)),
    ]),
  );
}

/**
 * Reads a window. Inputs: the parameters, the states at its start, and `ids` [T·B] or `values` [T·B, inputs]. Outputs:
 * what {@link outputName} names, the states at its end, what each cell keeps of its c and, where `signals` is set, all
 * six signals of every layer, [T·B, units]; those of the direction that reads backwards follow, in the same rows.
 */
export function readingComputation(architecture: Architecture, window: Window, signals: boolean): Computation {
  const parameters = tensorShapes(architecture).map(({ name, rows, columns }) => [name, { rows, columns }]);
  const states = architecture.units.flatMap((columns, layer) =>
    (['h', 'c'] as const).map((part) => [stateName(layer, part), { rows: window.streams, columns }]),
  );
  return {
    inputs: { ...Object.fromEntries([...parameters, ...states]), ...windowInputs(architecture, window) },
    body<M>(ops: Ops<M>, inputs: Named<M>): Record<string, M> {
      const parameters = namedParameters(architecture, inputs);
      const states = namedStates(architecture, inputs);
      const read = forward(ops, architecture, parameters, window, inputs, states, []);
      const prediction = read.output === undefined ? {} : { [outputName(architecture)]: read.output };
      const traced = signals ? allSignals(ops, read) : {};
      return { ...prediction, ...endStates(read.steps), ...memories(ops, read.steps), ...traced };
    },
  };
}
