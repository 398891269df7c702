// One layer at one time step, forward and backward, as equations over the primitive operations.
// Hochreiter and Schmidhuber (1997) with the forget gate of Gers, Schmidhuber and Cummins (2000).
import { activate, slopeOf } from './activations.ts';
import type { Ops } from './ops.ts';
import type { CellActivation, RecurrentActivation } from './parameters.ts';

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
  /** The cell activation of c: tanh c, as a rule. */
  readonly activatedC: M;
  readonly previous: State<M>;
}

/** What some cells show in place of their own h. */
export interface Hold<M> {
  /** 1 where a cell shows its own h, 0 where it is held, [B, H] */
  readonly keep: M;
  /** The h that it is held at; 0 where it is not, [B, H] */
  readonly value: M;
}

/** h as it leaves the cells, where some are held. */
export function held<M>(ops: Ops<M>, h: M, hold: Hold<M> | undefined): M {
  return hold === undefined ? h : ops.add(ops.mul(h, hold.keep), hold.value);
}

/** The functions of a cell, which are part of the model and never assumed. */
export interface CellFunctions {
  readonly cellActivation: CellActivation;
  readonly recurrentActivation: RecurrentActivation;
}

/** A gate from the sum that it is a function of. */
export function activateGate<M>(ops: Ops<M>, z: M, activation: RecurrentActivation): M {
  if (activation.kind === 'sigmoid') return ops.sigmoid(z);
  if (activation.kind === 'other') return activate(ops, z, activation.function);
  return ops.hardSigmoid(z, activation.slope, activation.offset);
}

/** dσ/dz in terms of y = σ(z): y(1 − y), or the slope where the hard sigmoid is not clipped. */
export function gateSlope<M>(ops: Ops<M>, y: M, activation: RecurrentActivation): M {
  if (activation.kind === 'sigmoid') return slopeOf(ops, y, 'sigmoid');
  if (activation.kind === 'other') return slopeOf(ops, y, activation.function);
  return ops.mul(ops.inUnitInterval(y), ops.constant(activation.slope, 1, 1));
}

/**
 * One step forward.
 * @param z x·W + h·U + b, [B, 4H], gates in the order i f g o
 * @param hold cells whose h is held, while their c goes on freely; none where left out
 */
export function stepForward<M>(
  ops: Ops<M>,
  z: M,
  previous: State<M>,
  functions: CellFunctions,
  hold?: Hold<M>,
): Step<M> {
  const { cellActivation, recurrentActivation } = functions;
  const [zi, zf, zg, zo] = ops.splitColumns(z, 4) as [M, M, M, M];
  const i = activateGate(ops, zi, recurrentActivation);
  const f = activateGate(ops, zf, recurrentActivation);
  const g = activate(ops, zg, cellActivation);
  const o = activateGate(ops, zo, recurrentActivation);
  const c = ops.add(ops.mul(f, previous.c), ops.mul(i, g));
  const activatedC = activate(ops, c, cellActivation);
  const h = held(ops, ops.mul(o, activatedC), hold);
  return { i, f, g, o, c, activatedC, h, previous };
}

/** What of a step its gradient depends on. */
type StepRead<M> = Pick<Step<M>, 'i' | 'f' | 'g' | 'o' | 'activatedC'> & { readonly previous: Pick<State<M>, 'c'> };

/**
 * One step backward.
 * @param dh gradient of the loss by h, from above and from the next step, [B, H]
 * @param dcNext gradient by c from the next step; absent at the window's last step
 * @returns dz, the gradient by z [B, 4H], and dcPrevious, the gradient by the previous c [B, H]
 */
export function stepBackward<M>(
  ops: Ops<M>,
  step: StepRead<M>,
  dh: M,
  dcNext: M | undefined,
  { cellActivation, recurrentActivation }: CellFunctions,
): { dz: M; dcPrevious: M } {
  const { i, f, g, o, activatedC, previous } = step;
  const ofGate = (y: M) => gateSlope(ops, y, recurrentActivation);

  const dcThroughH = ops.mul(ops.mul(dh, o), slopeOf(ops, activatedC, cellActivation));
  const dc = dcNext === undefined ? dcThroughH : ops.add(dcThroughH, dcNext);
  const dzi = ops.mul(ops.mul(dc, g), ofGate(i));
  const dzf = ops.mul(ops.mul(dc, previous.c), ofGate(f));
  const dzg = ops.mul(ops.mul(dc, i), slopeOf(ops, g, cellActivation));
  const dzo = ops.mul(ops.mul(dh, activatedC), ofGate(o));
  return { dz: ops.concatColumns([dzi, dzf, dzg, dzo]), dcPrevious: ops.mul(dc, f) };
}
