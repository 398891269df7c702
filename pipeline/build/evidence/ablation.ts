// What is lost without each cell, on a sample of the held-out text.
import type { AblationSample } from '../../artifacts/schema/evidence/ablation.ts';
import { ablate, stepsOfAblation } from '../../explain/ablation.ts';
import { type Foreseen, foreseenPositions, foreseenStretches, RUN_UP } from '../../explain/ablation-sample.ts';
import { readUndisturbed } from '../../explain/undisturbed.ts';
import { createProgress } from '../../progress.ts';
import { type ClosingMarks, closingMarks } from '../../text/closing-marks.ts';
import { fromSpans } from '../../text/labels.ts';
import { passageOf } from '../../text/passage.ts';
import type { EvidencePart } from '../evidence.ts';
import { type AblationFound, describeAblations } from './ablated-cells.ts';
import type { EvidenceContext } from './context.ts';

export const ablation: EvidencePart = {
  name: 'ablation',
  code: [
    ...['ablation.ts', 'ablated-cells.ts'].map((file) => `build/evidence/${file}`),
    ...[
      ...['ablation.ts', 'ablation-sample.ts', 'cluster-mean.ts', 'effects.ts', 'held-cells.ts', 'matched-cells.ts'],
      ...['moments.ts', 'reading.ts', 'sample.ts', 'states.ts', 'undisturbed.ts'],
    ].map((file) => `explain/${file}`),
    'scoring/rank.ts',
    'text',
  ],

  applies({ network }) {
    const architecture = network?.card.architecture;
    if (network?.targets == null || architecture === undefined) return false;
    return architecture.outputs > 0 && !architecture.bidirectional?.includes(true);
  },

  async measure(context) {
    const { labelled, scores, cells } = context;
    const stretches = foreseenStretches(labelled.blocks, scores.positions);
    if (stretches.length === 0) return { cells: cells.map(() => null) };
    const sample: AblationSample = {
      steps: foreseenPositions(stretches).length,
      stretches: stretches.length,
      runUp: RUN_UP,
    };
    return { cells: describeAblations(await holdAll(context, stretches), context), gallery: sample };
  },
};

/** Holds every cell in turn, and measures the loss and, where quotations are closed, the probability of a closing mark. */
async function holdAll(context: EvidenceContext, stretches: readonly Foreseen[]): Promise<AblationFound> {
  const { engine, labelled } = context;
  const { card, parameters, sequence, targets, starts } = context.network!;
  const { architecture } = card;
  const subject = { engine, architecture, parameters, sequence, starts };
  const training = fromSpans(
    labelled.blocks.filter(({ split }) => split === 'train'),
    sequence.length,
  );
  const progress = createProgress({
    title: 'Holding each cell',
    total: stepsOfAblation(architecture, stretches),
    unit: 'cells × steps',
  });
  try {
    const undisturbed = await readUndisturbed(subject, stretches, training);
    const marks = closingMarksOf(context);
    const measures = [targets!.loss, ...(marks === null ? [] : [closingProbability(context, marks)])];
    const [loss, closing] = await ablate(subject, undisturbed, {
      stretches,
      measures,
      progress: (steps) => progress.advance(steps),
    });
    return {
      positions: foreseenPositions(stretches),
      moments: undisturbed.moments,
      loss: loss!,
      closing: marks === null ? null : { marks: marks.positions, probability: closing! },
    };
  } finally {
    progress.finish();
  }
}

/** Null where nothing is text, or no quotation of it is closed. */
function closingMarksOf({ labelled: { characters }, network }: EvidenceContext): ClosingMarks | null {
  if (network!.ids === null) return null;
  const marks = closingMarks(characters, passageOf(characters).quotations);
  return marks.positions.size === 0 ? null : marks;
}

/** The probability of all characters that close quotations. */
function closingProbability({ network }: EvidenceContext, { characters }: ClosingMarks) {
  const { architecture, vocabulary = [] } = network!.card;
  const numbers = [...characters].map((character) => vocabulary.indexOf(character));
  return (said: Float32Array, row: number): number =>
    numbers.reduce((sum, number) => sum + Math.exp(said[row * architecture.outputs + number]!), 0);
}
