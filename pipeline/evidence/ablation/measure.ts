// What is lost without each cell, on a sample of the held-out text.

import { createProgress } from '../../base/progress.ts';
import { fromSpans } from '../../datasets/labels.ts';
import { isForwardLstm } from '../../lstm/parameters.ts';
import { rankCorrelation } from '../../statistics/association.ts';
import { placeWhere } from '../../statistics/effects.ts';
import { closingMarksOf, closingProbability } from '../closing-marks.ts';
import { type EvidenceContext, type EvidenceMeasure, readerOf } from '../context.ts';
import { type AblationFound, describeAblations } from './ablated-cells.ts';
import { ablate } from './ablation.ts';
import { askOfCells } from './questions.ts';
import { clampInRounds } from './rounds.ts';
import type { AblationSample, CellAblation } from './schema.ts';
import { estimatedChanges, measureSensitivities, STEPS_BACK } from './sensitivities.ts';
import {
  type PredictedSegment,
  predictedPositions,
  predictedSegments,
  RUN_UP,
  readUndisturbed,
  stepsRead,
} from './undisturbed.ts';

export const ablation: EvidenceMeasure<CellAblation, AblationSample> = {
  module: import.meta.url,

  applies({ network }) {
    const architecture = network?.card.architecture;
    if (network?.targets == null || architecture === undefined) return false;
    return architecture.outputs > 0 && isForwardLstm(architecture);
  },

  async measure(context) {
    const segments = predictedSegments(context.labelled.blocks, context.scores.positions);
    if (segments.length === 0) return { cells: context.cells.map(() => null) };
    const found = await clampAll(context, segments);
    const cells = describeAblations(found);
    const told = cells.filter(({ needed }) => needed !== null);
    const { agreement, positions, measuredAt } = found;
    const rank = rankCorrelation(agreement.estimated, agreement.measured);
    return {
      cells,
      gallery: {
        steps: positions.length,
        segments: segments.length,
        needed: told.length === 0 ? null : told.filter((cell) => cell.needed!.is).length,
        runUp: RUN_UP,
        measured: measuredAt.filter((steps) => steps === positions.length).length,
        agreement: { steps: agreement.steps, rank: Number.isNaN(rank) ? null : rank },
      },
    };
  },
};

/** What the loss and, where quotations are closed, the probability of a closing mark change by without each cell. */
async function clampAll(context: EvidenceContext, segments: readonly PredictedSegment[]): Promise<AblationFound> {
  const { labelled, cells } = context;
  const { sequence, targets } = context.network!;
  const reader = readerOf(context);
  const { blocks } = labelled;
  const training = fromSpans(
    blocks.filter(({ split }) => split === 'train'),
    sequence.length,
  );
  const positions = predictedPositions(segments);
  const undisturbed = await readUndisturbed(reader, segments, training, context.known?.moments.training);
  const means = cells.map(({ layer, unit }) => undisturbed.moments[layer - 1]!.mean[unit]!);
  const sensitivities = await waitedFor('Estimating what each cell changes', 'steps', (progress) =>
    measureSensitivities(reader, undisturbed.recorded, targets!, positions, progress(positions.length * STEPS_BACK)),
  );
  const asIs = sensitivities.losses;
  const questions = askOfCells(context, positions, undisturbed.moments);
  const marks = closingMarksOf(context);
  const measures = [targets!.loss, ...(marks === null ? [] : [closingProbability(context, marks)])];
  const clamped = await waitedFor('Clamping cells', 'cells × steps', (progress) =>
    clampInRounds({
      ...{ segments, questions, closing: marks !== null },
      whole: placeWhere(positions, blocks, () => true),
      estimated: {
        mean: estimatedChanges(sensitivities, means),
        zero: estimatedChanges(sensitivities, new Float32Array(means.length)),
      },
      clamp(level, chosen, sample) {
        const clamps = chosen.map((cell) => {
          const { layer, unit } = cells[cell]!;
          return { layer: layer - 1, unit, value: level === 'mean' ? means[cell]! : 0 };
        });
        const steps = clamps.length * sample.reduce((sum, segment) => sum + stepsRead(segment), 0);
        return ablate(reader, undisturbed, {
          ...{ segments: sample, clamps, progress: progress(steps) },
          measures: sample === segments ? measures : measures.slice(0, 1),
        });
      },
    }),
  );
  return { ...clamped, positions, blocks, questions, means, asIs, marks: marks?.positions ?? new Set() };
}

/** Shows how far each round of a task has come. */
async function waitedFor<T>(
  title: string,
  unit: string,
  run: (progress: (total: number) => (steps: number) => void) => Promise<T>,
): Promise<T> {
  let finish = () => {};
  try {
    return await run((total) => {
      finish();
      const progress = createProgress({ title, total, unit });
      finish = () => progress.finish();
      return (steps) => progress.advance(steps);
    });
  } finally {
    finish();
  }
}
