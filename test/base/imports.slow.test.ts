import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importsOf } from '../../pipeline/base/imports.ts';
import { parseModules, readSources } from '../walls/modules.ts';

describe('the imports of a module', () => {
  it("are those that TypeScript's parser finds, in every file of the pipeline and the site", () => {
    const sources = readSources('pipeline', 'src');
    const parsed = new Map<string, Set<string>>();
    for (const { file, imports } of parseModules(sources)) {
      const [own] = file.split('#') as [string];
      const targets = parsed.get(own) ?? new Set();
      for (const { target, typeOnly } of imports) if (!typeOnly) targets.add(target);
      parsed.set(own, targets);
    }
    for (const [file, source] of sources) {
      const found = importsOf(source, '.ts').map((specifier) => named(file, specifier));
      expect([...new Set(found)].sort(), file).toEqual([...parsed.get(file)!].sort());
    }
  });

  it('are none where a comment or a type names them', () => {
    const source =
      "import type { A } from './a.ts';\n// import './b.ts';\n/* import './c.ts'; */\nexport type { D } from './d.ts';";
    expect(importsOf(source, '.ts')).toEqual([]);
  });

  it('name the module of a thread with the ending that the others have', () => {
    expect(importsOf("new Worker(besideModule(import.meta.url, 'worker'))", '.js')).toEqual(['./worker.js']);
  });
});

/** A specifier as the parser's list has it. */
function named(file: string, specifier: string): string {
  const [path] = specifier.split('?') as [string];
  if (path.startsWith('.')) return posix.join(posix.dirname(file), path);
  return path.startsWith('node:') ? path : path.split('/', path.startsWith('@') ? 2 : 1).join('/');
}
