// The network's gradient over one window: back through the steps of each layer, last layer first (truncated
// backpropagation through time, Werbos 1990).
import { type CellFunctions, stepBackward } from './cell.ts';
import { gradientName, maskName, type Named, outputName, type Window } from './names.ts';
import { endStates, forward, type LayerRead, namedParameters, namedStates, readingComputation } from './network.ts';
import type { Computation, Ops, Shape } from './ops.ts';
import { type Architecture, type LayerParameters, readsNumbers } from './parameters.ts';

/**
 * Back through the window's steps of one layer.
 * @param after the gradient by the h and the c at the window's end, but for what comes from above, [B, H]
 * @param above the gradient by what each step passed upwards, [T·B, H]; none where left out
 * @param mask what h was multiplied by on its way upwards, [B, H]
 * @returns the gradient by z at each step, [T·B, 4H]
 */
export function backThroughTime<M>(
  ops: Ops<M>,
  functions: CellFunctions,
  { recurrentKernel }: LayerParameters<M>,
  read: LayerRead<M>,
  steps: number,
  after: { readonly dh: M; readonly dc: M },
  above?: M,
  mask?: M,
): M {
  const { i, f, g, o, activatedC } = read;
  const previousC = ops.shiftRows(read.c, read.start.c);
  const { outputs } = ops.loop({
    steps,
    states: [after.dh, after.dc],
    slices: [i, f, g, o, activatedC, previousC, ...(above === undefined ? [] : [above])],
    reversed: true,
    step([dhNext, dcNext], slices) {
      const [i, f, g, o, activatedC, c, above] = slices as [M, M, M, M, M, M, M?];
      const down = above === undefined || mask === undefined ? above : ops.mul(above, mask);
      const dh = down === undefined ? dhNext! : ops.add(dhNext!, down);
      const step = { i, f, g, o, activatedC, previous: { c } };
      const { dz, dcPrevious } = stepBackward(ops, step, dh, dcNext!, functions);
      return { states: [ops.matmul(dz, recurrentKernel, { transposeB: true }), dcPrevious], outputs: [dz] };
    },
  });
  return outputs[0]!;
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
  const { bidirectional, hidden } = architecture;
  const isPlain = bidirectional === undefined && hidden === undefined && outputs > 0;
  const [needed, loss] = readsNumbers(architecture)
    ? (['linear', 'squared error'] as const)
    : (['softmax', 'cross-entropy'] as const);
  if (isPlain && outputActivation === needed) return loss;
  throw new RangeError(
    'Only plain layers are trained: characters, one-hot or embedded, with a softmax, or numbers with linear outputs',
  );
}

/** The matrix that the first layer's kernel is multiplied with, [T·B, inputs]. */
function firstInput<M>(ops: Ops<M>, architecture: Architecture, embedding: M | undefined, inputs: Named<M>): M {
  if (readsNumbers(architecture)) return inputs.values!;
  return embedding === undefined
    ? ops.oneHot(inputs.ids!, architecture.inputs)
    : ops.gatherRows(embedding, inputs.ids!);
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
      const shown = masks.map((mask) => ({ mask }));
      const read = forward(ops, architecture, parameters, window, inputs, states, shown, { whole: true });
      const { layers, top, output } = read;
      const dense = parameters.dense.at(-1)!;

      const dLogits = outputError(ops, architecture, output!, inputs.targets!, rows);
      const gradients: Record<string, M> = {
        'dense.kernel': ops.matmul(top, dLogits, { transposeA: true }),
        'dense.bias': ops.sumRows(dLogits),
      };
      let above = ops.matmul(dLogits, dense.kernel, { transposeB: true });
      for (let layer = units.length - 1; layer >= 0; layer--) {
        const own = layers[layer]!;
        const weights = parameters.layers[layer]!;
        const input =
          layer === 0 ? firstInput(ops, architecture, parameters.embedding, inputs) : layers[layer - 1]!.passed;
        const nothing = ops.constant(0, B, units[layer]!);
        const after = { dh: nothing, dc: nothing };
        const dz = backThroughTime(ops, architecture, weights, own, T, after, above, masks[layer]);
        const previous = ops.shiftRows(own.h, own.start.h);
        gradients[`layer${layer + 1}.kernel`] = ops.matmul(input, dz, { transposeA: true });
        gradients[`layer${layer + 1}.recurrent_kernel`] = ops.matmul(previous, dz, { transposeA: true });
        gradients[`layer${layer + 1}.bias`] = ops.sumRows(dz);
        if (layer > 0 || parameters.embedding !== undefined)
          above = ops.matmul(dz, weights.kernel, { transposeB: true });
      }
      if (parameters.embedding !== undefined) {
        // Each row gets what the steps that read it ask for.
        const read = ops.oneHot(inputs.ids!, architecture.inputs);
        gradients.embedding = ops.matmul(read, above, { transposeA: true });
      }
      const named = Object.entries(gradients).map(([tensor, gradient]) => [gradientName(tensor), gradient]);
      return { [outputName(architecture)]: output!, ...endStates(layers), ...Object.fromEntries(named) };
    },
  };
}
