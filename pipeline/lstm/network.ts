// The stacked network over one window of T time steps and B parallel streams, as computations that any engine runs.
// Rows of a window are time-major: row t·B + b is stream b at step t.
import { type State, type Step, stepForward } from './cell.ts';
import type { Computation, Ops, Shape } from './ops.ts';
import {
  type Architecture,
  assembleParameters,
  type LayerParameters,
  type Parameters,
  tensorShapes,
} from './parameters.ts';

/** Time steps and parallel streams of a window. */
export interface Window {
  readonly steps: number;
  readonly streams: number;
}

/** Matrices by name. */
export type Named<M> = Readonly<Record<string, M>>;

/** Name of the state that layer `layer` (from 0) starts a window with. */
export const stateName = (layer: number, part: 'h' | 'c') => `layer${layer + 1}.${part}0`;
/** Name of the state that it ends the window with. */
export const endName = (layer: number, part: 'h' | 'c') => `layer${layer + 1}.${part}T`;
/** Name of what is left at the window's end of the c at its start: the product of all forget gates, [B, H]. */
export const memoryName = (layer: number) => `layer${layer + 1}.memory`;
/** Name of its dropout mask, [B, H]: 0, or 1 / (1 − rate). */
export const maskName = (layer: number) => `layer${layer + 1}.mask`;
/** Name of a signal of it over the window, [T·B, H]. */
export const signalName = (layer: number, signal: string) => `layer${layer + 1}.${signal}`;
/** Name of the gradient by a tensor. */
export const gradientName = (tensor: string) => `${tensor}.gradient`;

function parameterInputs(architecture: Architecture): Record<string, Shape> {
  return Object.fromEntries(tensorShapes(architecture).map(({ name, rows, columns }) => [name, { rows, columns }]));
}

function stateInputs(architecture: Architecture, streams: number): Record<string, Shape> {
  return Object.fromEntries(
    architecture.units.flatMap((units, layer) => [
      [stateName(layer, 'h'), { rows: streams, columns: units }],
      [stateName(layer, 'c'), { rows: streams, columns: units }],
    ]),
  );
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

/**
 * One layer over the window.
 * @param projected x·W + b at each step, [B, 4H]
 */
function layerForward<M>(
  ops: Ops<M>,
  architecture: Architecture,
  layer: LayerParameters<M>,
  projected: readonly M[],
  start: State<M>,
): Step<M>[] {
  const steps: Step<M>[] = [];
  let state = start;
  for (const addend of projected) {
    const z = ops.matmul(state.h, layer.recurrentKernel, { addend });
    const step = stepForward(ops, z, state, architecture.recurrentActivation);
    steps.push(step);
    state = step;
  }
  return steps;
}

export interface Forward<M> {
  /** [layer][time] */
  readonly steps: Step<M>[][];
  /** What each layer passes upwards after dropout, [layer][time] */
  readonly passed: M[][];
  readonly logProbabilities: M; // [T·B, outputs]
}

export function forward<M>(
  ops: Ops<M>,
  architecture: Architecture,
  parameters: Parameters<M>,
  ids: readonly M[],
  states: readonly State<M>[],
  masks: readonly (M | undefined)[],
): Forward<M> {
  const steps: Step<M>[][] = [];
  const passed: M[][] = [];
  parameters.layers.forEach((layer, index) => {
    // The first layer's input is one-hot: its product with the kernel is a row of it.
    const table = index === 0 ? ops.add(layer.kernel, layer.bias) : undefined;
    const projected =
      table === undefined
        ? passed[index - 1]!.map((x) => ops.matmul(x, layer.kernel, { addend: layer.bias }))
        : ids.map((column) => ops.gatherRows(table, column));
    const layerSteps = layerForward(ops, architecture, layer, projected, states[index]!);
    steps.push(layerSteps);
    passed.push(
      mask(
        ops,
        layerSteps.map((step) => step.h),
        masks[index],
      ),
    );
  });
  const { kernel, bias } = parameters.dense;
  const logits = ops.matmul(ops.concatRows(passed.at(-1)!), kernel, { addend: bias });
  return { steps, passed, logProbabilities: ops.logSoftmax(logits) };
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
 * Reads a window. Inputs: the parameters, the states at its start, `ids` [T·B]. Outputs: `logProbabilities`
 * [T·B, outputs] in nats, the states at its end, what each cell keeps of its c and, where `signals` is set, all six
 * signals of every layer.
 */
export function readingComputation(architecture: Architecture, window: Window, signals: boolean): Computation {
  const { steps: T, streams: B } = window;
  return {
    inputs: {
      ...parameterInputs(architecture),
      ...stateInputs(architecture, B),
      ids: { rows: T * B, columns: 1, kind: 'index' },
    },
    body<M>(ops: Ops<M>, inputs: Named<M>): Record<string, M> {
      const parameters = namedParameters(architecture, inputs);
      const states = namedStates(architecture, inputs);
      const ids = ops.splitRows(inputs.ids!, T);
      const { steps, logProbabilities } = forward(ops, architecture, parameters, ids, states, []);
      const traced = signals
        ? steps.flatMap((layer, index) =>
            (['i', 'f', 'g', 'o', 'c', 'h'] as const).map((signal) => [
              signalName(index, signal),
              ops.concatRows(layer.map((step) => step[signal])),
            ]),
          )
        : [];
      return { logProbabilities, ...endStates(steps), ...memories(ops, steps), ...Object.fromEntries(traced) };
    },
  };
}
