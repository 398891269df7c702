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

/** What knows nothing of the rest and runs anywhere. */
const PURE = ['errors.ts', 'random.ts', 'signals.ts', 'suggest.ts', 'yaml.ts', 'front-matter.ts'].map(
  (file) => `pipeline/${file}`,
);

/** A rule on single imports: those `from` some files are breaches where `isForbidden`. */
function importRule(
  title: string,
  from: (file: string) => boolean,
  isForbidden: (target: string, imported: Import) => boolean,
): Rule {
  return {
    title,
    breaches: (modules) =>
      modules
        .filter(({ file }) => from(file))
        .flatMap(({ file, imports }) =>
          imports
            .filter((imported) => isForbidden(imported.target, imported))
            .map(({ target }) => `${file} imports ${target}`),
        ),
  };
}

const isProjectFile = isBelow('pipeline/', 'src/', 'bench/');
const nativeEngines = ['pipeline/engines/onnx.ts', 'pipeline/engines/tfjs.ts'];
const mayTouchFiles = isBelow(
  'pipeline/cli.ts',
  'pipeline/build.ts',
  'pipeline/build/',
  'pipeline/training/checkpoint.ts',
  'pipeline/formats/',
  'pipeline/artifacts/write.ts',
  'pipeline/artifacts/stages.ts',
  'pipeline/content.ts',
  'pipeline/content-files.ts',
  'pipeline/package.ts',
  'src/lib/artifacts.ts',
  'src/content.config.ts',
  'bench/',
);
const isMathematics = isBelow(
  ...['lstm/', 'text/', 'scoring/', 'engines/', 'training/', 'trace/', 'explain/'].map((part) => `pipeline/${part}`),
);
const browserParts = [
  'pipeline/artifacts/schema.ts',
  'pipeline/artifacts/schema/',
  'pipeline/lstm/',
  'pipeline/engines/reference.ts',
  'pipeline/scoring/tally.ts',
  'pipeline/scoring/statistics.ts',
  'pipeline/scoring/domains.ts',
  'pipeline/scoring/shifts.ts',
  'pipeline/trace/choose.ts',
  'pipeline/trace/expected.ts',
  'pipeline/explain/where-is-time.ts',
  'pipeline/text/',
  ...PURE,
];
const isBrowserPart = isBelow(...browserParts);
const runsInBrowser = (file: string) =>
  isBrowserPart(file) || isBelow('src/scripts/', 'src/live/')(file) || file.endsWith('#script');

export const RULES: readonly Rule[] = [
  importRule(
    'the native engines are imported by engines/index.ts alone',
    (file) => file !== 'pipeline/engines/index.ts',
    (target) => nativeEngines.includes(target),
  ),
  importRule(
    'onnxruntime-node is imported by engines/onnx.ts alone',
    (file) => file !== 'pipeline/engines/onnx.ts',
    (target) => target.startsWith('onnxruntime'),
  ),
  importRule(
    'TensorFlow.js is imported by engines/tfjs.ts alone',
    (file) => file !== 'pipeline/engines/tfjs.ts',
    (target) => target.startsWith('@tensorflow/'),
  ),
  importRule(
    'lstm/ imports nothing but itself',
    isBelow('pipeline/lstm/'),
    (target) => !target.startsWith('pipeline/lstm/'),
  ),
  importRule(
    'text/ knows nothing but text',
    isBelow('pipeline/text/'),
    (target) => isProjectFile(target) && !isBelow('pipeline/text/', ...PURE)(target),
  ),
  importRule(
    'scoring/ knows nothing but labels and numbers',
    isBelow('pipeline/scoring/'),
    (target) =>
      isProjectFile(target) &&
      !isBelow('pipeline/scoring/', 'pipeline/text/', 'pipeline/module-address.ts', ...PURE)(target),
  ),
  importRule(
    'src/ takes from pipeline/ only the contract and what runs in a browser',
    isBelow('src/'),
    (target) => target.startsWith('pipeline/') && !isBrowserPart(target),
  ),
  importRule('pipeline/ knows nothing of src/', isBelow('pipeline/'), (target) => target.startsWith('src/')),
  importRule(
    'files are read and written only where the design says so',
    (file) => !mayTouchFiles(file),
    (target) => /^node:fs(\/|$)/.test(target),
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
