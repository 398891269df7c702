// `cellarium score`: every cell against every hypothesis, best first, without building a site.

import { type Score, scoresSchema } from '../artifacts/schema.ts';
import { measure, SCORING_SEED } from '../build/measure.ts';
import { untrainedTwin } from '../build/twin.ts';
import { chooseEngine, type EngineChoice } from '../engines/index.ts';
import { loadLabelledGallery, loadModel } from '../gallery.ts';
import { planScoring } from '../scoring/plan.ts';
import { compareWithTwin, orientedValue } from '../scoring/rank.ts';

export interface ScoreOptions extends EngineChoice {
  readonly content: string;
  readonly gallery: string;
  /** JSON instead of a table of the best. */
  readonly json: boolean;
}

/** Rows of the table. */
const SHOWN = 40;

/** @throws InputError unknown ids, a model that is not trained, broken files */
export async function scoreModel({ content, gallery: id, json, ...choice }: ScoreOptions): Promise<void> {
  const labelled = loadLabelledGallery(content, id);
  const { gallery, corpus, characters, blocks, paragraphs, hypotheses } = labelled;
  const { card, parameters, ids } = loadModel(content, gallery.model, characters, corpus.source);
  const { architecture } = card;
  const engine = await chooseEngine(choice);
  const plan = planScoring({ characters, blocks, paragraphs }, hypotheses, architecture.units, SCORING_SEED);
  const common = { engine, architecture, ids, blocks, plan, book: false, workers: choice.threads };
  const model = await measure({ ...common, parameters, title: `Scoring ${id}` });
  const twin = await measure({ ...common, parameters: untrainedTwin(architecture), title: 'Scoring its twin' });
  const { scores } = compareWithTwin(model.scoring, twin.scoring);
  if (json) {
    const report = { format: 1, evaluatedOn: model.scoring.evaluatedOn, scores };
    console.log(JSON.stringify(scoresSchema.parse(report)));
    return;
  }
  console.log(tableOf(scores.slice(0, SHOWN)));
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
export function tableOf(scores: readonly Score[]): string {
  const rows = scores.map((score) => [
    score.cell,
    score.heuristic,
    score.signal,
    score.alignment,
    score.direction === 1 ? 'on' : 'off',
    `${score.auroc === null ? '|ρ|' : 'AUROC'} ${orientedValue(score).toFixed(3)}`,
    orientedInterval(score),
    `p ${score.pShift?.toFixed(3) ?? ''}`,
  ]);
  const header = ['cell', 'hypothesis', 'signal', 'alignment', '', 'held out', '95%', 'shift'];
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
