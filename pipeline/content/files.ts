// Finding and reading the files that a person wrote under content/.
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { z } from 'zod';
import { InputError } from '../base/errors.ts';
import { parseFrontMatter } from '../base/front-matter.ts';
import { faultOfId } from '../base/ids.ts';
import { PACKAGE_ROOT } from '../base/package.ts';
import { suggestNames } from '../base/suggest.ts';
import { parseYaml } from '../base/yaml.ts';
import { explainingFailure, readText } from '../files/files.ts';
import { adviceOnPath } from './mistaken.ts';

/** The kinds of things content/ holds, each in the folder of its plural. */
export const FOLDERS = {
  gallery: 'galleries',
  corpus: 'corpora',
  hypothesis: 'hypotheses',
  model: 'models',
  series: 'series',
  'series hypothesis': 'series-hypotheses',
} as const;
export type Entry = keyof typeof FOLDERS;

/** What folders were called once. */
export const FORMER_FOLDERS: Readonly<Partial<Record<Entry, string>>> = {
  hypothesis: 'heuristics',
  'series hypothesis': 'series-heuristics',
};

const HYPOTHESES: readonly Entry[] = ['hypothesis', 'series hypothesis'];

const noticed = new Set<string>();

/** A line on standard error, once in a run. */
function noticeOnce(message: string): void {
  if (noticed.has(message)) return;
  noticed.add(message);
  console.error(`note: ${message}`);
}

/** Keys that were called otherwise once, as older files have them; each becomes what it is called now, in its place. */
function withPresentKeys(source: string, file: string): string {
  return source.replace(/^(\s*)heuristics:/gm, (_, indent: string) => {
    noticeOnce(`${file}: the key "heuristics" is read, but its name is now "hypotheses": rename it.`);
    return `${indent}hypotheses:`;
  });
}

/** Where the things of a kind lie. Hypotheses that nobody wrote are those that come with this package. */
export function folderOf(content: string, kind: Entry): string {
  const own = join(content, FOLDERS[kind]);
  const former = join(content, FORMER_FOLDERS[kind] ?? FOLDERS[kind]);
  if (former !== own && !existsSync(own) && existsSync(former)) {
    noticeOnce(`${former} is read, but its name is now ${FOLDERS[kind]}: rename the folder.`);
    return former;
  }
  if (!HYPOTHESES.includes(kind) || existsSync(own)) return own;
  return join(PACKAGE_ROOT, 'content', FOLDERS[kind]);
}

/** Names of a folder's Markdown files without their ending, sorted; none where the folder is absent. */
export function markdownIds(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const names = explainingFailure('read', folder, () => readdirSync(folder));
  return names
    .filter((name) => name.endsWith('.md'))
    .map((name) => basename(name, '.md'))
    .sort();
}

/** Ids of what there is of a kind, sorted. */
export function listIds(content: string, kind: Entry): string[] {
  const folder = folderOf(content, kind);
  if (kind !== 'model') return markdownIds(folder);
  if (!existsSync(folder)) return [];
  const entries = explainingFailure('read', folder, () => readdirSync(folder, { withFileTypes: true }));
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort();
}

/**
 * The path of `content/<kind's folder>/<id>`: a model's folder, or another thing's Markdown file.
 * @throws {InputError} an unknown id, with those there are; a name that cannot be part of an address
 */
export function findEntry(content: string, kind: Entry, id: string): string {
  const known = listIds(content, kind);
  const folder = folderOf(content, kind);
  if (!known.includes(id)) {
    const mistaken = adviceOnPath(id, kind);
    if (mistaken !== undefined) throw new InputError(mistaken.what, { file: id }, mistaken.fix);
    throw new InputError(`There is no ${kind} "${id}".`, { file: folder }, suggestNames(id, known));
  }
  const path = join(folder, kind === 'model' ? id : `${id}.md`);
  const fault = faultOfId(id, kind === 'gallery');
  if (fault !== undefined) throw new InputError(`"${id}" ${fault.why}.`, { file: path }, fault.fix);
  return path;
}

/**
 * Where hypotheses lie: those named, or all that there are.
 * @param gallery what a message calls one that has some
 * @throws InputError an unknown id, or no hypothesis at all
 */
export function hypothesisPaths(
  content: string,
  kind: 'hypothesis' | 'series hypothesis',
  ids: readonly string[] | 'all',
  gallery: string,
): { id: string; path: string }[] {
  const wanted = ids === 'all' ? listIds(content, kind) : ids;
  if (wanted.length === 0) {
    const fix = `Write one, as the Markdown files of another ${gallery} show.`;
    throw new InputError('There are no hypotheses.', { file: join(content, FOLDERS[kind]) }, fix);
  }
  return wanted.map((id) => ({ id, path: findEntry(content, kind, id) }));
}

/** Where a model lies. */
export function modelFolder(content: string, id: string): string {
  return join(content, FOLDERS.model, id);
}

/** Reads a Markdown file with front matter; see {@link parseFrontMatter}. */
export function loadMarkdown<S extends z.ZodType>(path: string, schema: S): { data: z.infer<S>; body: string } {
  const source = readText(path);
  // The front matter alone: what stands below the second line of hyphens is prose.
  const length = source.indexOf('\n---', 3) + 1;
  const present = withPresentKeys(source.slice(0, length), path) + source.slice(length);
  return parseFrontMatter(present, path, schema);
}

/**
 * Reads a YAML file, such as a model's training configuration.
 * @throws {InputError} with file, line and column
 */
export function loadYaml<S extends z.ZodType>(path: string, schema: S): z.infer<S> {
  const source = withPresentKeys(readText(path), path);
  return parseYaml({ source, start: 0, text: source, file: path }, schema);
}
