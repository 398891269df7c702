// Which cells are clamped where. To clamp each of them over the whole sample costs far more than anything else that is
// measured, and of nearly all it tells no more than a part of the sample and the estimates do.
//
// At first every cell is clamped over a part of the sample. What the estimates are off by there, times the sample's size over
// the part's, is added to them: the difference estimator of survey sampling (Cochran 1977, Sampling Techniques, §7.3), which
// is right on average however bad the estimates are, and the more precise the better they are. Whatever is made of the
// changes step by step, means and intervals over blocks alike, is then made of these sums, and has the error of the estimates in it.
//
// Then cells are clamped over the whole sample and their estimates forgotten: those whose correction is not well known beside the
// cells like them, those that may be needed, and those of which more is asked than the estimates are of, with the cells
// that they are compared with. What was found on the part chooses cells, and then they are judged by all steps.
import type { Level, Measured } from './ablation.ts';
import { differsAtZero, judge, type Known } from './choosing.ts';
import { type PredictedSegment, partOf, predictedPositions } from './undisturbed.ts';

export interface RoundsOptions extends Known {
  readonly segments: readonly PredictedSegment[];
  /**
   * Clamps cells, by their numbers, one at a time over a sample.
   * @returns what changes of the loss and, over the whole sample where closing marks are asked for, of their probability
   */
  clamp(level: Level, cells: readonly number[], sample: readonly PredictedSegment[]): Promise<readonly Measured[]>;
}

export interface Clamped {
  /** Changes of the loss, [cells, positions]: what was measured, and elsewhere what is estimated. */
  readonly changes: Readonly<Record<Level, Float32Array>>;
  /** Of each cell, at how many positions its change was measured. */
  readonly measuredAt: readonly number[];
  /** Of each cell, whether it was clamped at zero too: where that differs from its mean, as far as is known. */
  readonly differs: readonly boolean[];
  /** Of what else was asked, as it is, [positions], and its changes, [cells, positions], 0 of cells of which it was not. */
  readonly closing: { readonly asIs: Float32Array; readonly changes: Float32Array } | null;
  /** Of each cell the mean over the part, as estimated and as measured, clamped at its mean. */
  readonly agreement: { readonly steps: number; readonly estimated: number[]; readonly measured: number[] };
}

export async function clampInRounds(options: RoundsOptions): Promise<Clamped> {
  const { segments, questions, whole, estimated } = options;
  const rows = whole.rows;
  const part = rowsOfPart(segments);
  const all = Array.from(questions.keys());
  const found = {
    changes: { mean: estimated.mean.slice(), zero: estimated.zero.slice() },
    measuredAt: all.map(() => part.rows.length),
    closing: options.closing
      ? { asIs: new Float32Array(rows), changes: new Float32Array(estimated.mean.length) }
      : null,
  };
  /** What was added to the estimates of changes at the mean, [cells, positions]. */
  const corrections = new Float32Array(estimated.mean.length);

  async function clampOverPart(level: Level, chosen: readonly number[]): Promise<void> {
    const [measured] = await options.clamp(level, chosen, part.segments);
    chosen.forEach((cell, k) => {
      part.rows.forEach((row, r) => {
        const at = cell * rows + row;
        const off = measured!.changes[k * part.rows.length + r]! - estimated[level][at]!;
        const correction = (off * rows) / part.rows.length;
        found.changes[level][at] = estimated[level][at]! + correction;
        if (level === 'mean') corrections[at] = correction;
      });
    });
  }

  async function clampOverWhole(level: Level, chosen: readonly number[]): Promise<void> {
    const [measured, other] = await options.clamp(level, chosen, segments);
    if (level === 'mean' && other !== undefined) found.closing!.asIs.set(other.asIs);
    chosen.forEach((cell, k) => {
      const of = (changes: Float32Array) => changes.subarray(k * rows, (k + 1) * rows);
      found.changes[level].set(of(measured!.changes), cell * rows);
      if (level === 'zero') return;
      if (other !== undefined) found.closing!.changes.set(of(other.changes), cell * rows);
      corrections.fill(0, cell * rows, (cell + 1) * rows);
      found.measuredAt[cell] = rows;
    });
  }

  await (part.segments === segments ? clampOverWhole : clampOverPart)('mean', all);
  const agreement = agreementOn(part.rows, rows, estimated.mean, found.changes.mean);

  for (;;) {
    const goesOn = judge(found.changes.mean, corrections, part.rows, options);
    const chosen = all.filter((cell) => found.measuredAt[cell]! < rows && goesOn(cell));
    if (chosen.length === 0) break;
    await clampOverWhole('mean', chosen);
  }

  const differs = all.map(differsAtZero(found.changes.mean, options));
  for (const cell of all) {
    for (let at = cell * rows; at < (cell + 1) * rows; at++)
      found.changes.zero[at] = found.changes.mean[at]! + estimated.zero[at]! - estimated.mean[at]!;
  }
  const [complete, partial] = [true, false].map((is) =>
    all.filter((cell) => differs[cell] && (found.measuredAt[cell] === rows) === is),
  ) as [number[], number[]];
  if (complete.length > 0) await clampOverWhole('zero', complete);
  if (partial.length > 0) await clampOverPart('zero', partial);
  return { ...found, differs, agreement };
}

/** The part of the sample at which every cell is clamped, and the rows of the sample that are its positions. */
function rowsOfPart(sample: readonly PredictedSegment[]) {
  const segments = partOf(sample);
  const rowOf = new Map(predictedPositions(sample).map((position, row) => [position, row]));
  return { segments, rows: predictedPositions(segments).map((position) => rowOf.get(position)!) };
}

/** @param changes what was measured at the part's rows, as it was added to the estimates */
function agreementOn(
  part: readonly number[],
  rows: number,
  estimated: Float32Array,
  changes: Float32Array,
): Clamped['agreement'] {
  const share = part.length / rows;
  const found = { steps: part.length, estimated: [] as number[], measured: [] as number[] };
  for (let first = 0; first < estimated.length; first += rows) {
    let [sum, off] = [0, 0];
    for (const row of part) {
      sum += estimated[first + row]!;
      off += share * (changes[first + row]! - estimated[first + row]!);
    }
    found.estimated.push(sum / part.length);
    found.measured.push((sum + off) / part.length);
  }
  return found;
}
