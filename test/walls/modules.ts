// What each file of the project imports and calls, read by TypeScript's own parser.
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export interface Import {
  /** A file of the project, as `pipeline/base/errors.ts`; or a package's name, as `zod`; or `node:fs`. */
  readonly target: string;
  /** Erased before it runs. */
  readonly typeOnly: boolean;
  /** What it takes of it by name; `*` for all of it. */
  readonly names: readonly string[];
}

export interface Module {
  readonly file: string;
  readonly imports: readonly Import[];
  /** Members that it reads off a name, as `Math.random`, and what it makes with `new`, as `new Date`. */
  readonly uses: readonly string[];
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The sources of the project below some of its folders, by path. */
export function readSources(...folders: string[]): Map<string, string> {
  const files = folders.flatMap((folder) =>
    readdirSync(root + folder, { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
  );
  const sources = files.filter((file) => /\.(ts|astro|mjs)$/.test(file));
  return new Map(sources.map((file) => [file, readFileSync(root + file, 'utf8')]));
}

/** A page or component is two modules: what runs in the build, and, as `<file>#script`, what runs in the browser. */
export function parseModules(sources: ReadonlyMap<string, string>): Module[] {
  return [...sources].flatMap(([file, text]) => {
    if (!file.endsWith('.astro')) return [parseModule(file, text)];
    const fence = /^---\n([\s\S]*?)^---$/m.exec(text)?.[1] ?? '';
    const scripts = [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map(([, body]) => body);
    return [parseModule(file, fence), parseModule(`${file}#script`, scripts.join('\n'))];
  });
}

function parseModule(file: string, text: string): Module {
  const imports: Import[] = [];
  const uses: string[] = [];
  const add = (specifier: ts.Node | undefined, typeOnly: boolean, names: readonly string[] = ['*']) => {
    if (specifier && ts.isStringLiteralLike(specifier))
      imports.push({ target: resolve(file, specifier.text), typeOnly, names });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node))
      add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword, namesOf(node));
    if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false);
    // A thread starts from a module that is named like an import.
    if (ts.isCallExpression(node) && node.expression.getText() === 'besideModule') {
      const [, name] = node.arguments;
      if (name && ts.isStringLiteralLike(name))
        imports.push({ target: resolve(file, `./${name.text}.ts`), typeOnly: false, names: ['*'] });
    }
    if (ts.isPropertyAccessExpression(node)) uses.push(`${node.expression.getText()}.${node.name.text}`);
    if (ts.isNewExpression(node)) uses.push(`new ${node.expression.getText()}`);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true));
  return { file, imports, uses };
}

function namesOf({ importClause }: ts.ImportDeclaration): string[] {
  const bindings = importClause?.namedBindings;
  if (importClause?.name !== undefined || bindings === undefined || !ts.isNamedImports(bindings)) return ['*'];
  return bindings.elements.map(({ name, propertyName }) => (propertyName ?? name).text);
}

/** What a specifier names; a bundler's query, as in `./a.ts?url`, does not count. */
function resolve(file: string, written: string): string {
  const [specifier] = written.split('?') as [string];
  if (specifier.startsWith('.')) return posix.join(posix.dirname(file), specifier);
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  return builtinModules.includes(name) ? `node:${specifier}` : specifier.startsWith('node:') ? specifier : name;
}
