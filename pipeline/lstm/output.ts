// The dense layers over the last h, and the way back through them.
import { activate, activateOutput, slopeOf } from './activations.ts';
import type { Ops } from './ops.ts';
import type { Architecture, DenseParameters, OutputActivation } from './parameters.ts';

/** What each dense layer gives of h [B, units], first to last; of a softmax the logarithms. */
export function throughDense<M>(
  ops: Ops<M>,
  { hidden = [], outputActivation = 'softmax' }: Architecture,
  dense: readonly DenseParameters<M>[],
  h: M,
): M[] {
  const given: M[] = [];
  dense.forEach(({ kernel, bias }, index) => {
    const z = ops.matmul(given.at(-1) ?? h, kernel, { addend: bias });
    const activation = hidden[index]?.activation;
    given.push(activation === undefined ? activateOutput(ops, z, outputActivation) : activate(ops, z, activation));
  });
  return given;
}

/**
 * The gradient by h, [B, units], of a weighted sum of what the last dense layer gives.
 * @param given as {@link throughDense} returned it
 * @param weights [B, outputs]
 */
export function backThroughDense<M>(
  ops: Ops<M>,
  { hidden = [], outputs, outputActivation = 'softmax' }: Architecture,
  dense: readonly DenseParameters<M>[],
  given: readonly M[],
  weights: M,
): M {
  let gradient = weights;
  for (let index = dense.length - 1; index >= 0; index--) {
    const activation = hidden[index]?.activation ?? outputActivation;
    const dz = beforeActivation(ops, gradient, given[index]!, activation, outputs);
    gradient = ops.matmul(dz, dense[index]!.kernel, { transposeB: true });
  }
  return gradient;
}

/** A gradient on its way back through an activation that gave y; of the logarithms of a softmax, v − p·Σv. */
function beforeActivation<M>(ops: Ops<M>, gradient: M, y: M, activation: OutputActivation, width: number): M {
  if (activation !== 'softmax') return ops.mul(gradient, slopeOf(ops, y, activation));
  const sums = ops.matmul(gradient, ops.constant(1, width, width));
  return ops.sub(gradient, ops.mul(ops.exp(y), sums));
}
