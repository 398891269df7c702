// The network's gradient over one window: back through the steps of each layer, last layer first (truncated
// backpropagation through time, Werbos 1990).
import { type Step, stepBackward } from './cell.ts';
import {
  endStates,
  forward,
  gradientName,
  mask,
  maskName,
  type Named,
  namedParameters,
  namedStates,
  readingComputation,
  type Window,
} from './network.ts';
import type { Computation, Ops } from './ops.ts';
import type { Architecture, LayerParameters } from './parameters.ts';

interface LayerGradient<M> {
  readonly kernel: M;
  readonly recurrentKernel: M;
  readonly bias: M;
  /** Gradient by what the layer below passed upwards, a step each; none below the first layer. */
  readonly below: M[];
}

/** Back through the window's steps of one layer. */
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
