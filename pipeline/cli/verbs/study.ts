// `cellarium study`: the gallery's network with other seeds, along its training, and on a shuffled text.
import { dirname, join } from 'node:path';
import { type Command, Option } from 'commander';
import { InputError } from '../../base/errors.ts';
import { CACHE, VERSIONS } from '../../base/package.ts';
import { suggestNames } from '../../base/suggest.ts';
import { fingerprints } from '../../build/fingerprints.ts';
import { findGallery, loadGallery, type ModelGallery } from '../../content/content.ts';
import { loadYaml, modelFolder } from '../../content/files.ts';
import { loadStudyConfiguration, type StudyConfiguration, studyPath } from '../../content/studies.ts';
import { STUDY_FORMAT, STUDY_VERSION, type Study, studySchema } from '../../contract/study.ts';
import { kindOf } from '../../datasets/kinds.ts';
import { chooseEngine, type EngineChoice } from '../../engines/index.ts';
import { hashContent } from '../../files/hash.ts';
import { writeArtifact } from '../../files/publish.ts';
import { REMEMBERS } from '../../gallery/memory.ts';
import { loadNetworkGallery } from '../../gallery/network.ts';
import { MEMORY_LENGTH } from '../../scoring/window/windows.ts';
import { createBench, measureNetwork } from '../../study/measure.ts';
import { listNetworks, type TrainedRun } from '../../study/networks.ts';
import { isTrained, type StudyRun, type StudyTraining, trainRun } from '../../study/runs.ts';
import { configurationSchema } from '../../training/configuration.ts';
import { loadTrainingSet } from '../../training/training-set.ts';
import { addExamples, type Computing, contentOption, engineOption, namedFolder, threadsOption } from '../options.ts';

interface StudyOptions extends Computing {
  /** Folders of runs that were trained elsewhere, by the run's name, such as `seed-3`. */
  readonly weights: ReadonlyMap<string, string>;
  /** Leave out what is not trained yet. */
  readonly trained?: true;
}

export function define(verb: Command): void {
  verb
    .argument('<gallery>', 'a gallery of a text, with a content/studies/<gallery>.yaml, or its model')
    .addOption(contentOption())
    .addOption(
      new Option('--weights <run=folder>', 'take a run that is trained already; can be given again')
        .argParser(namedFolder)
        .default(new Map<string, string>(), 'none'),
    )
    .option('--trained', 'train nothing: leave out what is not trained yet')
    .addOption(engineOption())
    .addOption(threadsOption())
    .action(studyGallery);
  addExamples(verb, [
    'study alice',
    'study alice --weights seed-3=content/models/alice-seed-3',
    'study alice --trained',
  ]);
}

/**
 * Trains what is missing, measures every network as the gallery measures its own, and writes content/studies/<id>.json. What
 * was trained and measured before is used again.
 * @param id of a gallery of a text, or of a model that has one gallery
 * @throws InputError a gallery without a text or a study, runs that are not those of its configuration
 */
async function studyGallery(id: string, options: StudyOptions): Promise<void> {
  const { content, weights, trained = false, ...choice } = options;
  const gallery = loadGallery(content, findGallery(content, id));
  if ('activations' in gallery || !kindOf(gallery.dataset).ofCharacters) {
    const fix = 'Name one whose model reads a text.';
    throw new InputError(`The gallery "${gallery.id}" has no text whose characters could be shuffled.`, {}, fix);
  }
  const home = join(dirname(CACHE), 'studies', gallery.id);
  const network = loadNetworkGallery(content, gallery);
  const known = new Map(network.labelled.labels.map(({ id, kind }) => [id, kind]));
  const configuration = loadStudyConfiguration(content, gallery.id, known);
  const training = await prepareTraining(content, gallery, choice);
  const runs = placeRuns(runsOf(configuration), weights, home);
  for (const run of trained ? [] : runs) {
    if (!isTrained(run.folder)) await trainRun(run, run.folder, training);
  }

  const { engine: computing } = training;
  const folder = join(CACHE, gallery.id);
  const build = { id: gallery.id, content, engine: computing, threads: choice.threads, folder };
  const bench = await createBench(build, network, configuration);
  const networks: Study['networks'] = [];
  for (const candidate of listNetworks(network, training.configuration, runs)) {
    networks.push(await measureNetwork(candidate, bench, join(home, 'measured')));
  }
  const { text, labels } = fingerprints(network, computing);
  const file = studyPath(content, gallery.id);
  writeArtifact(file, studySchema, {
    format: STUDY_FORMAT,
    version: STUDY_VERSION,
    gallery: gallery.id,
    command: `npx cellarium study ${gallery.id}${trained ? ' --trained' : ''}`,
    made: {
      text,
      labels,
      weights: network.card.weights.sha256,
      configuration: hashContent(JSON.stringify([configuration, training.configuration])),
      engine: `${computing.name} ${computing.device}`,
      versions: VERSIONS,
    },
    cells: bench.cells,
    memory: { steps: MEMORY_LENGTH, adds: REMEMBERS.adds },
    hypotheses: configuration.hypotheses,
    probed: configuration.probes.hypotheses,
    order: configuration.shuffled.order,
    networks,
  });
  console.log(`${file}: ${networks.length} networks`);
}

async function prepareTraining(content: string, { model }: ModelGallery, choice: EngineChoice): Promise<StudyTraining> {
  const configuration = loadYaml(join(modelFolder(content, model), 'training.yaml'), configurationSchema);
  return {
    configuration,
    trainingSet: loadTrainingSet(content, configuration),
    engine: await chooseEngine(choice),
    choice,
  };
}

/** The runs beside the gallery's own, the shuffled one last. */
function runsOf({ seeds, steps, shuffled }: StudyConfiguration): StudyRun[] {
  return [
    ...seeds.map((seed) => ({
      id: `seed-${seed}`,
      seed,
      shuffle: null,
      steps: seed === steps.seed ? steps.kept : [],
    })),
    { id: 'shuffled', seed: shuffled.seed, shuffle: shuffled.order, steps: [] },
  ];
}

/** @throws InputError weights of a run that the study has not, or without a card */
function placeRuns(runs: readonly StudyRun[], weights: ReadonlyMap<string, string>, home: string): TrainedRun[] {
  const ids = runs.map(({ id }) => id);
  for (const [id, folder] of weights) {
    if (!ids.includes(id)) throw new InputError(`The study has no run "${id}".`, {}, suggestNames(id, ids));
    if (isTrained(folder)) continue;
    throw new InputError(
      'There is no trained model.',
      { file: folder },
      'Name a folder with a card.md and its weights.',
    );
  }
  return runs.map((run) => ({ ...run, folder: weights.get(run.id) ?? join(home, run.id) }));
}
