import { describe, expect, it } from 'vitest';
import { parseModules, readSources } from './walls/modules.ts';
import { RULES } from './walls/rules.ts';

const project = parseModules(readSources('pipeline', 'src', 'bench'));

describe('the walls between the parts', () => {
  it.each(RULES)('hold: $title', ({ breaches }) => {
    expect(breaches(project)).toEqual([]);
  });

  it('are looked for in all the files there are', () => {
    const files = project.map(({ file }) => file);
    expect(files).toEqual(
      expect.arrayContaining([
        'pipeline/cli/main.ts',
        'pipeline/lstm/cell.ts',
        'pipeline/datasets/text/typographic.ts',
      ]),
    );
    expect(project.flatMap(({ imports }) => imports).length).toBeGreaterThan(100);
  });
});

/** A breach of each rule, by the rule's title: sources, and the line that names it. */
const BREACHES: Record<string, readonly [sources: Record<string, string>, line: string]> = {
  'the engines that come in packages are imported by engines/index.ts alone': [
    { 'pipeline/build/build.ts': "const { x } = await import('../engines/onnx.ts');" },
    'pipeline/build/build.ts imports pipeline/engines/onnx.ts',
  ],
  'onnxruntime-node is imported by engines/onnx.ts alone': [
    { 'bench/run.ts': "import type { Tensor } from 'onnxruntime-node';" },
    'bench/run.ts imports onnxruntime-node',
  ],
  'onnxruntime-web is imported by engines/onnx-web.ts, and its types by engines/onnx-session.ts, alone': [
    { 'pipeline/engines/onnx.ts': "const ort = await import('onnxruntime-web');" },
    'pipeline/engines/onnx.ts imports onnxruntime-web',
  ],
  'TensorFlow.js is imported by engines/tfjs.ts alone': [
    { 'pipeline/engines/index.ts': "import * as tf from '@tensorflow/tfjs/dist/index.js';" },
    'pipeline/engines/index.ts imports @tensorflow/tfjs',
  ],
  'base/ knows nothing but itself': [
    { 'pipeline/base/yaml.ts': "import 'yaml'; import '../files/files.ts';" },
    'pipeline/base/yaml.ts imports pipeline/files/files.ts',
  ],
  'lstm/ knows nothing but itself': [
    { 'pipeline/lstm/cell.ts': "import { z } from 'zod'; import './ops.ts';" },
    'pipeline/lstm/cell.ts imports zod',
  ],
  'statistics/ knows only base/': [
    { 'pipeline/statistics/ranks.ts': "import '../base/random.ts'; import '../scoring/plan/plan.ts';" },
    'pipeline/statistics/ranks.ts imports pipeline/scoring/plan/plan.ts',
  ],
  'contract/ knows only base/ and the schemas of the evidence, which know only base/': [
    {
      'pipeline/contract/cells.ts': "import '../evidence/parts.ts'; import 'zod';",
      'pipeline/evidence/parts.ts': "import './map/schema.ts'; import './map/measure.ts';",
      'pipeline/evidence/map/schema.ts': "import '../../base/schemas.ts';",
    },
    'pipeline/evidence/parts.ts imports pipeline/evidence/map/measure.ts',
  ],
  'files/ knows only base/': [
    { 'pipeline/files/hash.ts': "import '../models/card.ts';" },
    'pipeline/files/hash.ts imports pipeline/models/card.ts',
  ],
  'engines/ knows only base/, lstm/': [
    { 'pipeline/engines/onnx.ts': "import '../lstm/ops.ts'; import '../trace/read.ts';" },
    'pipeline/engines/onnx.ts imports pipeline/trace/read.ts',
  ],
  'datasets/ knows only base/, files/, statistics/': [
    { 'pipeline/datasets/text/typographic.ts': "import 'retext'; import '../../models/card.ts';" },
    'pipeline/datasets/text/typographic.ts imports pipeline/models/card.ts',
  ],
  'scoring/ knows only base/, statistics/, datasets/': [
    { 'pipeline/scoring/null.ts': "export { run } from '../engines/index.ts'; import '../datasets/dataset.ts';" },
    'pipeline/scoring/null.ts imports pipeline/engines/index.ts',
  ],
  'evidence/ never imports build/': [
    { 'pipeline/evidence/map/measure.ts': "import type { Stage } from '../../build/stage.ts';" },
    'pipeline/evidence/map/measure.ts imports pipeline/build/stage.ts',
  ],
  'no two folders, and no two files, import each other, at any depth': [
    {
      'pipeline/a/one.ts': "import '../b/deep/two.ts';",
      'pipeline/b/deep/two.ts': "import type { Three } from '../three.ts';",
      'pipeline/b/three.ts': "import '../c/four.ts';",
      'pipeline/c/four.ts': "import '../a/five.ts';",
      'pipeline/a/five.ts': '',
    },
    'pipeline/: a > b > c > a',
  ],
  'src/ takes from pipeline/ only the contract and what runs in a browser': [
    { 'src/pages/index.astro': "---\nimport { a } from '../../pipeline/content/content.ts';\n---\n<p>import it</p>" },
    'src/pages/index.astro imports pipeline/content/content.ts',
  ],
  'in src/, shared/ knows only itself and pipeline/': [
    { 'src/shared/words.ts': "import './format.ts'; import type { Lane } from '../lib/lanes.ts';" },
    'src/shared/words.ts imports src/lib/lanes.ts',
  ],
  'in src/, lib/ and client/ do not know each other': [
    { 'src/client/read/read.ts': "import '../common/source.ts'; import '../../lib/address.ts';" },
    'src/client/read/read.ts imports src/lib/address.ts',
  ],
  'pipeline/ knows nothing of src/': [
    { 'pipeline/build/build.ts': "import { a } from '../../src/lib/artifacts.ts';" },
    'pipeline/build/build.ts imports src/lib/artifacts.ts',
  ],
  'files are read and written only where the design says so': [
    { 'pipeline/trace/read.ts': "import { readFile } from 'fs/promises';" },
    'pipeline/trace/read.ts imports node:fs/promises',
  ],
  'files are opened to be read by files/open.ts alone': [
    {
      'pipeline/models/card.ts': "import { existsSync, readFileSync } from 'node:fs';",
      'pipeline/models/places.ts': "import { existsSync, statSync } from 'node:fs';",
      'pipeline/files/open.ts': "import { openSync } from 'node:fs';",
    },
    'pipeline/models/card.ts imports node:fs',
  ],
  'the mathematics uses neither a clock nor unseeded randomness': [
    { 'pipeline/training/loop.ts': '// Math.random is not used\nconst seed = Math.random();' },
    'pipeline/training/loop.ts uses Math.random',
  ],
  'what runs in a browser reaches no Node API, not even through others': [
    {
      'src/pages/try.astro': "<p>a</p><script>import { a } from '../lib/a.ts';</script>",
      'src/lib/a.ts': "import type { B } from './types.ts'; import { b } from './b.ts';",
      'src/lib/b.ts': "import { join } from 'path';",
      'src/lib/types.ts': "import 'node:fs';",
    },
    'src/pages/try.astro#script > src/lib/a.ts > src/lib/b.ts > node:path',
  ],
};

describe('each rule', () => {
  it.each(RULES)('can fail: $title', ({ title, breaches }) => {
    const [sources, line] = BREACHES[title]!;
    expect(breaches(parseModules(new Map(Object.entries(sources))))).toEqual([line]);
  });
});

describe('a test that is not named slow', () => {
  const tests = parseModules(readSources('test'));
  const byFile = new Map(tests.map((module) => [module.file, module]));
  const reachedFrom = (file: string): Set<string> => {
    const reached = new Set([file]);
    for (const from of reached) {
      for (const { target, typeOnly } of byFile.get(from)?.imports ?? []) if (!typeOnly) reached.add(target);
    }
    return reached;
  };
  const quick = tests.map(({ file }) => file).filter((file) => /(?<!\.slow)\.test\.ts$/.test(file));

  it.each(['node:child_process', 'playwright-core', 'lighthouse'])('starts nothing by %s', (name) => {
    expect(quick.length).toBeGreaterThan(100);
    expect(quick.filter((file) => reachedFrom(file).has(name))).toEqual([]);
    expect(tests.some(({ file }) => file.endsWith('.slow.test.ts') && reachedFrom(file).has(name))).toBe(true);
  });
});
