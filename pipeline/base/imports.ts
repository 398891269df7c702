// What a module's text says that it imports: enough to follow it from file to file, wherever TypeScript's own parser is
// not at hand. A test holds it against that parser over every file of the project.

/** An import that is there when the program runs; what is only about types is erased before. */
const STATEMENT = /^[ \t]*(?:import|export)\s+(?!type\b)(?:[\w*{}\s,$]*?\sfrom\s+)?'([^'\n]+)'/gm;
/** `typeof import('a')` is about types too. */
const CALL = /(?<!\btypeof )\bimport\(\s*'([^'\n]+)'\s*\)/g;
/** A thread starts from a module that its own module names; see `base/module-address.ts`. */
const THREAD = /\bbesideModule\(import\.meta\.url, '([^'\n]+)'\)/g;
const COMMENT = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;

/**
 * @param source of a module: TypeScript, the JavaScript that it was compiled to, or an Astro component
 * @param ending of the modules beside it, which a thread's name leaves out
 * @returns the specifiers as they are written, each once: `./a.ts`, `zod`, `node:path`
 */
export function importsOf(source: string, ending: '.ts' | '.js'): string[] {
  const code = source.replace(COMMENT, '');
  const named = [STATEMENT, CALL].flatMap((pattern) => [...code.matchAll(pattern)].map(([, specifier]) => specifier!));
  const threads = [...code.matchAll(THREAD)].map(([, name]) => `./${name}${ending}`);
  return [...new Set([...named, ...threads])];
}
