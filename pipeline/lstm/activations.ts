// The functions that a cell, its gates or a dense layer may have, and their derivatives in terms of what they gave.
import type { Ops } from './ops.ts';
import type { CellActivation, OutputActivation } from './parameters.ts';

/** A function of each element, and its slope. Numbers are what the name has in brackets. */
interface ElementFunction {
  of<M>(ops: Ops<M>, x: M, ...numbers: readonly number[]): M;
  /** dy/dx in terms of y; left out where y does not tell it, for two x give the same y. */
  slope?<M>(ops: Ops<M>, y: M, ...numbers: readonly number[]): M;
}

const number = <M>(ops: Ops<M>, value: number): M => ops.constant(value, 1, 1);
const plus = <M>(ops: Ops<M>, x: M, value: number): M => ops.add(x, number(ops, value));
const times = <M>(ops: Ops<M>, x: M, value: number): M => ops.mul(x, number(ops, value));
const oneMinus = <M>(ops: Ops<M>, x: M): M => ops.sub(number(ops, 1), x);
/** min(x, 0) */
const below = <M>(ops: Ops<M>, x: M): M => times(ops, ops.relu(times(ops, x, -1)), -1);
const magnitude = <M>(ops: Ops<M>, x: M): M => ops.sub(ops.relu(x), below(ops, x));
/** 1 / x, of x > 0 */
const inverse = <M>(ops: Ops<M>, x: M): M => ops.exp(times(ops, ops.log(x), -1));
/** log(1 + eˣ), without overflow. */
const softplus = <M>(ops: Ops<M>, x: M): M =>
  ops.add(ops.relu(x), ops.log(plus(ops, ops.exp(times(ops, magnitude(ops, x), -1)), 1)));
/** α (eˣ − 1) below 0 */
const exponentialBelow = <M>(ops: Ops<M>, x: M, alpha: number): M =>
  times(ops, plus(ops, ops.exp(below(ops, x)), -1), alpha);
/** `above` where y > 0, else `under`. */
const where = <M>(ops: Ops<M>, y: M, above: number, under: M): M => {
  const isAbove = ops.isPositive(y);
  return ops.add(times(ops, isAbove, above), ops.mul(oneMinus(ops, isAbove), under));
};
/** x clipped to [0, most] */
const clipped = <M>(ops: Ops<M>, x: M, most: number): M => ops.sub(ops.relu(x), ops.relu(plus(ops, x, -most)));

/** Klambauer et al. (2017) */
const SELU = { scale: 1.0507009873554805, alpha: 1.6732632423543772 };
/** Abramowitz and Stegun (1964), 7.1.26: the error function to 1.5e-7. */
const ERF = [0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429];

/** erf|x|, of |x| */
function errorFunction<M>(ops: Ops<M>, x: M): M {
  const t = inverse(ops, plus(ops, times(ops, x, 0.3275911), 1));
  const polynomial = ERF.reduceRight((sum, factor) => ops.mul(plus(ops, sum, factor), t), times(ops, t, 0));
  return oneMinus(ops, ops.mul(polynomial, ops.exp(times(ops, ops.mul(x, x), -1))));
}

const FUNCTIONS = {
  linear: { of: (_, x) => x, slope: (ops) => number(ops, 1) },
  tanh: { of: (ops, x) => ops.tanh(x), slope: (ops, y) => oneMinus(ops, ops.mul(y, y)) },
  sigmoid: { of: (ops, x) => ops.sigmoid(x), slope: (ops, y) => ops.mul(y, oneMinus(ops, y)) },
  relu: { of: (ops, x) => ops.relu(x), slope: (ops, y) => ops.isPositive(y) },
  'leaky-relu': {
    of: (ops, x, slope = 0.2) => ops.add(ops.relu(x), times(ops, below(ops, x), slope)),
    slope: (ops, y, slope = 0.2) => plus(ops, times(ops, ops.isPositive(y), 1 - slope), slope),
  },
  relu6: {
    of: (ops, x) => clipped(ops, x, 6),
    slope: (ops, y) => ops.mul(ops.isPositive(y), ops.isPositive(ops.sub(number(ops, 6), y))),
  },
  elu: {
    of: (ops, x, alpha = 1) => ops.add(ops.relu(x), exponentialBelow(ops, x, alpha)),
    slope: (ops, y, alpha = 1) => where(ops, y, 1, plus(ops, y, alpha)),
  },
  selu: {
    of: (ops, x) => times(ops, ops.add(ops.relu(x), exponentialBelow(ops, x, SELU.alpha)), SELU.scale),
    slope: (ops, y) => where(ops, y, SELU.scale, plus(ops, y, SELU.scale * SELU.alpha)),
  },
  exponential: { of: (ops, x) => ops.exp(x), slope: (_, y) => y },
  softplus: { of: softplus, slope: (ops, y) => oneMinus(ops, ops.exp(times(ops, y, -1))) },
  softsign: {
    of: (ops, x) => ops.mul(x, inverse(ops, plus(ops, magnitude(ops, x), 1))),
    slope(ops, y) {
      const left = oneMinus(ops, magnitude(ops, y));
      return ops.mul(left, left);
    },
  },
  'log-sigmoid': {
    of: (ops, x) => times(ops, softplus(ops, times(ops, x, -1)), -1),
    slope: (ops, y) => oneMinus(ops, ops.exp(y)),
  },
  'hard-tanh': {
    of: (ops, x) => plus(ops, clipped(ops, plus(ops, x, 1), 2), -1),
    slope: (ops, y) => ops.mul(ops.isPositive(plus(ops, y, 1)), ops.isPositive(oneMinus(ops, y))),
  },
  'hard-sigmoid': {
    of: (ops, x, slope = 0.2, offset = 0.5) => ops.hardSigmoid(x, slope, offset),
    slope: (ops, y, slope = 0.2) => times(ops, ops.inUnitInterval(y), slope),
  },
  swish: { of: (ops, x) => ops.mul(x, ops.sigmoid(x)) },
  'hard-swish': { of: (ops, x) => ops.mul(x, ops.hardSigmoid(x, 1 / 6, 0.5)) },
  mish: { of: (ops, x) => ops.mul(x, ops.tanh(softplus(ops, x))) },
  gelu: {
    of(ops, x) {
      // x Φ(x) with Φ(x) = (1 + erf(x / √2)) / 2; erf is odd, so that x erf x = |x| erf |x|.
      const half = times(ops, errorFunction(ops, times(ops, magnitude(ops, x), Math.SQRT1_2)), 0.5);
      return ops.add(times(ops, x, 0.5), ops.mul(magnitude(ops, x), half));
    },
  },
  'gelu-tanh': {
    of(ops, x) {
      const cube = ops.mul(ops.mul(x, x), x);
      const inner = times(ops, ops.add(x, times(ops, cube, 0.044715)), Math.sqrt(2 / Math.PI));
      return times(ops, ops.mul(x, plus(ops, ops.tanh(inner), 1)), 0.5);
    },
  },
} as const satisfies Record<string, ElementFunction>;

/** `leaky-relu(0.2)` taken apart. @throws RangeError a name that is none */
function lookUp(activation: CellActivation): { known: ElementFunction; numbers: readonly number[] } {
  const [, name = '', numbers] = /^([a-z0-9-]+?)(?:\((.*)\))?$/.exec(activation) ?? [];
  if (!Object.hasOwn(FUNCTIONS, name)) throw new RangeError(`There is no activation "${activation}".`);
  const known: ElementFunction = FUNCTIONS[name as keyof typeof FUNCTIONS];
  return { known, numbers: numbers === undefined ? [] : numbers.split(',').map(Number) };
}

export function activate<M>(ops: Ops<M>, x: M, activation: CellActivation): M {
  const { known, numbers } = lookUp(activation);
  return known.of(ops, x, ...numbers);
}

/** Whether what the function gives tells its slope, as {@link slopeOf} asks for. */
export function tellsSlope(activation: CellActivation): boolean {
  return lookUp(activation).known.slope !== undefined;
}

/** dy/dx in terms of y. @throws RangeError where {@link tellsSlope} is false */
export function slopeOf<M>(ops: Ops<M>, y: M, activation: CellActivation): M {
  const { known, numbers } = lookUp(activation);
  if (known.slope === undefined) throw new RangeError(`What "${activation}" gives does not tell its slope.`);
  return known.slope(ops, y, ...numbers);
}

/** The output layer's result from its logits; of a softmax the logarithms, in nats. */
export function activateOutput<M>(ops: Ops<M>, logits: M, activation: OutputActivation): M {
  return activation === 'softmax' ? ops.logSoftmax(logits) : activate(ops, logits, activation);
}
