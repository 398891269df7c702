// How far back a cell reaches: how much of what its output varies by is lost when all but the last few steps are cut off.
// It is to a cell's h what the loss by known context is to the prediction (`memory/context.ts`), and needs no label.
//
// With h the output at a position after everything before it, and h_k after the last k steps alone, read from the zero
// state, the share that is lost is the variance of h_k − h over the positions, divided by that of h. What h_k lacks at all
// positions alike tells nothing of what was read: it is how far a cell still is from its usual level after so few steps from
// zero, which in untrained networks alone takes a dozen. Of none of the steps nothing is left, and the share is 1; and since
// a cell that is led astray by where it starts knows no less than nothing, it is never more.
import { type NetworkState, zeroState } from '../../lstm/state.ts';
import { lastStepsReader } from '../memory/last-steps.ts';
import { type Reader, statesBefore } from '../reading.ts';
import { KNOWN } from './schema.ts';

/** Most steps that are read. */
export const MOST = KNOWN.at(-1)!;

/**
 * @param positions of steps whose h is looked at, each after at least {@link MOST} others
 * @param exactly whether h is what it is after everything before; else after {@link MOST} steps where half as many give the
 *   same, and after twice as many where not, which is the same for a network that forgets
 * @returns for each cell, layer by layer, the share that is lost for each of {@link KNOWN}, in [0, 1]; null of a cell whose h
 *   is always the same
 */
export async function lostByKnown(
  reader: Reader,
  positions: readonly number[],
  exactly: boolean,
): Promise<(number[] | null)[]> {
  const { architecture } = reader;
  const after = positions.map((position) => position + 1);
  const { read, dispose } = lastStepsReader(reader, after, false);
  const fromNothing = async (steps: number) => (await read(steps, zeroState(architecture, positions.length))).state;
  /** Where so many steps more change nothing, the last of what was read is the whole. */
  const settled = async (found: readonly NetworkState[]): Promise<NetworkState> => {
    const [before, last] = found.slice(-2) as [NetworkState, NetworkState];
    const apart = variancesOf(last, (h, layer, k) => before[layer]!.h[k]! - h);
    const all = variancesOf(last, (h) => h);
    const isSettled = all.every((variance, cell) => variance < LEAST_VARIANCE || apart[cell]! <= SETTLED * variance);
    return isSettled ? last : fromNothing(2 * MOST);
  };
  /** The variance of h, or of what is made of it, for each cell. */
  const variancesOf = (state: NetworkState, of: (h: number, layer: number, k: number) => number) =>
    state.flatMap(({ h }, layer) =>
      columnVariances(
        Float64Array.from(h, (own, k) => of(own, layer, k)),
        h.length / positions.length,
      ),
    );
  try {
    const found: NetworkState[] = [];
    for (const steps of KNOWN.slice(1)) found.push(await fromNothing(steps));
    const whole = exactly ? await statesBefore(reader, after) : await settled(found);
    const variances = variancesOf(whole, (h) => h);
    const errors = found.map((state) => variancesOf(whole, (h, layer, k) => state[layer]!.h[k]! - h));
    return variances.map((variance, cell) => {
      if (variance < LEAST_VARIANCE) return null;
      return [1, ...errors.map((error) => Math.min(1, error[cell]! / variance))];
    });
  } finally {
    await dispose();
  }
}

/** A share of the variance that is nothing. */
const SETTLED = 1e-6;

/** Below it the h of a cell varies by no more than rounding does. */
const LEAST_VARIANCE = 1e-12;

/** Of each column of some rows of numbers, [rows, columns]. */
function columnVariances(values: Float64Array, columns: number): number[] {
  const rows = values.length / columns;
  return Array.from({ length: columns }, (_, column) => {
    let [mean, squares] = [0, 0];
    for (let k = column; k < values.length; k += columns) mean += values[k]! / rows;
    for (let k = column; k < values.length; k += columns) squares += (values[k]! - mean) ** 2;
    return squares / rows;
  });
}

/**
 * The number of steps from which on at most a share is lost: where the curve last comes down to it, drawn straight between
 * {@link KNOWN} over the logarithm of the steps, and over the steps themselves up to the first.
 * @param lost a share for each of them
 * @returns null where more is lost with all of them
 */
export function stepsUntil(lost: readonly number[], share: number): number | null {
  const last = lost.findLastIndex((own) => own > share);
  if (last === KNOWN.length - 1) return null;
  const part = (lost[last]! - share) / (lost[last]! - lost[last + 1]!);
  const [from, to] = [KNOWN[last]!, KNOWN[last + 1]!];
  return from === 0 ? part * to : from * (to / from) ** part;
}
