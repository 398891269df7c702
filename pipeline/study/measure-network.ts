// What a study tells of one network: its best cell for each hypothesis, how many are interpretable and how many remember, its
// sparse probes.

import { group } from 'd3-array';
import { cellPlaces } from '../base/cell-ids.ts';
import type { Signal } from '../base/signals.ts';
import { byMemory, spreadOf, spreadOfBest } from '../build/pages/hypothesis.ts';
import type { StudyConfiguration } from '../content/studies.ts';
import type { StudyNetwork } from '../contract/study.ts';
import { signalOf } from '../gallery/kept-signals.ts';
import type { Measured } from '../gallery/measured.ts';
import { needingMemory } from '../gallery/memory.ts';
import type { Judge } from '../scoring/judge/judge.ts';
import { type Probe, sparseProbes } from '../scoring/judge/probe.ts';
import type { Label } from '../scoring/plan/labels.ts';
import type { ScoringPlan } from '../scoring/plan/plan.ts';
import type { Score } from '../scoring/rank.ts';
import type { ScoringResult } from '../scoring/results.ts';
import { MEMORY_LENGTH } from '../scoring/window/windows.ts';
import { isInterpretable, orientedValue } from '../statistics/strength.ts';
import { type MemoryBench, memoryOf } from './remembered.ts';
import { type SampledCells, strongestCell } from './strongest-cell.ts';

/** What the measurement says of a network, besides what it is. */
export type NetworkFindings = Omit<StudyNetwork, 'id' | 'kind' | 'seed' | 'step' | 'weights'>;

/** The state that a cell carries and what the others see of it: what a probe may read. */
const PROBED: readonly Signal[] = ['c', 'h'];

/** What all networks are judged by. */
export interface Judging {
  readonly plan: ScoringPlan;
  /** Of the plan. */
  readonly judge: Judge;
  readonly memory: MemoryBench;
  readonly probes: StudyConfiguration['probes'];
}

/**
 * @param measured with its sample of the training text
 * @param withCurve whether to count what cells add to windows of all lengths
 */
export function findingsOf(
  measured: Measured,
  { plan, judge, memory, probes }: Judging,
  withCurve: boolean,
): NetworkFindings {
  const { training, loss } = measured;
  const scoring = withNeeds(measured.scoring, memory);
  const { positions, bytes } = training!;
  const sample: SampledCells = { layers: plan.layers, signals: plan.signals, positions, bytes };
  const rows = group(scoring.scores, ({ hypothesis }) => hypothesis);
  const places = cellPlaces(plan.layers);
  const ofProbe = (hypothesis: string, { size, columns, auroc, interval }: Probe) => ({
    hypothesis,
    size,
    cells: columns.map((column) => places[cellOf(column)]!.id),
    auroc,
    interval: interval === null ? null : ([...interval] as [number, number]),
  });
  return {
    loss: loss!['held-out'],
    interpretable: countInterpretable(scoring),
    memory: memoryOf(
      measured,
      places.map(({ id }) => id),
      memory,
      withCurve,
    ),
    best: plan.scorable.map((hypothesis) => bestOf(hypothesis, rows.get(hypothesis.id)!, sample, scoring)),
    probes: plan.scorable.flatMap((hypothesis, index) => {
      if (!probes.hypotheses.includes(hypothesis.id)) return [];
      const found = probesOf(sample, scoring, hypothesis, { judge, hypothesis: index }, probes.cells);
      return found.map((probe) => ofProbe(hypothesis.id, probe));
    }),
    spread: plan.scorable.map(({ id }) => ({ hypothesis: id, counts: spreadOf(rows.get(id)!) })),
    strongest: spreadOfBest(byMemory(scoring)(scoring).scores),
  };
}

/** What needs memory, as the gallery has it. */
function withNeeds(scoring: ScoringResult, { windows }: MemoryBench): ScoringResult {
  const window = windows.find(({ length }) => length === MEMORY_LENGTH);
  return window === undefined ? scoring : { ...scoring, hypotheses: needingMemory(scoring.hypotheses, window) };
}

const cellOf = (column: number) => Math.floor(column / PROBED.length);

/** Columns are cells × {@link PROBED}. */
function probesOf(
  sample: SampledCells,
  scoring: ScoringResult,
  { values }: Label,
  judged: { readonly judge: Judge; readonly hypothesis: number },
  sizes: readonly number[],
): Probe[] {
  const cells = sample.layers.reduce((sum, units) => sum + units, 0);
  const columns = Array.from({ length: cells * PROBED.length }, (_, column) => ({
    cell: cellOf(column),
    signal: PROBED[column % PROBED.length]!,
  }));
  return sparseProbes(
    {
      training: columns.map(({ cell, signal }) => signalOf(sample, cell, signal)),
      judging: columns.map(({ cell, signal }) => scoring.heldOut.bytes(cell, signal)),
      cells: columns.map(({ cell }) => cell),
    },
    sample.positions.map((position) => values[position]!),
    judged,
    sizes,
  );
}

function bestOf(
  label: Label,
  rows: readonly Score[],
  sample: SampledCells,
  { evaluatedOn }: ScoringResult,
): StudyNetwork['best'][number] {
  const score = strongestCell(label, rows, sample);
  const { hypothesis, cell, signal, alignment } = score;
  return {
    hypothesis,
    cell,
    signal,
    alignment,
    value: orientedValue(score),
    interval: orientedInterval(score),
    interpretable: rows.filter((row) => isInterpretable(row, evaluatedOn)).length,
  };
}

/** The interval of {@link orientedValue}. */
function orientedInterval(score: Score): [number, number] | null {
  if (score.interval === null) return null;
  const [a, b] = score.interval.map((end) =>
    orientedValue(score.auroc === null ? { ...score, spearman: end } : { ...score, auroc: end }),
  );
  return [Math.min(a!, b!), Math.max(a!, b!)];
}

function countInterpretable(scoring: ScoringResult): StudyNetwork['interpretable'] {
  const cells = (rows: readonly Score[]) =>
    new Set(rows.filter((row) => isInterpretable(row, scoring.evaluatedOn)).map(({ cell }) => cell)).size;
  return { count: cells(scoring.scores), needingMemory: cells(byMemory(scoring)(scoring).scores) };
}
