// Trace and scores in one go: the signals stream from the reading into the scorer and are nowhere kept whole.

import { createProgress } from '../base/progress.ts';
import type { Block, Split } from '../datasets/blocks.ts';
import { outputName } from '../lstm/names.ts';
import { readsNumbers } from '../lstm/parameters.ts';
import { planScoring, type ScoringPlan } from '../scoring/plan/plan.ts';
import { createScorer } from '../scoring/scorer.ts';
import { createExpectations, type Expectations, LARGEST_VOCABULARY } from '../trace/expected.ts';
import { enterLosses, meanLoss, unknownLosses } from '../trace/loss.ts';
import { type Reading, readText, signalRows, signalsOfCells } from '../trace/read.ts';
import { charactersToRead, layOut } from '../trace/streams.ts';
import type { Targets } from '../trace/targets.ts';
import { createBook, createTrainingSample, trainingPositions } from './kept-signals.ts';
import { type KnownReading, observeKnown } from './known-reading.ts';
import type { Measured } from './measured.ts';
import type { NetworkGallery } from './network.ts';

export interface Measurement extends Pick<Reading, 'engine' | 'architecture' | 'parameters' | 'sequence' | 'starts'> {
  /** What the network predicts; null where it says something else, and has no loss. */
  readonly targets: Targets | null;
  readonly blocks: readonly Block[];
  readonly plan: ScoringPlan;
  /** What the progress line calls it. */
  readonly title: string;
  /** Whether to keep h of every cell at every character, a byte each. */
  readonly book: boolean;
  /** Whether to keep what was expected of the characters: of all of them with a book, else of the held-out sample. */
  readonly expected?: boolean;
  /** Whether to keep a sample of the training text's signals. */
  readonly training: boolean;
  /** Whether to keep what spares later readings; needs the sample of the training text. */
  readonly known?: boolean;
  readonly workers?: number | undefined;
}

/** Of the time shifts and the bootstrap, so that every build draws the same ones. */
export const SCORING_SEED = 1997;

/** How a gallery's network is scored, and its twin the same way. */
export function planNetwork({ labelled, card, sequence }: NetworkGallery): ScoringPlan {
  const { perStream } = layOut(sequence.length);
  const { architecture } = card;
  const given = signalsOfCells(architecture);
  return planScoring(labelled, labelled.labels, architecture.units, SCORING_SEED, given, perStream);
}

/** The plan of a network, made when it is first asked for. @param shared keeps it for whoever asks next */
export function planOnce(network: NetworkGallery, shared: { plan?: ScoringPlan }): ScoringPlan {
  shared.plan ??= planNetwork(network);
  return shared.plan;
}

/** What the reading of a network gave, with what spares later readings, where that was to be kept. */
export interface MeasuredNetwork extends Measured {
  readonly known: KnownReading | null;
}

/** Reads the text, scores every cell as the plan says, and takes the loss along. */
export async function measure(measurement: Measurement): Promise<MeasuredNetwork> {
  const { engine, architecture, parameters, sequence, targets, starts, blocks, plan, title } = measurement;
  const { length, unit } = sequence;
  const book = measurement.book ? createBook(architecture.units, length, plan.domains.h) : null;
  const training = measurement.training
    ? createTrainingSample(architecture.units, trainingPositions(plan.trainRows), plan)
    : null;
  const known =
    measurement.known === true && training !== null
      ? observeKnown(architecture, { judging: [...plan.judge.positions], sample: training.positions, blocks, length })
      : null;
  const expectations = measurement.expected === true ? expectationsOf(measurement) : null;
  const losses = unknownLosses(length);
  const scorer = createScorer(plan, measurement.workers);
  const progress = createProgress({ title, total: charactersToRead(length, starts), unit });
  try {
    await readText({
      engine,
      architecture,
      parameters,
      sequence,
      starts,
      signals: true,
      predictions: targets !== null,
      progress: (characters) => progress.advance(characters),
      begin() {
        scorer.begin();
        for (const observer of known?.observers ?? []) observer.begin();
      },
      async window(window) {
        const rows = signalRows(window, architecture);
        const added = scorer.add(rows);
        book?.add(window, rows.layers);
        training?.add(rows);
        for (const observer of known?.observers ?? []) await observer.window(window);
        if (targets !== null) {
          const prediction = window.outputs[outputName(architecture)]!;
          enterLosses(losses, targets, window, prediction);
          expectations?.add(window, prediction);
        }
        await added;
      },
    });
    const scoring = await scorer.finish();
    const blocksOf = (split: Split) => blocks.filter((block) => block.split === split);
    const lossOf = (split: Split) => meanLoss(losses, blocksOf(split));
    const loss = { train: lossOf('train'), validation: lossOf('validation'), 'held-out': lossOf('held-out') };
    const kept = { book: book?.bytes ?? null, expected: expectations?.bytes ?? null, training };
    return { scoring, ...kept, known: known?.found() ?? null, ...(targets === null ? {} : { loss, losses }) };
  } finally {
    progress.finish();
    await scorer.close();
  }
}

/** Null where the network says something else than the log-probabilities of a few characters. */
function expectationsOf({ architecture, targets, sequence, plan, book }: Measurement): Expectations | null {
  const { outputs, outputActivation = 'softmax' } = architecture;
  if (targets === null || readsNumbers(architecture) || outputActivation !== 'softmax') return null;
  if (outputs > LARGEST_VOCABULARY) return null;
  const rowOf = book ? Int32Array.from({ length: sequence.length }, (_, t) => t) : plan.sampleRow;
  const last = rowOf.reduce((most, row) => Math.max(most, row), -1);
  return createExpectations(targets, outputs, rowOf, last + 1);
}
