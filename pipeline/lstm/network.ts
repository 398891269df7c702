// The stacked network over one window of T time steps and B parallel streams, as computations that any engine runs.
// Rows of a window are time-major: row t·B + b is stream b at step t.
import { type State, type Step, stepBackward, stepForward } from './cell.ts';
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

type Named<M> = Readonly<Record<string, M>>;

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

function namedParameters<M>(architecture: Architecture, inputs: Named<M>): Parameters<M> {
  const tensors = tensorShapes(architecture).map(({ name }) => inputs[name]!);
  return assembleParameters(architecture, tensors);
}

function namedStates<M>(architecture: Architecture, inputs: Named<M>): State<M>[] {
  return architecture.units.map((_, layer) => ({
    h: inputs[stateName(layer, 'h')]!,
    c: inputs[stateName(layer, 'c')]!,
  }));
}

/** Dropout as in Gal and Ghahramani (2016): one mask a window, the same at each of its steps. */
function mask<M>(ops: Ops<M>, xs: readonly M[], keep: M | undefined): M[] {
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

interface Forward<M> {
  /** [layer][time] */
  readonly steps: Step<M>[][];
  /** What each layer passes upwards after dropout, [layer][time] */
  readonly passed: M[][];
  readonly logProbabilities: M; // [T·B, outputs]
}

function forward<M>(
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

function endStates<M>(steps: readonly Step<M>[][]): Record<string, M> {
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

interface LayerGradient<M> {
  readonly kernel: M;
  readonly recurrentKernel: M;
  readonly bias: M;
  /** Gradient by what the layer below passed upwards, a step each; none below the first layer. */
  readonly below: M[];
}

/** Back through the window's steps of one layer (truncated backpropagation through time, Werbos 1990). */
function layerBackward<M>(
  ops: Ops<M>,
  architecture: Architecture,
  layer: LayerParameters<M>,
  steps: readonly Step<M>[],
  fromAbove: readonly M[],
  input: M,
  hasLayerBelow: boolean,
): LayerGradient<M> {
  const dzs = new Array<M>(steps.length);
  let next: { dz: M; dcPrevious: M } | undefined;
  for (let t = steps.length - 1; t >= 0; t--) {
    const dh =
      next === undefined
        ? fromAbove[t]!
        : ops.matmul(next.dz, layer.recurrentKernel, { transposeB: true, addend: fromAbove[t]! });
    next = stepBackward(ops, steps[t]!, dh, next?.dcPrevious, architecture.recurrentActivation);
    dzs[t] = next.dz;
  }
  const dz = ops.concatRows(dzs); // [T·B, 4H]
  const previous = ops.concatRows(steps.map((step) => step.previous.h));
  return {
    kernel: ops.matmul(input, dz, { transposeA: true }),
    recurrentKernel: ops.matmul(previous, dz, { transposeA: true }),
    bias: ops.sumRows(dz),
    below: hasLayerBelow ? dzs.map((dzt) => ops.matmul(dzt, layer.kernel, { transposeB: true })) : [],
  };
}

/**
 * Reads a window and differentiates its mean cross-entropy by every parameter. Inputs: as for reading, and `targets`
 * [T·B] and a dropout mask a layer. Outputs: `logProbabilities`, the states at its end, and a gradient a tensor.
 */
export function trainingComputation(architecture: Architecture, window: Window): Computation {
  const { steps: T, streams: B } = window;
  const { units, outputs } = architecture;
  return {
    inputs: {
      ...readingComputation(architecture, window, false).inputs,
      targets: { rows: T * B, columns: 1, kind: 'index' },
      ...Object.fromEntries(units.map((size, layer) => [maskName(layer), { rows: B, columns: size }])),
    },
    body<M>(ops: Ops<M>, inputs: Named<M>): Record<string, M> {
      const parameters = namedParameters(architecture, inputs);
      const masks = units.map((_, layer) => inputs[maskName(layer)]!);
      const ids = ops.splitRows(inputs.ids!, T);
      const { steps, passed, logProbabilities } = forward(
        ops,
        architecture,
        parameters,
        ids,
        namedStates(architecture, inputs),
        masks,
      );

      // Softmax and cross-entropy together: d loss / d logits = (p − onehot(target)) / (T·B).
      const error = ops.sub(ops.exp(logProbabilities), ops.oneHot(inputs.targets!, outputs));
      const dLogits = ops.mul(error, ops.constant(1 / (T * B), 1, 1));
      const top = ops.concatRows(passed.at(-1)!);
      const gradients: Record<string, M> = {
        'dense.kernel': ops.matmul(top, dLogits, { transposeA: true }),
        'dense.bias': ops.sumRows(dLogits),
      };
      let dPassed = ops
        .splitRows(dLogits, T)
        .map((dLogit) => ops.matmul(dLogit, parameters.dense.kernel, { transposeB: true }));
      for (let layer = units.length - 1; layer >= 0; layer--) {
        const input = layer === 0 ? ops.oneHot(inputs.ids!, architecture.inputs) : ops.concatRows(passed[layer - 1]!);
        const fromAbove = mask(ops, dPassed, masks[layer]);
        const gradient = layerBackward(
          ops,
          architecture,
          parameters.layers[layer]!,
          steps[layer]!,
          fromAbove,
          input,
          layer > 0,
        );
        gradients[`layer${layer + 1}.kernel`] = gradient.kernel;
        gradients[`layer${layer + 1}.recurrent_kernel`] = gradient.recurrentKernel;
        gradients[`layer${layer + 1}.bias`] = gradient.bias;
        dPassed = gradient.below;
      }
      const named = Object.entries(gradients).map(([tensor, gradient]) => [gradientName(tensor), gradient]);
      return { logProbabilities, ...endStates(steps), ...Object.fromEntries(named) };
    },
  };
}
