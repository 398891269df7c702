// The good files of every format that the campaign makes mutants of: those that the tests have, and some that are made here.
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mustRun } from './group.ts';
import { GALLERIES, MODEL, writeCache, writeTrainedHome } from './home.ts';

/** How a file is read; see mutant-reader.ts. */
export const WAYS = [
  ...(['model', 'activations', 'series', 'tokeniser', 'text', 'gallery'] as const),
  ...(['tally', 'checkpoint', 'cache'] as const),
] as const;
export type Way = (typeof WAYS)[number];

export interface GoodFile {
  /** What a line of the report calls its format. */
  readonly format: string;
  readonly way: Way;
  /** A file or a folder. */
  readonly path: string;
  /** Where it is a folder, what of it is changed, and what is named to the reader; all files, and the folder, where left out. */
  readonly changed?: readonly string[];
  readonly opened?: string;
  /** For the reader. */
  readonly options?: Readonly<Record<string, unknown>>;
}

const FIXTURES = fileURLToPath(new URL('../../test/fixtures/', import.meta.url));
const fixture = (...parts: string[]) => join(FIXTURES, ...parts);

/** Files of a folder of fixtures, by the ends of their names. */
function filesIn(folder: string, endings: RegExp): string[] {
  return readdirSync(fixture(folder))
    .filter((name) => endings.test(name) && statSync(fixture(folder, name)).isFile())
    .map((name) => fixture(folder, name));
}

function foldersIn(folder: string, isWanted: (path: string) => boolean): string[] {
  return readdirSync(fixture(folder))
    .map((name) => fixture(folder, name))
    .filter((path) => statSync(path).isDirectory() && isWanted(path));
}

/**
 * Good files, of which those that need an option to be read are left out by whoever reads them.
 * @param home where some are made; none where left out
 */
export async function goodFiles(home?: string): Promise<GoodFile[]> {
  const models = (format: string, paths: readonly string[], more: Partial<GoodFile> = {}): GoodFile[] =>
    paths.map((path) => ({ format, way: 'model', path, ...more }));
  const hasModel = (path: string) => existsSync(join(path, 'model.json'));
  const text = fixture('activations', 'formats', 'text.txt');
  return [
    ...models('Keras', [...filesIn('keras', /\.(h5|keras)$/), ...filesIn('gru', /\.(h5|keras)$/)]),
    ...models('Keras', filesIn('keras/weights-only', /\.h5$/), { options: { assumeStack: true } }),
    ...models('PyTorch', [...filesIn('pytorch', /\.(safetensors|pt)$/), ...filesIn('gru', /\.(safetensors|pt)$/)]),
    ...models('PyTorch', filesIn('pytorch/saved', /\.(pt|pth|ckpt|bin)$/), { options: { assumeStack: true } }),
    ...models('ONNX', [
      ...filesIn('onnx', /\.onnx$/),
      ...filesIn('gru', /\.onnx$/),
      ...filesIn('onnx/graphs', /\.onnx$/),
    ]),
    ...models('TensorFlow.js', [...foldersIn('tfjs', hasModel), ...foldersIn('tfjs/graphs', hasModel)]),
    ...models(
      'ml5',
      foldersIn('ml5', (path) => existsSync(join(path, 'manifest.json'))),
    ),
    ...models('TensorFlow', filesIn('tensorflow', /\.(tflite|pb)$/)),
    ...models('TensorFlow', [
      ...foldersIn('tensorflow', (path) => basename(path) !== 'given'),
      ...foldersIn('tensorflow/given', () => true),
      ...foldersIn('gru', (path) => basename(path).startsWith('tensorflow')),
    ]),
    ...filesIn('activations/formats', /\.(npy|npz|h5)$/).map(
      (path): GoodFile => ({
        ...{ format: 'activations', way: 'activations', path, options: { text } },
      }),
    ),
    ...filesIn('series', /\.csv$/).map((path): GoodFile => ({ format: 'CSV', way: 'series', path })),
    ...filesIn('tokens', /\.json$/).map((path): GoodFile => ({ format: 'tokeniser', way: 'tokeniser', path })),
    { format: 'text', way: 'text', path: fixture('text', 'quotations.txt') },
    ...(home === undefined ? [] : await madeFiles(home)),
  ];
}

/** Files of this project: a model, its checkpoint, content, a tally, an exported cache, and a table longer than the fixtures. */
async function madeFiles(home: string): Promise<GoodFile[]> {
  await writeTrainedHome(home, { characters: 20_000, units: 3 });
  const [gallery] = GALLERIES;
  await mustRun(['score', gallery, '--shard', '1/2', '--threads', '1', '--out', 'half.tally'], { folder: home });
  await mustRun(['export', MODEL, '--to', 'safetensors', '--out', 'alone.safetensors'], { folder: home });
  await writeCache(join(home, 'cache'), join(home, 'cache.tar.gz'), 500);
  mkdirSync(join(home, 'tables'));
  const table = join(home, 'tables', 'long.csv');
  writeFileSync(
    table,
    `time,a,b\n${Array.from({ length: 400 }, (_, k) => `2020-01-01T${k},${k / 7},${k % 5}\n`).join('')}`,
  );
  const model = join(home, 'content', 'models', MODEL);
  const own = ['card.md', 'model.safetensors'];
  return [
    { format: 'Cellarium', way: 'model', path: model, changed: own },
    { format: 'Cellarium', way: 'model', path: join(home, 'alone.safetensors') },
    { format: 'Cellarium', way: 'checkpoint', path: join(model, 'checkpoints', 'last.safetensors') },
    { format: 'Cellarium', way: 'tally', path: join(home, 'half.tally') },
    { format: 'Cellarium', way: 'cache', path: join(home, 'cache.tar.gz') },
    {
      ...{ format: 'content', way: 'gallery', path: join(home, 'content'), options: { gallery } },
      changed: [
        `galleries/${gallery}.md`,
        ...['corpora/lexicon.md', 'hypotheses/inside-quotes.md', 'hypotheses/space.md'],
        `models/${MODEL}/training.yaml`,
      ],
    },
    { format: 'CSV', way: 'series', path: table },
  ];
}
