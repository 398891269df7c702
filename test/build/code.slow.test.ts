import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Module, parseModules, readSources } from '../walls/modules.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The files that a stage is run by, as the stages say themselves. */
const stages = [...readSources('pipeline')]
  .filter(([, source]) => /\bmodule: import\.meta\.url/.test(source))
  .map(([file]) => file);

let copy: string;
let modules: ReadonlyMap<string, Module>;

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'cellarium-'));
  for (const part of ['pipeline', 'package.json']) cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  modules = new Map(parseModules(readSources('pipeline')).map((module) => [module.file, module]));
});

afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** The hash of each stage's code in the copy. */
function hashes(): Record<string, string> {
  const script = `
    const { codeHash } = await import(${JSON.stringify(pathToFileURL(join(copy, 'pipeline/files/code.ts')).href)});
    const files = ${JSON.stringify(stages)};
    console.log(JSON.stringify(Object.fromEntries(files.map((file) => [file, codeHash(${JSON.stringify(copy)} + '/' + file)]))));
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Record<string, string>;
}

/** Whether a file reaches another through imports that are there when it runs. */
function reaches(from: string, leaf: string): boolean {
  const seen = new Set([from]);
  for (const file of seen) {
    for (const { target, typeOnly } of modules.get(file)?.imports ?? []) if (!typeOnly) seen.add(target);
  }
  return seen.has(leaf);
}

describe('the code of a stage', () => {
  it('is found for each stage of a gallery, each part of the evidence, the site and the study', () => {
    expect(stages).toEqual(
      expect.arrayContaining([
        ...[
          'windows',
          'scores',
          'twin',
          'context',
          'writing',
          'live',
          'artifacts',
          'activation-scores',
          'neighbours',
        ].map((name) => `pipeline/build/stages/${name}.ts`),
        ...['pipeline/build/site.ts', 'pipeline/study/measure.ts', 'pipeline/evidence/ablation/measure.ts'],
      ]),
    );
  });

  it.each([
    'pipeline/statistics/lasso.ts',
    'pipeline/lstm/cell.ts',
    'pipeline/scoring/threads/worker.ts',
    'pipeline/scoring/window/worker.ts',
    'pipeline/build/pages/cells.ts',
    'pipeline/datasets/text/running-counts.ts',
  ])('changes where %s does, in exactly the stages that import it', (leaf) => {
    const before = hashes();
    appendFileSync(join(copy, leaf), '// Changed.\n');
    const after = hashes();
    const changed = stages.filter((file) => before[file] !== after[file]);
    expect(changed).toEqual(stages.filter((file) => reaches(file, leaf)));
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.length).toBeLessThan(stages.length);
  });
});
