// The functions that a cell or a dense layer may have, and their derivatives in terms of what they gave.
import type { Ops } from './ops.ts';
import type { Activation, OutputActivation } from './parameters.ts';

export function activate<M>(ops: Ops<M>, x: M, activation: Activation): M {
  switch (activation) {
    case 'tanh':
      return ops.tanh(x);
    case 'sigmoid':
      return ops.sigmoid(x);
    case 'relu':
      return ops.relu(x);
    case 'linear':
      return x;
  }
}

/** dy/dx in terms of y: 1 − y² for tanh, y(1 − y) for the sigmoid, 1 where y > 0 for the rectifier, and 1. */
export function slopeOf<M>(ops: Ops<M>, y: M, activation: Activation): M {
  const one = ops.constant(1, 1, 1);
  switch (activation) {
    case 'tanh':
      return ops.sub(one, ops.mul(y, y));
    case 'sigmoid':
      return ops.mul(y, ops.sub(one, y));
    case 'relu':
      return ops.isPositive(y);
    case 'linear':
      return one;
  }
}

/** The output layer's result from its logits; of a softmax the logarithms, in nats. */
export function activateOutput<M>(ops: Ops<M>, logits: M, activation: OutputActivation): M {
  return activation === 'softmax' ? ops.logSoftmax(logits) : activate(ops, logits, activation);
}
