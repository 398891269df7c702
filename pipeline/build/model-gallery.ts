// The stages of a gallery of a network's cells, in order: what each depends on, and what it leaves for the next.
import { join } from 'node:path';
import { runStage, type StageResult } from '../artifacts/stages.ts';
import { loadNotes } from '../content.ts';
import { hasCard } from '../formats/card.ts';
import { hashContent } from '../formats/hash.ts';
import { readLog } from '../formats/log.ts';
import { loadLabelledGallery, loadModel, modelFolder } from '../gallery.ts';
import { trainModel } from '../verbs/train.ts';
import { type Associations, FILES, loadScores, readFile, readJson } from './cache.ts';
import { cellPlaces } from './cells-artifact.ts';
import { codeFingerprints, fingerprints, runFingerprint, wordFingerprints } from './fingerprints.ts';
import { writeGallery } from './gallery-artifacts.ts';
import { aboutOf } from './gallery-description.ts';
import {
  CONTEXT,
  type Context,
  type GalleryBuild,
  LONGEST_BOOK,
  measureContext,
  planOnce,
  scoreModel,
  scoreTwin,
  type Workbench,
} from './work.ts';
import { loadWritten, storeWritten } from './written.ts';

/** Brings the artifacts of a gallery with a model up to date, which is trained first where it is not. */
export async function buildModelGallery(build: GalleryBuild): Promise<StageResult> {
  const { id, content, engine, folder } = build;
  const labelled = loadLabelledGallery(content, id);
  const { gallery, corpus, characters } = labelled;
  await ensureTrained(build, gallery.model);
  const model = loadModel(content, gallery.model, characters, corpus.source);
  const bench: Workbench = { build, labelled, model, plan: planOnce(labelled, model) };

  const code = codeFingerprints();
  const { text, labels, weights, architecture, writing, engine: computedBy } = fingerprints(labelled, model, engine);
  const scored = { text, labels, mathematics: code.mathematics, scoring: code.scoring, engine: computedBy };
  const scores = await runStage({
    name: 'scores',
    folder,
    inputs: { weights, ...scored },
    run: (to) => scoreModel(bench, to),
  });
  const twin = await runStage({
    name: 'twin',
    folder,
    inputs: { architecture, ...scored },
    run: (to) => scoreTwin(bench, to),
  });
  const { domains } = loadScores(scores.output);
  const written = await runStage({
    name: 'writing',
    folder,
    inputs: {
      weights,
      settings: writing,
      domains: hashContent(JSON.stringify(domains)),
      mathematics: code.mathematics,
      code: code.writing,
    },
    run: (to) => storeWritten(to, { ...bench, settings: gallery.generated, domains }),
  });
  const context = await runStage({
    name: 'context',
    folder,
    inputs: { weights, text, scores: scores.hash, mathematics: code.mathematics, code: code.context },
    run: (to) => measureContext(bench, scores, to),
  });

  const notes = loadNotes(content, id);
  const log = readLog(modelFolder(content, gallery.model));
  return runStage({
    name: 'artifacts',
    folder,
    inputs: {
      scores: scores.hash,
      twin: twin.hash,
      writing: written.hash,
      context: context.hash,
      ...wordFingerprints(gallery, labelled, notes),
      card: runFingerprint(gallery.model, model, log),
      code: code.artifacts,
    },
    run(to) {
      const { points, neighbours } = readJson<Context>(join(context.output, CONTEXT));
      writeGallery(to, {
        about: aboutOf(gallery),
        labelled,
        corpusHash: text,
        network: {
          id: gallery.model,
          model,
          facts: { log, context: points },
          twin: loadScores(twin.output),
          written: loadWritten(written.output),
        },
        activations: null,
        cells: cellPlaces(model.card.architecture.units),
        notes,
        scores: loadScores(scores.output),
        heldOut: readFile(join(scores.output, FILES.heldOut)),
        book: characters.length > LONGEST_BOOK ? null : readFile(join(scores.output, FILES.book)),
        neighbours,
        associations: readJson<Associations[]>(join(scores.output, FILES.associations)),
      });
    },
  });
}

/** A model without a card has not been trained: it is now. */
async function ensureTrained({ content, threads }: GalleryBuild, model: string): Promise<void> {
  if (hasCard(modelFolder(content, model))) return;
  console.log(`model        train   content/models/${model} has no card: training it first`);
  await trainModel({ content, model, resume: true, threads });
}
