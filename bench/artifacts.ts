// Whether two trees of the code make the same artifacts. Small galleries of every kind are made from what the repository
// holds, built by each tree, and compared: their bytes, and where words or keys changed on purpose, their numbers.
//
//   node bench/artifacts.ts make FOLDER      writes content/ below it: the weather whole, Alice's network with a sample of
//                                            its cells, and a file of activations
//   node bench/artifacts.ts build FOLDER     builds them, without a site, into data/ below it
//   node bench/artifacts.ts hash FOLDER      prints the hashes of a folder of artifacts, as `public/data/alice`
//   node bench/artifacts.ts compare A B      tells which files of two such listings differ, and how; fails where numbers do
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { InputError } from '../pipeline/base/errors.ts';
import { buildGallery } from '../pipeline/build/gallery.ts';
import { traceFile } from '../pipeline/cli/verbs/trace.ts';
import { loadCorpus } from '../pipeline/content/corpora.ts';
import { chooseEngine } from '../pipeline/engines/index.ts';
import { hashFile, listFiles } from '../pipeline/files/hash.ts';
import { GATES, type Matrix, type Parameters } from '../pipeline/lstm/parameters.ts';
import { readModel, writeCard } from '../pipeline/models/formats/own/card.ts';
import { writeParameters } from '../pipeline/models/formats/own/parameters.ts';

/** Every so manieth cell of a layer stays. */
const EVERY = 32;
const ACTIVATIONS_LENGTH = 40_000;
const CONTENT = 'content';

/** [columns] of one gate after another, as a kernel has them. */
const gateBlocks = (kept: readonly number[], units: number) =>
  GATES.flatMap((_, gate) => kept.map((unit) => gate * units + unit));

function cut({ columns, data }: Matrix, rows: readonly number[], kept: readonly number[]): Matrix {
  const values = rows.flatMap((row) => kept.map((column) => data[row * columns + column]!));
  return { rows: rows.length, columns: kept.length, data: Float32Array.from(values) };
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

/** A network with a few of another's cells, which therefore do about what they did. */
function sampleCells(parameters: Parameters, units: readonly number[]): Parameters {
  const kept = units.map((count) => upTo(count).filter((unit) => unit % EVERY === 0));
  const layers = parameters.layers.map(({ kernel, recurrentKernel, bias }, layer) => {
    const columns = gateBlocks(kept[layer]!, units[layer]!);
    return {
      kernel: cut(kernel, layer === 0 ? upTo(kernel.rows) : kept[layer - 1]!, columns),
      recurrentKernel: cut(recurrentKernel, kept[layer]!, columns),
      bias: cut(bias, [0], columns),
    };
  });
  const [dense] = parameters.dense;
  const outputs = upTo(dense!.kernel.columns);
  const last = { kernel: cut(dense!.kernel, kept.at(-1)!, outputs), bias: dense!.bias };
  return { ...parameters, layers, backward: layers.map(() => undefined), dense: [last] };
}

async function make(folder: string): Promise<void> {
  const content = join(folder, CONTENT);
  for (const part of ['corpora', 'series', 'hypotheses', 'series-hypotheses']) {
    cpSync(join(CONTENT, part), join(content, part), { recursive: true });
  }
  cpSync(join(CONTENT, 'models/weather'), join(content, 'models/weather'), { recursive: true });
  const model = join(content, 'models/alice');
  mkdirSync(model, { recursive: true });
  mkdirSync(join(content, 'galleries'));
  for (const id of ['alice', 'weather']) {
    cpSync(join(CONTENT, `galleries/${id}.md`), join(content, `galleries/${id}.md`));
  }
  const { card, parameters } = readModel(join(CONTENT, 'models/alice'));
  const { units } = card.architecture;
  const architecture = { ...card.architecture, units: units.map((count) => Math.ceil(count / EVERY)) };
  const weights = join(model, 'model.safetensors');
  writeParameters(weights, architecture, sampleCells(parameters, units));
  writeCard(model, { ...card, architecture, weights: { ...card.weights, sha256: hashFile(weights) } });
  cpSync(join(CONTENT, 'models/alice/log.jsonl'), join(model, 'log.jsonl'));

  const text = Array.from(loadCorpus(CONTENT, 'alice').text).slice(0, ACTIVATIONS_LENGTH).join('');
  const textFile = join(folder, 'beginning.txt');
  writeFileSync(textFile, text);
  const out = join(content, 'galleries/activations.safetensors');
  await traceFile('alice', textFile, { content, out });
  writeFileSync(
    join(content, 'galleries/activations.md'),
    '---\ntitle: Activations\nsummary: A file.\nactivations: ./activations.safetensors\nhypotheses: all\n---\n# A file\n',
  );
}

async function build(folder: string): Promise<void> {
  const engine = await chooseEngine({});
  for (const id of ['weather', 'alice', 'activations']) {
    const built = await buildGallery({ id, content: join(folder, CONTENT), engine, folder: join(folder, 'cache', id) });
    cpSync(built.output, join(folder, 'data', id), { recursive: true });
  }
}

interface Listed {
  readonly bytes: string;
  /** Of the file's numbers, sorted; of a binary file, its bytes. */
  readonly numbers: string;
}

const hash = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex').slice(0, 16);

function numbersOf(path: string, text: string): string {
  const found: number[] = [];
  if (/\.json(\.gz)?$/.test(path)) {
    JSON.parse(text, (_, value: unknown) => {
      if (typeof value === 'number') found.push(value);
      return value;
    });
  } else {
    found.push(...[...text.matchAll(/(?<=^|,)-?\d+(?:\.\d+)?(?:e[-+]?\d+)?(?=,|$)/gm)].map(([cell]) => Number(cell)));
  }
  return found.sort((a, b) => a - b).join();
}

function hashArtifacts(folder: string): Record<string, Listed> {
  const entries = listFiles(folder).map((path): [string, Listed] => {
    const stored = readFileSync(join(folder, path));
    const content = path.endsWith('.gz') ? gunzipSync(stored) : stored;
    const isText = /\.(json|csv)(\.gz)?$/.test(path);
    const bytes = hash(stored);
    return [path, { bytes, numbers: isText ? hash(numbersOf(path, content.toString('utf8'))) : hash(content) }];
  });
  return Object.fromEntries(entries);
}

/** @returns whether all numbers are the same */
function compare(first: string, second: string): boolean {
  const read = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Record<string, Listed>;
  const [a, b] = [read(first), read(second)];
  const paths = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  const ofKind = (kind: string) => paths.filter((path) => kindOf(a[path], b[path]) === kind);
  const kinds = ['the same bytes', 'the same numbers', 'other numbers', 'only in the first', 'only in the second'];
  for (const kind of kinds) {
    const found = ofKind(kind);
    console.log(`${kind.padEnd(20)} ${found.length}  ${kind === 'the same bytes' ? '' : found.slice(0, 12).join(' ')}`);
  }
  return kinds.slice(2).every((kind) => ofKind(kind).length === 0);
}

function kindOf(a: Listed | undefined, b: Listed | undefined): string {
  if (a === undefined) return 'only in the second';
  if (b === undefined) return 'only in the first';
  if (a.bytes === b.bytes) return 'the same bytes';
  return a.numbers === b.numbers ? 'the same numbers' : 'other numbers';
}

if (import.meta.main) {
  const [verb, first, second] = process.argv.slice(2);
  if (verb === 'make' && first !== undefined) await make(first);
  else if (verb === 'build' && first !== undefined) await build(first);
  else if (verb === 'hash' && first !== undefined) console.log(JSON.stringify(hashArtifacts(first), null, 1));
  else if (verb === 'compare' && second !== undefined) process.exitCode = compare(first!, second) ? 0 : 1;
  else throw new InputError('There is no such measurement.', {}, 'See the first lines of bench/artifacts.ts.');
}
