// From what every partition found to what is reported: p over all cells and hypotheses together, baselines, ranks.
import { sum } from 'd3-array';
import type { SignalDomains } from '../base/bytes.ts';
import { cellId } from '../base/cell-ids.ts';
import { ALIGNMENTS, type Alignment, type Signal } from '../base/signals.ts';
import { isOn } from '../statistics/association.ts';
import {
  expectedByChance,
  type FalseDiscoveries,
  falseDiscoveries,
  falseDiscoveryRates,
  familywiseP,
} from '../statistics/familywise.ts';
import { countStrong, INTERPRETABLE_STRENGTH, strengthOfAuroc } from '../statistics/strength.ts';
import { EVERY_WAY_SHIFTS } from './judge/judged-cell.ts';
import { type Baselines, NEEDS_NO_MEMORY } from './plan/baseline.ts';
import type { JudgedBlock } from './plan/division.ts';
import type { Scorability } from './plan/labels.ts';
import type { ScoringPlan } from './plan/plan.ts';
import { ranked, type Score } from './rank.ts';
import { placeOf } from './tally/staging.ts';
import type { PartitionResult, PartitionRow } from './threads/partition.ts';

export interface HypothesisResult extends Scorability {
  readonly id: string;
  readonly kind: 'binary' | 'real';
  readonly characterBaseline: Baselines['character'];
  readonly counterBaseline: number | null;
  /**
   * Whether the last 20 steps leave something of it, under either alignment; until windows of them are fitted, whether the
   * character baseline is below 0.9.
   */
  readonly needsMemory: boolean;
}

/** One way to pair a cell with a hypothesis, chosen or not, on the judging text: a description and no test. */
export interface Association {
  readonly signal: Signal;
  readonly alignment: Alignment;
  /** Unoriented AUROC, or Spearman's ρ for a real label. */
  readonly value: number;
}

export interface ScoringResult {
  readonly evaluatedOn: 'held-out' | 'all';
  /** Every cell against every scorable hypothesis, best first. */
  readonly scores: Score[];
  /** In the order in which they were given. */
  readonly hypotheses: HypothesisResult[];
  readonly null: FalseDiscoveries & {
    readonly shifts: number;
    readonly seed: number;
    /** Why nothing is tested, as a sentence; null where it is. */
    readonly untested: string | null;
    /** The same of every way to pair a cell with a hypothesis, had nothing been chosen and all of them been tested. */
    readonly everyWay: FalseDiscoveries & { readonly tests: number };
  };
  readonly signals: readonly Signal[];
  readonly domains: SignalDomains;
  readonly heldOut: {
    readonly pieces: readonly JudgedBlock[];
    /** Text positions of the judging rows: the pieces' characters but the last of each. */
    readonly positions: Int32Array;
    /** A cell's signal at `positions`, as bytes over its domain. @param cell number through all layers */
    bytes(cell: number, signal: Signal): Uint8Array;
    /**
     * Where the threshold that the training text chose for a hypothesis calls the cell on, 0 or 1 at `positions`; null of a
     * real label, of one that is not scorable, and where only the value of each choice was asked for. Bytes could not tell:
     * they are coarser than the values.
     */
    called(cell: number, hypothesis: string): Uint8Array | null;
  };
  /** All ways to pair a cell with a hypothesis, twelve where there are six signals; empty where that is not scorable. */
  associations(cell: number, hypothesis: string): Association[];
}

/** @param results in the order of their cells */
export function assemble(plan: ScoringPlan, results: readonly PartitionResult[]): ScoringResult {
  const { signals, domains } = plan;
  const rows = results.flatMap((result) => result.rows);
  const nulls = { shifts: plan.judge.shifts.length, strengths: joined(results.map((result) => result.nullStrengths)) };
  const associations = joined(results.map((result) => result.associations));
  const observed = rows.map((row) => observedStrength(row, plan));
  const isTested = plan.untested === null;
  const p = isTested ? familywiseP(observed, nulls) : null;
  const q = isTested ? falseDiscoveryRates(observed, nulls) : null;
  const hypotheses = plan.hypotheses.map((hypothesis, index) => describe(plan, hypothesis.id, index));
  const described = new Map(hypotheses.map((hypothesis) => [hypothesis.id, hypothesis]));
  const positions = plan.judge.positions;
  /** What a cell's partition has, and where in its columns the signal begins. */
  const columnOf = (cell: number, signal: Signal) => {
    const result = results.find(({ from, to }) => from <= cell && cell < to)!;
    const start = ((cell - result.from) * signals.length + signals.indexOf(signal)) * positions.length;
    return { result, start, end: start + positions.length };
  };

  return {
    evaluatedOn: plan.division.evaluatedOn,
    scores: ranked(
      rows.map((row, index) => toScore(row, { p: p?.[index] ?? null, q: q?.[index] ?? null }, plan, described)),
    ),
    hypotheses,
    null: {
      ...falseDiscoveries(observed, INTERPRETABLE_STRENGTH, nulls),
      shifts: nulls.shifts,
      seed: plan.seed,
      untested: plan.untested,
      everyWay: { tests: associations.length, ...ofEveryWay(associations, results, nulls.shifts) },
    },
    signals,
    domains,
    heldOut: {
      pieces: plan.division.judgedBlocks,
      positions,
      bytes(cell, signal) {
        const { result, start, end } = columnOf(cell, signal);
        return result.bytes.subarray(start, end);
      },
      called(cell, id) {
        const k = plan.scorable.findIndex((hypothesis) => hypothesis.id === id);
        const choice = k < 0 ? undefined : rows[cell * plan.scorable.length + k]!.choice;
        if (choice === undefined || choice.boundary === null) return null;
        const { signal, boundary, direction } = choice;
        const { result, start, end } = columnOf(cell, signal);
        if (result.values === null) return null;
        const values = result.values.subarray(start, end);
        const on = new Uint8Array(values.length);
        for (let row = 0; row < on.length; row++) on[row] = Number(isOn(values[row]!, boundary, direction));
        return on;
      },
    },
    associations(cell, id) {
      const k = plan.scorable.findIndex((hypothesis) => hypothesis.id === id);
      if (k < 0) return [];
      const isBinary = plan.scorable[k]!.kind === 'binary';
      const start = (cell * plan.scorable.length + k) * signals.length * ALIGNMENTS.length;
      return signals.flatMap((signal, s) =>
        ALIGNMENTS.map((alignment, a) => {
          const value = associations[start + s * ALIGNMENTS.length + a]!;
          return { signal, alignment, value: isBinary ? (value + 1) / 2 : value };
        }),
      );
    },
  };
}

function ofEveryWay(associations: Float32Array, results: readonly PartitionResult[], shifts: number): FalseDiscoveries {
  const strongByChance = sum(results, (result) => result.strongByChance);
  return expectedByChance(countStrong(associations), strongByChance, Math.min(shifts, EVERY_WAY_SHIFTS));
}

function joined(arrays: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(sum(arrays, ({ length }) => length));
  let at = 0;
  for (const array of arrays) {
    all.set(array, at);
    at += array.length;
  }
  return all;
}

function observedStrength({ value, hypothesis }: PartitionRow, plan: ScoringPlan): number {
  if (!Number.isFinite(value)) return 0;
  return plan.scorable[hypothesis]!.kind === 'binary' ? strengthOfAuroc(value) : Math.abs(value);
}

function describe(plan: ScoringPlan, id: string, index: number): HypothesisResult {
  const { character, counter } = plan.baselines[index]!;
  const strongest = Math.max(character.reading ?? 0, character.predicting ?? 0);
  return {
    ...plan.scorability[index]!,
    id,
    kind: plan.hypotheses[index]!.kind,
    characterBaseline: character,
    counterBaseline: counter,
    needsMemory: strongest < NEEDS_NO_MEMORY,
  };
}

function toScore(
  row: PartitionRow,
  { p, q }: { readonly p: number | null; readonly q: number | null },
  plan: ScoringPlan,
  described: ReadonlyMap<string, HypothesisResult>,
): Score {
  const { layer, unit } = placeOf(plan.layers, row.cell);
  const { id, baseRate, spans, characterBaseline, kind } = described.get(plan.scorable[row.hypothesis]!.id)!;
  const { signal, alignment, direction, threshold } = row.choice;
  const binary = (value: number) => (kind === 'binary' && Number.isFinite(value) ? value : null);
  const real = (value: number) => (kind === 'real' && Number.isFinite(value) ? value : null);
  return {
    cell: cellId(layer + 1, unit),
    layer: layer + 1,
    unit,
    hypothesis: id,
    signal,
    alignment,
    direction,
    auroc: binary(row.value),
    interval: row.interval === null ? null : [row.interval[0], row.interval[1]],
    averagePrecision: binary(row.averagePrecision),
    baseRate,
    spans,
    pointBiserial: binary(row.pearson),
    cohenD: binary(row.cohenD),
    f1: binary(row.f1),
    mcc: binary(row.mcc),
    threshold,
    pearson: real(row.pearson),
    spearman: real(row.value),
    pShift: p,
    qShift: q,
    untrained: null,
    adds: null,
    addsInterval: null,
    pAdds: null,
    remembers: false,
    characterBaseline: characterBaseline[alignment],
  };
}
