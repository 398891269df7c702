// How much a number at the end of a window owes to the input at each of its steps: the input times the gradient by it
// (Shrikumar, Greenside, Shcherbina and Kundaje 2016, "gradient × input"), back through the same equations as training.
import { backThroughTime } from './backward.ts';
import type { Named, Window } from './names.ts';
import { forward, namedParameters, namedStates, readingComputation } from './network.ts';
import type { Computation, Ops } from './ops.ts';
import { backThroughDense, throughDense } from './output.ts';
import { type Architecture, readsNumbers } from './parameters.ts';

/**
 * What the number is made of: what the network says after the window's last step (of a softmax the logarithms; of a
 * network without an output layer, h), or the h or c of its last LSTM layer there.
 */
export type Scalar = 'output' | 'h' | 'c';

/** Width of what a {@link Scalar} is made of. */
export function scalarWidth(architecture: Architecture, scalar: Scalar): number {
  const { units, outputs } = architecture;
  return scalar === 'output' && outputs > 0 ? outputs : units.at(-1)!;
}

/**
 * The influence of every step's input on a number of each stream, the sum of `weights` times what `scalar` names:
 * Σ x·∂s/∂x over the numbers that are read at the step. Of a character, read one-hot, that is the gradient by the one
 * that is 1; of an embedded one, the sum over its row of the table, which is the same.
 *
 * Inputs: as for reading, and `weights` [B, width]. Outputs: `influence` [T·B, 1], and `last` [B, width], what `scalar`
 * names.
 * @throws RangeError for a network that reads backwards too, in which the past is not all that there is to look at
 */
export function influenceComputation(architecture: Architecture, window: Window, scalar: Scalar): Computation {
  if (architecture.bidirectional?.includes(true)) throw new RangeError('The network reads backwards too');
  const { steps: T, streams: B } = window;
  const width = scalarWidth(architecture, scalar);
  return {
    inputs: {
      ...readingComputation(architecture, window, false).inputs,
      weights: { rows: B, columns: width },
    },
    body<M>(ops: Ops<M>, inputs: Named<M>): Record<string, M> {
      const parameters = namedParameters(architecture, inputs);
      const { layers, embedding } = parameters;
      const states = namedStates(architecture, inputs);
      const withoutOutput = { ...parameters, dense: [] };
      const read = forward(ops, architecture, withoutOutput, window, inputs, states);
      const { end } = read.layers.at(-1)!;
      const weights = inputs.weights!;
      let last: M = end[scalar === 'output' ? 'h' : scalar];
      let dh: M = weights;
      if (scalar === 'output') {
        const given = throughDense(ops, architecture, parameters.dense, end.h);
        last = given.at(-1) ?? end.h;
        dh = backThroughDense(ops, architecture, parameters.dense, given, weights);
      }
      const nothing = (layer: number) => ops.constant(0, B, architecture.units[layer]!);
      const top = layers.length - 1;
      const after = scalar === 'c' ? { dh: nothing(top), dc: weights } : { dh, dc: nothing(top) };
      let dz = backThroughTime(ops, architecture, layers[top]!, read.layers[top]!, T, after);
      for (let layer = top - 1; layer >= 0; layer--) {
        const above = ops.matmul(dz, layers[layer + 1]!.kernel, { transposeB: true });
        const after = { dh: nothing(layer), dc: nothing(layer) };
        dz = backThroughTime(ops, architecture, layers[layer]!, read.layers[layer]!, T, after, above);
      }
      const kernel = layers[0]!.kernel;
      const product = readsNumbers(architecture)
        ? ops.mul(dz, ops.matmul(inputs.values!, kernel))
        : ops.mul(dz, ops.gatherRows(embedding === undefined ? kernel : ops.matmul(embedding, kernel), inputs.ids!));
      return { influence: ops.matmul(product, ops.constant(1, 4 * architecture.units[0]!, 1)), last };
    },
  };
}
