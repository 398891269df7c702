// The network's gradient over one window: back through the steps of each layer, last layer first (truncated
// backpropagation through time, Werbos 1990).
import { type Step, stepBackward } from './cell.ts';
import { gradientName, maskName, type Named, outputName, type Window } from './names.ts';
import { endStates, forward, mask, namedParameters, namedStates, readingComputation } from './network.ts';
import type { Computation, Ops, Shape } from './ops.ts';
import { type Architecture, type LayerParameters, readsNumbers } from './parameters.ts';

/**
 * Back through the window's steps of one layer.
 * @param fromAbove the gradient by what each step passed upwards, [B, H]; undefined where it is none, but at the last
 * @param dcLast the gradient by the last step's c, but for what comes through h; none where left out
 * @returns the gradient by z at each step, [B, 4H]
 */
export function backThroughTime<M>(
  ops: Ops<M>,
  architecture: Architecture,
  layer: LayerParameters<M>,
  steps: readonly Step<M>[],
  fromAbove: readonly (M | undefined)[],
  dcLast?: M,
): M[] {
  const dzs = new Array<M>(steps.length);
  let next: { dz: M; dcPrevious: M } | undefined;
  for (let t = steps.length - 1; t >= 0; t--) {
    const above = fromAbove[t];
    const addend = above === undefined ? {} : { addend: above };
    const dh =
      next === undefined ? above! : ops.matmul(next.dz, layer.recurrentKernel, { transposeB: true, ...addend });
    next = stepBackward(ops, steps[t]!, dh, next?.dcPrevious ?? dcLast, architecture);
    dzs[t] = next.dz;
  }
  return dzs;
}

/**
 * The gradient of the mean loss by the logits. Softmax with cross-entropy, p − onehot(target), and linear outputs with
 * half their squared error, y − target, are alike, for each is the other's family's own loss.
 */
function outputError<M>(ops: Ops<M>, architecture: Architecture, output: M, targets: M, rows: number): M {
  const { outputs } = architecture;
  const error =
    lossOf(architecture) === 'cross-entropy'
      ? ops.sub(ops.exp(output), ops.oneHot(targets, outputs))
      : ops.sub(output, targets);
  return ops.mul(error, ops.constant(1 / rows, 1, 1));
}

/**
 * What a network is trained on: the cross-entropy of characters, or half the squared error of numbers.
 * @throws RangeError for a network that was made elsewhere, of a kind that is only read here
 */
export function lossOf(architecture: Architecture): 'cross-entropy' | 'squared error' {
  const { outputs, outputActivation = 'softmax' } = architecture;
  const { embedding, bidirectional, hidden } = architecture;
  const isPlain = embedding === undefined && bidirectional === undefined && hidden === undefined && outputs > 0;
  const [needed, loss] = readsNumbers(architecture)
    ? (['linear', 'squared error'] as const)
    : (['softmax', 'cross-entropy'] as const);
  if (isPlain && outputActivation === needed) return loss;
  throw new RangeError(
    'Only plain layers are trained: one-hot characters with a softmax, or numbers with linear outputs',
  );
}

/** The matrix that the first layer's kernel is multiplied with, [T·B, inputs]. */
function firstInput<M>(ops: Ops<M>, architecture: Architecture, inputs: Named<M>): M {
  return readsNumbers(architecture) ? inputs.values! : ops.oneHot(inputs.ids!, architecture.inputs);
}

/**
 * Reads a window and differentiates its mean loss by every parameter. Inputs: as for reading, and `targets`, [T·B] or
 * [T·B, outputs], and a dropout mask a layer. Outputs: what the network says, the states at its end, and a gradient a
 * tensor.
 */
export function trainingComputation(architecture: Architecture, window: Window): Computation {
  const { steps: T, streams: B } = window;
  const { units, outputs } = architecture;
  const rows = T * B;
  const targets: Shape =
    lossOf(architecture) === 'cross-entropy' ? { rows, columns: 1, kind: 'index' } : { rows, columns: outputs };
  return {
    inputs: {
      ...readingComputation(architecture, window, false).inputs,
      targets,
      ...Object.fromEntries(units.map((size, layer) => [maskName(layer), { rows: B, columns: size }])),
    },
    body<M>(ops: Ops<M>, inputs: Named<M>): Record<string, M> {
      const parameters = namedParameters(architecture, inputs);
      const states = namedStates(architecture, inputs);
      const masks = units.map((_, layer) => inputs[maskName(layer)]!);
      const { steps, passed, output } = forward(ops, architecture, parameters, window, inputs, states, masks);
      const dense = parameters.dense.at(-1)!;

      const dLogits = outputError(ops, architecture, output!, inputs.targets!, rows);
      const top = ops.concatRows(passed.at(-1)!);
      const gradients: Record<string, M> = {
        'dense.kernel': ops.matmul(top, dLogits, { transposeA: true }),
        'dense.bias': ops.sumRows(dLogits),
      };
      let dPassed = ops.splitRows(dLogits, T).map((dLogit) => ops.matmul(dLogit, dense.kernel, { transposeB: true }));
      for (let layer = units.length - 1; layer >= 0; layer--) {
        const input = layer === 0 ? firstInput(ops, architecture, inputs) : ops.concatRows(passed[layer - 1]!);
        const fromAbove = mask(ops, dPassed, masks[layer]);
        const dzs = backThroughTime(ops, architecture, parameters.layers[layer]!, steps[layer]!, fromAbove);
        const dz = ops.concatRows(dzs); // [T·B, 4H]
        const previous = ops.concatRows(steps[layer]!.map((step) => step.previous.h));
        gradients[`layer${layer + 1}.kernel`] = ops.matmul(input, dz, { transposeA: true });
        gradients[`layer${layer + 1}.recurrent_kernel`] = ops.matmul(previous, dz, { transposeA: true });
        gradients[`layer${layer + 1}.bias`] = ops.sumRows(dz);
        const { kernel } = parameters.layers[layer]!;
        if (layer > 0) dPassed = dzs.map((dzt) => ops.matmul(dzt, kernel, { transposeB: true }));
      }
      const named = Object.entries(gradients).map(([tensor, gradient]) => [gradientName(tensor), gradient]);
      return { [outputName(architecture)]: output!, ...endStates(steps), ...Object.fromEntries(named) };
    },
  };
}
