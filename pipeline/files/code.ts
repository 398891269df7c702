// The hash of the pipeline's own code: of a module and of all that it imports, however far.
import { dirname, extname, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importsOf } from '../base/imports.ts';
import { PACKAGE_ROOT, PINNED } from '../base/package.ts';
import { readBytes } from './files.ts';
import { hashContent } from './hash.ts';

/**
 * One hash over some modules, all modules of the package that they reach through imports, and the versions of all packages that
 * these name. What is only imported as a type is left out: it is gone when the code runs.
 * @param modules addresses as `import.meta.url` has them, or paths
 */
export function codeHash(...modules: readonly string[]): string {
  const files = closureOf(
    modules.map((module) => (module.startsWith('file:') ? fileURLToPath(module) : resolve(module))),
  );
  return hashContent(JSON.stringify([...files].sort()));
}

/** The same of the file beside a module's own, as an import there would name it. */
export function codeHashOf(url: string, specifier: string): string {
  const path = resolve(dirname(fileURLToPath(url)), specifier);
  return codeHash(extname(url) === '.js' ? path.replace(/\.ts$/, '.js') : path);
}

/** Every file by its path within the package, with its hash; every package by its name, with the version that is pinned. */
function closureOf(entries: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  const queue = [...entries];
  const seen = new Set(queue);
  for (const file of queue) {
    const { hash, imports } = readModule(file);
    found.set(relative(PACKAGE_ROOT, file).replaceAll(sep, '/'), hash);
    for (const written of imports) {
      // A bundler's query, as in `./a.css?inline`, is no part of the name.
      const [specifier] = written.split('?') as [string];
      if (specifier.startsWith('.')) {
        const path = resolve(dirname(file), specifier);
        if (!seen.has(path)) queue.push(path);
        seen.add(path);
      } else if (!specifier.startsWith('node:')) {
        const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
        found.set(name, PINNED[name] ?? '');
      }
    }
  }
  return found;
}

interface ReadModule {
  readonly hash: string;
  readonly imports: readonly string[];
}

/** The code does not change while it runs. */
const modules = new Map<string, ReadModule>();

function readModule(file: string): ReadModule {
  const known = modules.get(file);
  if (known !== undefined) return known;
  const bytes = readBytes(file);
  const isCode = /\.(ts|js|mjs|astro)$/.test(file);
  const imports = isCode ? importsOf(new TextDecoder().decode(bytes), extname(file) === '.js' ? '.js' : '.ts') : [];
  const module = { hash: hashContent(bytes), imports };
  modules.set(file, module);
  return module;
}
