// What each layer's h at a step has to do with what the network says after that very step: the gradient along the paths
// that lead upwards, through the gates and the candidate of the layers above, and none that lead through time.
import { stepBackward } from './cell.ts';
import { gradientName, type Named, outputName, signalName } from './names.ts';
import { forward, namedParameters, namedStates, readingComputation } from './network.ts';
import type { Computation, Ops } from './ops.ts';
import { backThroughDense, throughDense } from './output.ts';
import type { Architecture } from './parameters.ts';

/** Name of the gradient of a stream's own sum by a layer's h, [B, units]. */
export const ownGradientName = (layer: number) => gradientName(signalName(layer, 'h'));
/** Name of the mean gradients of the common sums by a layer's h, [sums, units]. */
export const meanGradientName = (layer: number) => `${ownGradientName(layer)}.mean`;

/** What common sums add up: what the network says, or what its last dense layer says that from. */
export type Summed = 'outputs' | 'features';

/** How many numbers the last dense layer makes its outputs of. */
export const featuresOfOutput = ({ hidden = [], units }: Architecture): number => hidden.at(-1)?.units ?? units.at(-1)!;

/**
 * One step of B streams, and the gradients of weighted sums of what the network says after it. Of a softmax these are
 * sums of logarithms of probabilities; where the weights add up to 0, they are as well sums of logits.
 *
 * Inputs: as for reading one step; `own` [B, outputs], the weights of one sum for each stream; `common` [sums, outputs],
 * those of sums for all of them, or [sums, features] where `summed` says so; `shares` [1, B], each stream's share of the
 * common sums' mean. Outputs: what the network says, and of each layer {@link ownGradientName} and {@link meanGradientName}.
 * @throws RangeError for a network that reads backwards too, or has no output layer
 */
export function sameStepComputation(
  architecture: Architecture,
  streams: number,
  sums: number,
  summed: Summed = 'outputs',
): Computation {
  if (architecture.bidirectional?.includes(true)) throw new RangeError('The network reads backwards too');
  if (architecture.outputs === 0) throw new RangeError('The network has no output layer');
  const window = { steps: 1, streams };
  const { outputs } = architecture;
  const width = summed === 'outputs' ? outputs : featuresOfOutput(architecture);
  return {
    inputs: {
      ...readingComputation(architecture, window, false).inputs,
      own: { rows: streams, columns: outputs },
      common: { rows: sums, columns: width },
      shares: { rows: 1, columns: streams },
    },
    body<M>(ops: Ops<M>, inputs: Named<M>): Record<string, M> {
      const { dense, ...lstm } = namedParameters(architecture, inputs);
      const states = namedStates(architecture, inputs);
      const read = forward(ops, architecture, { ...lstm, dense: [] }, window, inputs, states);
      const layers = read.layers.map((step, layer) => ({ step, kernel: lstm.layers[layer]!.kernel }));
      const given = throughDense(ops, architecture, dense, layers.at(-1)!.step.h);
      /** ∂h/∂z of a step by gate, [B, 4H]: what comes back where the gradient by h is 1. */
      const slopes = layers.map(({ step }, layer) => {
        const ones = ops.constant(1, streams, architecture.units[layer]!);
        return stepBackward(ops, { ...step, previous: step.start }, ones, undefined, architecture).dz;
      });
      /** The gradient by z of a layer, of that by its h. */
      const throughGates = (layer: number, dh: M) => ops.mul(slopes[layer]!, ops.concatColumns([dh, dh, dh, dh]));
      const below = (layer: number, dz: M) => ops.matmul(dz, layers[layer]!.kernel, { transposeB: true });

      const own = [backThroughDense(ops, architecture, dense, given, inputs.own!)];
      for (let layer = layers.length - 1; layer > 0; layer--) own.unshift(below(layer, throughGates(layer, own[0]!)));

      const [backDense, backGiven] = summed === 'outputs' ? [dense, given] : [dense.slice(0, -1), given.slice(0, -1)];
      const nothing = ops.constant(0, streams, width);
      const mean = (xs: readonly M[]) => ops.concatRows(xs.map((x) => ops.matmul(inputs.shares!, x)));
      let dhs = ops
        .splitRows(inputs.common!, sums)
        .map((row) => backThroughDense(ops, architecture, backDense, backGiven, ops.add(nothing, row)));
      const means = [mean(dhs)];
      for (let layer = layers.length - 1; layer > 0; layer--) {
        const dzs = dhs.map((dh) => throughGates(layer, dh));
        means.unshift(below(layer, mean(dzs))); // the mean comes first, for a product with it is cheap
        if (layer > 1) dhs = dzs.map((dz) => below(layer, dz));
      }
      const named = layers.flatMap((_, layer) => [
        [ownGradientName(layer), own[layer]!],
        [meanGradientName(layer), means[layer]!],
      ]);
      return { [outputName(architecture)]: given.at(-1)!, ...Object.fromEntries(named) };
    },
  };
}
