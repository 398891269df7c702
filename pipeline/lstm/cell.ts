// One layer at one time step, forward and backward, as equations over the primitive operations.
// Hochreiter and Schmidhuber (1997) with the forget gate of Gers, Schmidhuber and Cummins (2000).
import type { Ops } from './ops.ts';
import type { RecurrentActivation } from './parameters.ts';

/** The state that a layer carries from one character to the next. */
export interface State<M> {
  readonly h: M; // [B, H]
  readonly c: M; // [B, H]
}

/** All six signals of one step; the gradient reads the rest. */
export interface Step<M> extends State<M> {
  readonly i: M; // [B, H]
  readonly f: M;
  readonly g: M;
  readonly o: M;
  readonly tanhC: M;
  readonly previous: State<M>;
}

function activateGate<M>(ops: Ops<M>, z: M, activation: RecurrentActivation): M {
  if (activation.kind === 'sigmoid') return ops.sigmoid(z);
  return ops.hardSigmoid(z, activation.slope, activation.offset);
}

/** dσ/dz in terms of y = σ(z): y(1 − y), or the slope where the hard sigmoid is not clipped. */
function gateDerivative<M>(ops: Ops<M>, y: M, one: M, activation: RecurrentActivation): M {
  if (activation.kind === 'sigmoid') return ops.mul(y, ops.sub(one, y));
  return ops.mul(ops.inUnitInterval(y), ops.constant(activation.slope, 1, 1));
}

/**
 * One step forward.
 * @param z x·W + h·U + b, [B, 4H], gates in the order i f g o
 */
export function stepForward<M>(ops: Ops<M>, z: M, previous: State<M>, activation: RecurrentActivation): Step<M> {
  const [zi, zf, zg, zo] = ops.splitColumns(z, 4) as [M, M, M, M];
  const i = activateGate(ops, zi, activation);
  const f = activateGate(ops, zf, activation);
  const g = ops.tanh(zg);
  const o = activateGate(ops, zo, activation);
  const c = ops.add(ops.mul(f, previous.c), ops.mul(i, g));
  const tanhC = ops.tanh(c);
  const h = ops.mul(o, tanhC);
  return { i, f, g, o, c, tanhC, h, previous };
}

/**
 * One step backward.
 * @param dh gradient of the loss by h, from above and from the next step, [B, H]
 * @param dcNext gradient by c from the next step; absent at the window's last step
 * @returns dz, the gradient by z [B, 4H], and dcPrevious, the gradient by the previous c [B, H]
 */
export function stepBackward<M>(
  ops: Ops<M>,
  step: Step<M>,
  dh: M,
  dcNext: M | undefined,
  activation: RecurrentActivation,
): { dz: M; dcPrevious: M } {
  const { i, f, g, o, tanhC, previous } = step;
  const one = ops.constant(1, 1, 1);
  const slope = (y: M) => gateDerivative(ops, y, one, activation);
  const tanhSlope = (y: M) => ops.sub(one, ops.mul(y, y));

  const dcThroughH = ops.mul(ops.mul(dh, o), tanhSlope(tanhC));
  const dc = dcNext === undefined ? dcThroughH : ops.add(dcThroughH, dcNext);
  const dzi = ops.mul(ops.mul(dc, g), slope(i));
  const dzf = ops.mul(ops.mul(dc, previous.c), slope(f));
  const dzg = ops.mul(ops.mul(dc, i), tanhSlope(g));
  const dzo = ops.mul(ops.mul(dh, tanhC), slope(o));
  return { dz: ops.concatColumns([dzi, dzf, dzg, dzo]), dcPrevious: ops.mul(dc, f) };
}
