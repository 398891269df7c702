// The walls between the parts, each a rule that says which imports breach it.
import type { Import, Module } from './modules.ts';

export interface Rule {
  readonly title: string;
  /** A line a breach, naming the file and what it imports or uses. */
  breaches(modules: readonly Module[]): string[];
}

const isBelow =
  (...places: string[]) =>
  (file: string): boolean =>
    places.some((place) => (place.endsWith('/') ? file.startsWith(place) : file === place));

/** A rule on single imports: those `from` some files are breaches where `isForbidden`. */
function importRule(
  title: string,
  from: (file: string) => boolean,
  isForbidden: (target: string, imported: Import, file: string) => boolean,
): Rule {
  return {
    title,
    breaches: (modules) =>
      modules
        .filter(({ file }) => from(file))
        .flatMap(({ file, imports }) =>
          imports
            .filter((imported) => isForbidden(imported.target, imported, file))
            .map(({ target }) => `${file} imports ${target}`),
        ),
  };
}

const isProjectFile = isBelow('pipeline/', 'src/', 'bench/');
const packagedEngines = ['onnx', 'onnx-web', 'tfjs'].map((name) => `pipeline/engines/${name}.ts`);
const mayTouchFiles = isBelow(
  'pipeline/base/package.ts',
  'pipeline/files/',
  'pipeline/content/',
  'pipeline/models/',
  'pipeline/training/checkpoint.ts',
  'pipeline/gallery/measured.ts',
  'pipeline/gallery/activations-file.ts',
  'pipeline/build/',
  'pipeline/study/',
  'pipeline/cli/',
  'src/lib/artifacts.ts',
  // To say in which line of a person's file a link was left out.
  'src/lib/safe-prose.ts',
  'src/content.config.ts',
  'bench/',
);
/** What opens a file to be read, and all of a module that has such things. */
const OPENS = ['openSync', 'open', 'readFileSync', 'readFile', 'createReadStream', 'openAsBlob', 'promises', '*'];
/** The one that does, those that open what they write, and what is read before or beside the pipeline. */
const mayOpenFiles = isBelow(
  'pipeline/files/open.ts',
  ...['files', 'lock'].map((file) => `pipeline/files/${file}.ts`),
  'pipeline/build/cache/unpack.ts',
  'pipeline/base/package.ts',
  // The notes that this program leaves for itself beside what is unfinished.
  'pipeline/files/unfinished.ts',
  // Standard input, which is another process of this program.
  'pipeline/content/syntax/process.ts',
);
const isMathematical = isBelow(
  ...['lstm/', 'statistics/', 'datasets/', 'scoring/', 'engines/', 'training/', 'trace/', 'evidence/'].map(
    (part) => `pipeline/${part}`,
  ),
);
/** The run of a training writes how long it took into the model's card. */
const isMathematics = (file: string) => isMathematical(file) && file !== 'pipeline/training/train.ts';
/** What the site may take from the pipeline: it runs in a browser. */
const isBrowserPart = isBelow(
  ...[
    'base/',
    'contract/',
    'lstm/',
    'statistics/',
    'datasets/blocks.ts',
    'datasets/labels.ts',
    'datasets/text/',
    'datasets/tokens/split.ts',
    'engines/reference.ts',
  ].map((part) => `pipeline/${part}`),
  ...['trace/choose.ts', 'trace/expected.ts', 'inspect/where-is-time.ts'].map((file) => `pipeline/${file}`),
  ...['trace/expected.ts', 'trace/generate.ts', 'trace/clamped-start.ts', 'evidence/where-is-time.ts'].map(
    (file) => `pipeline/${file}`,
  ),
);
/** What the parts of the evidence say of a cell, which is a part of the contract. */
const isEvidenceSchema = (file: string) => /^pipeline\/evidence\/(parts|[^/]+\/schema)\.ts$/.test(file);
const isForSite = (file: string) => isBrowserPart(file) || isEvidenceSchema(file);
/** Files of base/ that are for the command alone. */
const isForNode = isBelow(
  ...['end-with-parent.ts', 'ending-with-this.ts', 'package.ts', 'progress.ts', 'terminal.ts'].map(
    (file) => `pipeline/base/${file}`,
  ),
);
const runsInBrowser = (file: string) =>
  (isForSite(file) && !isForNode(file)) || isBelow('src/shared/', 'src/client/')(file) || file.endsWith('#script');

/** Rooms that know only some of the others, and those. */
const KNOWS: Readonly<Record<string, readonly string[]>> = {
  base: [],
  lstm: [],
  statistics: ['base'],
  files: ['base'],
  engines: ['base', 'lstm'],
  datasets: ['base', 'files', 'statistics'],
  scoring: ['base', 'statistics', 'datasets'],
};

export const RULES: readonly Rule[] = [
  importRule(
    'the engines that come in packages are imported by engines/index.ts alone',
    (file) => file !== 'pipeline/engines/index.ts',
    (target) => packagedEngines.includes(target),
  ),
  importRule(
    'onnxruntime-node is imported by engines/onnx.ts alone',
    (file) => file !== 'pipeline/engines/onnx.ts',
    (target) => target === 'onnxruntime-node',
  ),
  importRule(
    'onnxruntime-web is imported by engines/onnx-web.ts, and its types by engines/onnx-session.ts, alone',
    (file) => !['pipeline/engines/onnx-web.ts', 'pipeline/engines/onnx-session.ts'].includes(file),
    (target) => target.startsWith('onnxruntime-') && target !== 'onnxruntime-node',
  ),
  importRule(
    'TensorFlow.js is imported by engines/tfjs.ts alone',
    (file) => file !== 'pipeline/engines/tfjs.ts',
    (target) => target.startsWith('@tensorflow/'),
  ),
  ...Object.entries(KNOWS).map(([room, known]) =>
    importRule(
      `${room}/ knows ${known.length === 0 ? 'nothing but itself' : `only ${known.map((name) => `${name}/`).join(', ')}`}`,
      isBelow(`pipeline/${room}/`),
      (target) =>
        room === 'lstm'
          ? !target.startsWith('pipeline/lstm/')
          : isProjectFile(target) && ![room, ...known].some((name) => target.startsWith(`pipeline/${name}/`)),
    ),
  ),
  importRule(
    'contract/ knows only base/ and the schemas of the evidence, which know only base/',
    (file) => isBelow('pipeline/contract/')(file) || isEvidenceSchema(file),
    (target) =>
      isProjectFile(target) && !isBelow('pipeline/contract/', 'pipeline/base/')(target) && !isEvidenceSchema(target),
  ),
  importRule('evidence/ never imports build/', isBelow('pipeline/evidence/'), (target) =>
    target.startsWith('pipeline/build/'),
  ),
  { title: 'no two folders, and no two files, import each other, at any depth', breaches: circles },
  importRule(
    'src/ takes from pipeline/ only the contract and what runs in a browser',
    isBelow('src/'),
    (target) => target.startsWith('pipeline/') && !isForSite(target),
  ),
  importRule('in src/, shared/ knows only itself and pipeline/', isBelow('src/shared/'), (target) =>
    isBelow('src/lib/', 'src/client/')(target),
  ),
  importRule(
    'in src/, lib/ and client/ do not know each other',
    isBelow('src/lib/', 'src/client/'),
    (target, _, file) => target.startsWith(file.startsWith('src/lib/') ? 'src/client/' : 'src/lib/'),
  ),
  importRule('pipeline/ knows nothing of src/', isBelow('pipeline/'), (target) => target.startsWith('src/')),
  importRule(
    'files are read and written only where the design says so',
    (file) => !mayTouchFiles(file),
    (target) => /^node:fs(\/|$)/.test(target),
  ),
  importRule(
    'files are opened to be read by files/open.ts alone',
    (file) => file.startsWith('pipeline/') && !mayOpenFiles(file),
    (target, { names }) => /^node:fs(\/|$)/.test(target) && names.some((name) => OPENS.includes(name)),
  ),
  {
    title: 'the mathematics uses neither a clock nor unseeded randomness',
    breaches: (modules) =>
      modules
        .filter(({ file }) => isMathematics(file))
        .flatMap(({ file, uses }) =>
          uses
            .filter((use) => ['Math.random', 'Date.now', 'performance.now', 'new Date'].includes(use))
            .map((use) => `${file} uses ${use}`),
        ),
  },
  {
    title: 'what runs in a browser reaches no Node API, not even through others',
    breaches: (modules) => {
      const byFile = new Map(modules.map((module) => [module.file, module]));
      return modules.flatMap(({ file }) => (runsInBrowser(file) ? pathsToNode(file, byFile) : []));
    },
  },
];

/** The chain of imports from a file to the first Node API that it reaches, as `a.ts > b.ts > node:fs`. */
function pathsToNode(start: string, byFile: ReadonlyMap<string, Module>): string[] {
  const seen = new Set([start]);
  const queue = [[start]];
  for (const path of queue) {
    const imports = byFile.get(path.at(-1)!)?.imports ?? [];
    for (const { target, typeOnly } of imports) {
      if (typeOnly || seen.has(target)) continue;
      if (target.startsWith('node:')) return [[...path, target].join(' > ')];
      seen.add(target);
      queue.push([...path, target]);
    }
  }
  return [];
}

/**
 * In each folder its files and its folders, each of these taken whole, import each other in one direction only.
 * @returns a circle a line, as `pipeline/: a.ts > b > a.ts`
 */
function circles(modules: readonly Module[]): string[] {
  const files = new Set(modules.map(({ file }) => file));
  const folders = new Map<string, Map<string, Set<string>>>();
  for (const { file, imports } of modules) {
    for (const { target } of imports) {
      if (!files.has(target) || target === file) continue;
      const [from, to] = [file.split('/'), target.split('/')];
      const apart = from.findIndex((part, depth) => part !== to[depth]);
      const entries = folders.get(from.slice(0, apart).join('/')) ?? new Map<string, Set<string>>();
      folders.set(from.slice(0, apart).join('/'), entries);
      const known = entries.get(from[apart]!) ?? new Set();
      entries.set(from[apart]!, known.add(to[apart]!));
    }
  }
  return [...folders].flatMap(([folder, entries]) => {
    const circle = circleOf(entries);
    return circle === undefined ? [] : [`${folder}/: ${circle.join(' > ')}`];
  });
}

/** A way that ends where it began; undefined where there is none. */
function circleOf(entries: ReadonlyMap<string, ReadonlySet<string>>): string[] | undefined {
  const done = new Set<string>();
  const walk = (path: readonly string[]): string[] | undefined => {
    const here = path.at(-1)!;
    if (path.indexOf(here) < path.length - 1) return path.slice(path.indexOf(here));
    if (done.has(here)) return undefined;
    for (const next of entries.get(here) ?? []) {
      const found = walk([...path, next]);
      if (found !== undefined) return found;
    }
    done.add(here);
    return undefined;
  };
  for (const entry of entries.keys()) {
    const found = walk([entry]);
    if (found !== undefined) return found;
  }
  return undefined;
}
