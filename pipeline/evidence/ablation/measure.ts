// What is lost without each cell, on a sample of the held-out text.

import { createProgress } from '../../base/progress.ts';
import { fromSpans } from '../../datasets/labels.ts';
import { closingMarksOf, closingProbability } from '../closing-marks.ts';
import type { EvidenceContext, EvidenceMeasure } from '../context.ts';
import { type AblationFound, describeAblations } from './ablated-cells.ts';
import { ablate, stepsOfAblation } from './ablation.ts';
import type { AblationSample, CellAblation } from './schema.ts';
import {
  type PredictedSegment,
  predictedPositions,
  predictedSegments,
  RUN_UP,
  readUndisturbed,
} from './undisturbed.ts';

export const ablation: EvidenceMeasure<CellAblation, AblationSample> = {
  module: import.meta.url,

  applies({ network }) {
    const architecture = network?.card.architecture;
    if (network?.targets == null || architecture === undefined) return false;
    return architecture.outputs > 0 && !architecture.bidirectional?.includes(true);
  },

  async measure(context) {
    const segments = predictedSegments(context.labelled.blocks, context.scores.positions);
    if (segments.length === 0) return { cells: context.cells.map(() => null) };
    const cells = describeAblations(await clampAll(context, segments), context);
    const told = cells.filter(({ needed }) => needed !== null);
    const needed = told.length === 0 ? null : told.filter((cell) => cell.needed!.is).length;
    const steps = predictedPositions(segments).length;
    return { cells, gallery: { steps, segments: segments.length, needed, runUp: RUN_UP } };
  },
};

/** Clamps every cell in turn, and measures the loss and, where quotations are closed, the probability of a closing mark. */
async function clampAll(context: EvidenceContext, segments: readonly PredictedSegment[]): Promise<AblationFound> {
  const { engine, labelled } = context;
  const { card, parameters, sequence, targets, starts } = context.network!;
  const { architecture } = card;
  const reader = { engine, architecture, parameters, sequence, starts };
  const trained = labelled.blocks.filter(({ split }) => split === 'train');
  const training = fromSpans(trained, sequence.length);
  const progress = createProgress({
    title: 'Clamping each cell',
    total: stepsOfAblation(architecture, segments),
    unit: 'cells × steps',
  });
  try {
    const undisturbed = await readUndisturbed(reader, segments, training);
    const marks = closingMarksOf(context);
    const measures = [targets!.loss, ...(marks === null ? [] : [closingProbability(context, marks)])];
    const [loss, closing] = await ablate(reader, undisturbed, {
      segments,
      measures,
      progress: (steps) => progress.advance(steps),
    });
    return {
      positions: predictedPositions(segments),
      moments: undisturbed.moments,
      loss: loss!,
      closing: marks === null ? null : { marks: marks.positions, probability: closing! },
    };
  } finally {
    progress.finish();
  }
}
