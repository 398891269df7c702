// The stages of one gallery, in order: what each depends on, and what it leaves for the next.
import { join } from 'node:path';
import { codeHash, runStage, type StageResult } from '../artifacts/stages.ts';
import { loadNotes } from '../content.ts';
import type { Engine } from '../engines/engine.ts';
import { hasCard } from '../formats/card.ts';
import { hashContent, hashFile } from '../formats/hash.ts';
import { readLog } from '../formats/log.ts';
import { type LabelledGallery, type LoadedModel, loadLabelledGallery, loadModel, modelFolder } from '../gallery.ts';
import { planScoring, type ScoringPlan } from '../scoring/plan.ts';
import { SIGNALS } from '../signals.ts';
import { trainModel } from '../verbs/train.ts';
import { type Associations, FILES, loadScores, readFile, readJson, storeMeasured, writeFile } from './cache.ts';
import { type ContextPoint, lossByContext } from './context.ts';
import { writeGallery } from './gallery-artifacts.ts';
import { measure, SCORING_SEED } from './measure.ts';
import { findNeighbours, type Neighbour } from './neighbours.ts';
import { untrainedTwin } from './twin.ts';
import { loadWritten, storeWritten } from './written.ts';

export interface GalleryBuild {
  readonly id: string;
  readonly content: string;
  readonly engine: Engine;
  readonly threads?: number | undefined;
  /** Where the stages keep what they made. */
  readonly folder: string;
}

/** A text longer than this has no file a cell of h over all of it: they would outgrow the site. */
const LONGEST_BOOK = 250_000;

/** What every stage has at hand. */
interface Bench {
  readonly build: GalleryBuild;
  readonly labelled: LabelledGallery;
  readonly model: LoadedModel;
  readonly plan: () => ScoringPlan;
}

/** Brings one gallery's artifacts up to date. */
export async function buildGallery(build: GalleryBuild): Promise<StageResult> {
  const { id, content, engine, folder } = build;
  const labelled = loadLabelledGallery(content, id);
  const { gallery, corpus, characters, blocks, paragraphs, hypotheses, heuristics } = labelled;
  await ensureTrained(build, gallery.model);
  const model = loadModel(content, gallery.model, characters, corpus.source);
  const bench: Bench = { build, labelled, model, plan: planOnce(labelled, model) };

  const text = hashContent(corpus.text);
  const weights = hashContent(JSON.stringify([model.card.weights.sha256, model.card.architecture]));
  const labels = hashContent(
    JSON.stringify(hypotheses.map(({ id: name, kind, values }) => [name, kind, hashValues(values)])),
  );
  const mathematics = hashContent(
    codeHash('lstm', 'engines', 'trace', 'signals.ts', 'random.ts') + hashFile('package-lock.json'),
  );
  const scoring = codeHash('scoring', 'build/measure.ts', 'build/cache.ts', 'build/twin.ts');
  const common = { text, labels, mathematics, scoring, engine: `${engine.name} ${engine.device}` };

  const scores = await runStage({
    name: 'scores',
    folder,
    inputs: { weights, ...common },
    run: (to) => scoreModel(bench, to),
  });
  const twin = await runStage({
    name: 'twin',
    folder,
    inputs: { architecture: hashContent(JSON.stringify(model.card.architecture)), ...common },
    run: (to) => scoreTwin(bench, to),
  });
  const settings = hashContent(JSON.stringify(gallery.generated ?? null));
  const written = await runStage({
    name: 'writing',
    folder,
    inputs: {
      weights,
      settings,
      domains: hashContent(JSON.stringify(loadScores(scores.output).domains)),
      mathematics,
      code: codeHash('build/written.ts'),
    },
    run: (to) =>
      storeWritten(to, { ...bench, settings: gallery.generated, domains: loadScores(scores.output).domains }),
  });
  const context = await runStage({
    name: 'context',
    folder,
    inputs: {
      weights,
      text,
      mathematics,
      scores: scores.hash,
      code: codeHash('build/context.ts', 'build/neighbours.ts'),
    },
    run: (to) => measureContext(bench, scores, to),
  });

  const { meta } = describe(
    labelled,
    heuristics.map(({ id: name, title, phrases }) => [name, title, phrases]),
  );
  const log = readLog(modelFolder(content, gallery.model));
  const notes = loadNotes(content, id);
  return runStage({
    name: 'artifacts',
    folder,
    inputs: {
      scores: scores.hash,
      twin: twin.hash,
      writing: written.hash,
      context: context.hash,
      titles: meta,
      card: hashContent(JSON.stringify([model.card.run, model.card.loss, model.card.chosenEpoch, log])),
      notes: hashContent(JSON.stringify([...notes].map(([cell, { name, explanation }]) => [cell, name, explanation]))),
      blocks: hashContent(JSON.stringify([blocks.length, paragraphs.length, labels])),
      code: codeHash('artifacts', 'build', 'gallery.ts'),
    },
    run(to) {
      const { points, neighbours } = readJson<{ points: ContextPoint[]; neighbours: Neighbour[][] }>(
        join(context.output, CONTEXT),
      );
      writeGallery(to, {
        labelled,
        corpusHash: text,
        model,
        facts: { log, context: points },
        notes,
        scores: loadScores(scores.output),
        twin: loadScores(twin.output),
        heldOut: readFile(join(scores.output, FILES.heldOut)),
        book: characters.length > LONGEST_BOOK ? null : readFile(join(scores.output, FILES.book)),
        written: loadWritten(written.output),
        neighbours,
        associations: readJson<Associations[]>(join(scores.output, FILES.associations)),
      });
    },
  });
}

const CONTEXT = 'context.json';

function planOnce(labelled: LabelledGallery, model: LoadedModel): () => ScoringPlan {
  let plan: ScoringPlan | undefined;
  return () => {
    plan ??= planScoring(labelled, labelled.hypotheses, model.card.architecture.units, SCORING_SEED);
    return plan;
  };
}

function hashValues(values: ArrayLike<number>): string {
  const floats = Float32Array.from(values);
  return hashContent(new Uint8Array(floats.buffer));
}

function describe({ gallery, corpus }: LabelledGallery, heuristics: unknown): { meta: string } {
  const { title, summary, model } = gallery;
  const { title: name, author, source, licence } = corpus;
  return { meta: hashContent(JSON.stringify([title, summary, model, name, author, source, licence, heuristics])) };
}

/** A model without a card has not been trained: it is now. */
async function ensureTrained({ content, threads }: GalleryBuild, model: string): Promise<void> {
  if (hasCard(modelFolder(content, model))) return;
  console.log(`model        train   content/models/${model} has no card: training it first`);
  await trainModel({ content, model, resume: true, threads });
}

async function scoreModel({ build, labelled, model, plan }: Bench, to: string): Promise<void> {
  const { architecture } = model.card;
  const measured = await measure({
    engine: build.engine,
    architecture,
    parameters: model.parameters,
    ids: model.ids,
    blocks: labelled.blocks,
    plan: plan(),
    title: `Tracing and scoring ${build.id}`,
    book: model.ids.length <= LONGEST_BOOK,
    workers: build.threads,
  });
  storeMeasured(to, measured, cellsOf(model), true);
}

async function scoreTwin({ build, labelled, model, plan }: Bench, to: string): Promise<void> {
  const { architecture } = model.card;
  const measured = await measure({
    engine: build.engine,
    architecture,
    parameters: untrainedTwin(architecture),
    ids: model.ids,
    blocks: labelled.blocks,
    plan: plan(),
    title: `Tracing and scoring its untrained twin`,
    book: false,
    workers: build.threads,
  });
  storeMeasured(to, measured, cellsOf(model), false);
}

/** How far back the model looks, and which cells go along with which. */
async function measureContext({ build, model }: Bench, scores: StageResult, to: string): Promise<void> {
  const { positions } = loadScores(scores.output);
  const { engine } = build;
  const { architecture } = model.card;
  const network = { engine, architecture, parameters: model.parameters, ids: model.ids };
  const losses = readFile(join(scores.output, FILES.losses));
  const points = await lossByContext(
    network,
    positions,
    new Float32Array(losses.buffer, losses.byteOffset, losses.length / 4),
  );
  const heldOut = readFile(join(scores.output, FILES.heldOut));
  const width = positions.length;
  const rows = Array.from({ length: cellsOf(model) }, (_, cell) => {
    const at = (cell * SIGNALS.length + SIGNALS.indexOf('h')) * width;
    return heldOut.subarray(at, at + width);
  });
  const neighbours = await findNeighbours(engine, rows);
  writeFile(join(to, CONTEXT), JSON.stringify({ points, neighbours }));
}

function cellsOf({ card }: LoadedModel): number {
  return card.architecture.units.reduce((sum, units) => sum + units, 0);
}
