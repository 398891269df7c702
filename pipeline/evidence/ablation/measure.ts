// What is lost without each cell, on a sample of the text that the network was not trained on.

import { range } from 'd3-array';
import { createProgress } from '../../base/progress.ts';
import { kindOf } from '../../datasets/kinds.ts';
import { fromSpans } from '../../datasets/labels.ts';
import { type ClosingMarks, closingMarks } from '../../datasets/text/quotes.ts';
import { viewOf } from '../../datasets/text/text-view.ts';
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
    const segments = predictedSegments(context.labelled.blocks, predictable(context));
    if (segments.length === 0) return { cells: context.cells.map(() => null) };
    const cells = describeAblations(await clampAll(context, segments), context);
    const told = cells.filter(({ needed }) => needed !== null);
    const needed = told.length === 0 ? null : told.filter((cell) => cell.needed!.is).length;
    const steps = predictedPositions(segments).length;
    return { cells, gallery: { steps, segments: segments.length, needed, runUp: RUN_UP } };
  },
};

/**
 * Positions of the held-out sample and of the blocks that validate. These chose when the training ended, but no weight and
 * no hypothesis; and with twice as many blocks much more of what is needed is found.
 */
function predictable({ labelled: { blocks }, scores: { evaluatedOn, positions } }: EvidenceContext): number[] {
  const validating = evaluatedOn === 'all' ? [] : blocks.filter(({ split }) => split === 'validation');
  return [...positions, ...validating.flatMap(({ start, end }) => range(start, end))].sort((a, b) => a - b);
}

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

/** Null where nothing is text, or no quotation of it is closed. */
function closingMarksOf({ labelled }: EvidenceContext): ClosingMarks | null {
  if (!kindOf(labelled).ofCharacters) return null;
  const marks = closingMarks(labelled.texts, viewOf(labelled.texts).quotations);
  return marks.positions.size === 0 ? null : marks;
}

/** The probability of all characters that close quotations. */
function closingProbability({ network }: EvidenceContext, { characters }: ClosingMarks) {
  const { architecture, vocabulary = [] } = network!.card;
  const numbers = [...characters].map((character) => vocabulary.indexOf(character));
  return (prediction: Float32Array, row: number): number =>
    numbers.reduce((sum, number) => sum + Math.exp(prediction[row * architecture.outputs + number]!), 0);
}
