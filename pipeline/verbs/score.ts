// `cellarium score`: every cell against every hypothesis, best first, without building a site.

import { labelActivations } from '../activations.ts';
import { FORMAT, type Score, scoresSchema } from '../artifacts/schema.ts';
import { measure, SCORING_SEED } from '../build/measure.ts';
import { measureActivations } from '../build/measure-activations.ts';
import { loadGallery, loadHeuristics, type ModelGallery, type SeriesGallery } from '../content.ts';
import { chooseEngine, type EngineChoice } from '../engines/index.ts';
import { isFile } from '../formats/files.ts';
import { findGallery } from '../gallery.ts';
import { loadNetworkGallery } from '../network-gallery.ts';
import { planScoring } from '../scoring/plan.ts';
import { compareWithTwin, orientedValue, type Scored, withNames } from '../scoring/rank.ts';

export interface ScoreOptions extends EngineChoice {
  readonly content: string;
  /** A file of activations if there is one of that name; else a gallery's id, or that of a model with one gallery. */
  readonly subject: string;
  /** Ids; those of the gallery where left out, and for a file all that there are. */
  readonly heuristics?: readonly string[] | undefined;
  /** JSON instead of a table of the best. */
  readonly json: boolean;
}

/** Rows of the table. */
const SHOWN = 40;

/** @throws InputError unknown ids, a model that is not trained, broken files */
export async function scoreCells(options: ScoreOptions): Promise<void> {
  const { evaluatedOn, scores } = await scoreSubject(options);
  const report = { format: FORMAT, evaluatedOn, scores };
  console.log(options.json ? JSON.stringify(scoresSchema.parse(report)) : tableOf(scores.slice(0, SHOWN), evaluatedOn));
}

function scoreSubject(options: ScoreOptions): Promise<Scored> {
  const { content, subject, heuristics } = options;
  if (isFile(subject)) return scoreFile(subject, heuristics ?? 'all', options);
  const gallery = loadGallery(content, findGallery(content, subject));
  return 'activations' in gallery
    ? scoreFile(gallery.activations, heuristics ?? gallery.heuristics, options)
    : scoreModel(gallery, options);
}

/** The cells of a network, beside those of its untrained twin. */
async function scoreModel(gallery: ModelGallery | SeriesGallery, options: ScoreOptions): Promise<Scored> {
  const { content, heuristics, ...choice } = options;
  const network = loadNetworkGallery(content, gallery, heuristics);
  const { labelled, scored, card, parameters, sequence, targets, starts } = network;
  const { architecture } = card;
  const engine = await chooseEngine(choice);
  const plan = planScoring(scored, labelled.hypotheses, architecture.units, SCORING_SEED);
  const { blocks } = labelled;
  const kept = { book: false, training: false };
  const common = { engine, architecture, sequence, targets, blocks, plan, ...kept, workers: choice.threads };
  const model = await measure({ ...common, parameters, starts, title: `Scoring ${gallery.id}` });
  const twin = await measure({ ...common, parameters: network.twin(), title: 'Scoring its twin' });
  const { scores } = compareWithTwin(model.scoring, twin.scoring);
  return { evaluatedOn: model.scoring.evaluatedOn, scores };
}

/** The units of a file, which has no twin. */
async function scoreFile(
  file: string,
  heuristics: readonly string[] | 'all',
  { content, threads }: ScoreOptions,
): Promise<Scored> {
  const labelled = labelActivations(file, loadHeuristics(content, heuristics));
  const { activations, corpus } = labelled;
  try {
    const { scoring } = await measureActivations({
      labelled,
      title: `Scoring ${corpus.source}`,
      book: false,
      training: false,
      workers: threads,
    });
    return { evaluatedOn: scoring.evaluatedOn, scores: withNames(scoring.scores, activations.names) };
  } finally {
    activations.close();
  }
}

/** The interval of the value that {@link orientedValue} gives, in the same direction. */
function orientedInterval(score: Score): string {
  if (score.interval === null) return '';
  const ends = score.interval.map((end) =>
    orientedValue({ ...score, auroc: score.auroc === null ? null : end, spearman: end }),
  );
  return `${Math.min(...ends).toFixed(3)} to ${Math.max(...ends).toFixed(3)}`;
}

/** The scores as lines for a terminal, under a header. */
export function tableOf(scores: readonly Score[], evaluatedOn: Scored['evaluatedOn']): string {
  if (scores.length === 0) return 'No hypothesis occurs often enough in this text to be scored.';
  const rows = scores.map((score) => [
    score.name ?? score.cell,
    score.heuristic,
    score.signal,
    score.alignment,
    score.direction === 1 ? 'on' : 'off',
    `${score.auroc === null ? '|ρ|' : 'AUROC'} ${orientedValue(score).toFixed(3)}`,
    orientedInterval(score),
    `p ${score.pShift?.toFixed(3) ?? ''}`,
  ]);
  const header = [
    'cell',
    'hypothesis',
    'signal',
    'alignment',
    '',
    evaluatedOn === 'all' ? 'on all text' : 'held out',
    '95%',
    'shift',
  ];
  const widths = header.map((title, k) => Math.max(title.length, ...rows.map((row) => row[k]!.length)));
  return [header, ...rows]
    .map((row) =>
      row
        .map((part, k) => part.padEnd(widths[k]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
