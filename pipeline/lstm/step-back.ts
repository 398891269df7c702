// How much a number owes to the h of every cell at the steps before it, one step back at a time: by the same equations as
// training, but with a stream for each number where that takes the sum of all, and from signals that were recorded, which
// the streams share.
import { activate } from './activations.ts';
import { stepBackward } from './cell.ts';
import { type Named, signalName } from './names.ts';
import { namedParameters } from './network.ts';
import type { Computation, Ops, Shape } from './ops.ts';
import { backThroughDense, throughDense } from './output.ts';
import { type Architecture, type LayerParameters, tensorShapes } from './parameters.ts';

/** Name of the gradient by a layer's h, [B, units]. */
export const hGradientName = (layer: number) => `layer${layer + 1}.h.gradient`;
/** Name of a layer's c before the step, [B, units]. */
export const previousName = (layer: number) => `layer${layer + 1}.previous`;
/** Names of the gradients that a step leaves to the one before it: by z, [B, 4·units], and by the c before, [B, units]. */
export const leftName = (layer: number, part: 'dz' | 'dc') => `layer${layer + 1}.${part}.left`;
/** Names of the same as the step before it takes them. */
export const takenName = (layer: number, part: 'dz' | 'dc') => `layer${layer + 1}.${part}.taken`;
/** Name of what {@link ownWeights} returns, [1, 4·units]. */
export const ownName = (layer: number) => `layer${layer + 1}.own`;

/** The signals that a step back reads of each layer. */
export const READ_BACK = ['i', 'f', 'g', 'o', 'c'] as const;

/** The tensors whose names begin in one of some ways: no more than a computation uses. */
function tensors(architecture: Architecture, ...beginnings: readonly string[]): Record<string, Shape> {
  const used = tensorShapes(architecture).filter(({ name }) => beginnings.some((start) => name.startsWith(start)));
  return Object.fromEntries(used.map(({ name, rows, columns }) => [name, { rows, columns }]));
}

/**
 * Back from what the network predicts. Inputs: the output layers' tensors, `h` of the last LSTM layer, [B, units], and
 * `weights`, [B, outputs]. Outputs: `prediction`, [B, outputs], and `above`, [B, units], the gradient by h of its weighted sum.
 */
export function predictionBackComputation(architecture: Architecture, streams: number): Computation {
  return {
    inputs: {
      ...tensors(architecture, 'hidden', 'dense'),
      h: { rows: streams, columns: architecture.units.at(-1)! },
      weights: { rows: streams, columns: architecture.outputs },
    },
    body<M>(ops: Ops<M>, inputs: Named<M>): Record<string, M> {
      const { dense } = namedParameters(architecture, inputs);
      const given = throughDense(ops, architecture, dense, inputs.h!);
      return { prediction: given.at(-1)!, above: backThroughDense(ops, architecture, dense, given, inputs.weights!) };
    },
  };
}

/**
 * One step back, in B streams that may each be at another step. Inputs: the tensors; of each layer the signals
 * {@link READ_BACK} at the step, {@link previousName}, {@link ownName} and, of the step that follows, {@link takenName}, zeros
 * where none does; and `above`, [B, units], the gradient by the last layer's h but for what comes through the step that
 * follows. Outputs: of each layer {@link hGradientName} and {@link leftName}.
 *
 * The gradient by a cell's h leaves out what goes through that cell's own gates at the step that follows. Where the cell
 * is clamped its gates change nothing, since its h is what it is. What comes back to the cell by way of others is still
 * in it, for one pass back serves all cells.
 * @throws RangeError for a network that reads backwards too
 */
export function stepBackComputation(architecture: Architecture, streams: number): Computation {
  if (architecture.bidirectional?.includes(true)) throw new RangeError('The network reads backwards too');
  const { units } = architecture;
  const perLayer = units.flatMap((columns, layer): [string, Shape][] => {
    const one = { rows: streams, columns };
    const gates = { rows: streams, columns: 4 * columns };
    return [
      ...READ_BACK.map((signal): [string, Shape] => [signalName(layer, signal), one]),
      [previousName(layer), one],
      [takenName(layer, 'dz'), gates],
      [takenName(layer, 'dc'), one],
      [ownName(layer), { ...gates, rows: 1 }],
    ];
  });
  const kernels = units.flatMap((_, layer) => [
    `layer${layer + 1}.recurrent_kernel`,
    ...(layer === 0 ? [] : [`layer${layer + 1}.kernel`]),
  ]);
  return {
    inputs: {
      ...tensors(architecture, ...kernels),
      ...Object.fromEntries(perLayer),
      above: { rows: streams, columns: units.at(-1)! },
    },
    body<M>(ops: Ops<M>, inputs: Named<M>): Record<string, M> {
      const { layers } = namedParameters(architecture, inputs);
      const outputs: Record<string, M> = {};
      let above: M = inputs.above!;
      for (let layer = units.length - 1; layer >= 0; layer--) {
        const { kernel, recurrentKernel } = layers[layer]!;
        const [i, f, g, o, c] = READ_BACK.map((signal) => inputs[signalName(layer, signal)]!) as [M, M, M, M, M];
        const activatedC = activate(ops, c, architecture.cellActivation);
        const step = { i, f, g, o, c, activatedC, previous: { c: inputs[previousName(layer)]! } };
        const taken = inputs[takenName(layer, 'dz')]!;
        const dh = ops.matmul(taken, recurrentKernel, { transposeB: true, addend: above });
        const { dz, dcPrevious } = stepBackward(ops, step, dh, inputs[takenName(layer, 'dc')]!, architecture);
        outputs[hGradientName(layer)] = ops.sub(dh, sumOfGates(ops, ops.mul(taken, inputs[ownName(layer)]!)));
        outputs[leftName(layer, 'dz')] = dz;
        outputs[leftName(layer, 'dc')] = dcPrevious;
        if (layer > 0) above = ops.matmul(dz, kernel, { transposeB: true });
      }
      return outputs;
    },
  };
}

function sumOfGates<M>(ops: Ops<M>, gates: M): M {
  const [first, ...rest] = ops.splitColumns(gates, 4) as [M, M, M, M];
  return rest.reduce((sum, gate) => ops.add(sum, gate), first);
}

/** The weights from each cell's h to its own gates one step later, [4·units]. */
export function ownWeights({ recurrentKernel: { rows, columns, data } }: LayerParameters): Float32Array {
  return Float32Array.from({ length: columns }, (_, column) => data[(column % rows) * columns + column]!);
}
