// The one reader of what the pipeline wrote. Everything is checked against the contract before a page sees it.
import {
  createReadStream,
  existsSync,
  mkdirSync,
  type ReadStream,
  readdirSync,
  readFileSync,
  statSync,
  watch,
} from 'node:fs';
import { cp } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { gunzipSync, inflateSync } from 'node:zlib';
import type { z } from 'zod';
import { contextOrder, unpackBytes } from '../../pipeline/base/context-order.ts';
import { InputError } from '../../pipeline/base/errors.ts';
import { unpackSteps } from '../../pipeline/base/packed-steps.ts';
import { packOf, partOf } from '../../pipeline/base/packs.ts';
import { type Span, toCharacters } from '../../pipeline/base/positions.ts';
import {
  type Cell,
  type CellSummary,
  cellSchema,
  cellsSchema,
  type Gallery,
  gallerySchema,
  type Hypothesis,
  hypothesesSchema,
  type Sizes,
  sizesSchema,
} from '../../pipeline/contract/index.ts';
import { type GalleryStudy, galleryStudySchema } from '../../pipeline/contract/study.ts';
import { unfoldedValues } from '../shared/cell-values.ts';

const REBUILD = 'Run `npm run build`, which writes it again.';

/** The folder that holds one folder a gallery. */
export function dataFolder(): string {
  return resolve(process.env.CELLARIUM_DATA ?? 'public/data');
}

function readFile(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(`The gallery's data cannot be read (${reason}).`, { file }, REBUILD);
  }
}

/** What is kept of a cell in a file that others share. */
const readPart = (file: string, part: Span): Buffer => unpackedPart(file, readFile(file), part);

function unpackedPart(file: string, content: Uint8Array, { start, end }: Span): Buffer {
  try {
    return gunzipSync(content.subarray(start, end));
  } catch (error) {
    throw new InputError(`The file is incomplete (${(error as Error).message}).`, { file }, REBUILD);
  }
}

function readJson<T extends z.ZodType>(file: string, schema: T, text: Buffer = readFile(file)): z.infer<T> {
  let value: unknown;
  try {
    value = JSON.parse(text.toString('utf8'));
  } catch {
    throw new InputError('The file is incomplete: it is not JSON.', { file }, REBUILD);
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? 'the whole' : issue.path.join('.');
  throw new InputError(`${where} breaks the format: ${issue?.message ?? 'unknown'}.`, { file }, REBUILD);
}

const remembered = new Map<string, unknown>();

/**
 * What is read or made once a build, such as index files; a cell's own files are read by its page alone.
 * @param key the file, or another name of its own
 */
export function once<T>(key: string, make: () => T): T {
  if (!remembered.has(key)) remembered.set(key, make());
  return remembered.get(key) as T;
}

/**
 * Calls back when a gallery has come, gone or been replaced, which a build does by renaming its folder.
 * @returns what ends it
 */
export function watchGalleries(changed: () => void): () => void {
  mkdirSync(dataFolder(), { recursive: true });
  let waiting: NodeJS.Timeout | undefined;
  const watcher = watch(dataFolder(), (_, name) => {
    if (name?.startsWith('.')) return;
    clearTimeout(waiting);
    waiting = setTimeout(changed, SETTLED_MILLISECONDS);
  });
  return () => {
    clearTimeout(waiting);
    watcher.close();
  };
}

/** The old folder is moved away before the new one comes. */
const SETTLED_MILLISECONDS = 200;

/** Ids of all galleries, in alphabetical order. @throws InputError where there is none */
export function listGalleries(): string[] {
  const folder = dataFolder();
  const entries = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [];
  // The last file of a gallery to be written.
  const isWhole = (id: string) => !id.startsWith('.') && existsSync(join(folder, id, 'gallery.json'));
  const ids = entries.filter((entry) => entry.isDirectory() && isWhole(entry.name)).map((entry) => entry.name);
  if (ids.length > 0) return ids.sort();
  throw new InputError('There is no gallery to show.', { file: folder }, REBUILD);
}

/** The galleries that this process draws: all, or where CELLARIUM_GALLERY is set the one that it names. */
function galleriesOfProcess(): string[] {
  const only = process.env.CELLARIUM_GALLERY;
  return only === undefined ? listGalleries() : listGalleries().filter((id) => id === only);
}

/** Which share of its galleries' pages this process draws, from 1, and of how many: several processes may draw them together. */
function share(): { readonly number: number; readonly of: number } {
  const [number = 1, of = 1] = (process.env.CELLARIUM_SHARE ?? '1/1').split('/').map(Number);
  return { number, of };
}

/** The galleries whose pages this process draws, but for those of their cells: the first of those that share them draws them. */
export const drawnGalleries = (): string[] => (share().number === 1 ? galleriesOfProcess() : []);

/** What this process draws of a gallery's cells. @param pagesOf the pages of one gallery, in an order that is always the same */
export function drawnOfCells<Page>(pagesOf: (gallery: string) => readonly Page[]): Page[] {
  const { number, of } = share();
  return galleriesOfProcess()
    .flatMap(pagesOf)
    .filter((_, index) => index % of === number - 1);
}

export function readGallery(id: string): Gallery {
  const file = join(dataFolder(), id, 'gallery.json');
  return once(file, () => readJson(file, gallerySchema));
}

/** The paths of a page that every drawn gallery has, or every one that fits. */
export function galleryPaths(fits: (gallery: Gallery) => boolean = () => true) {
  const galleries = drawnGalleries().filter((id) => fits(readGallery(id)));
  return galleries.map((gallery) => ({ params: { gallery } }));
}

export function readHypotheses(id: string): Hypothesis[] {
  const file = join(dataFolder(), id, 'hypotheses.json');
  return once(file, () => readJson(file, hypothesesSchema).hypotheses);
}

/** What was found out about the gallery's network beside others of its kind; null where nobody studied it. */
export function readStudy(id: string): GalleryStudy | null {
  const file = join(dataFolder(), id, 'study.json');
  return existsSync(file) ? once(file, () => readJson(file, galleryStudySchema)) : null;
}

/** The rows of `cells.json` in its own order, and the hypotheses that their columns belong to. */
export function readCells(id: string): { hypotheses: string[]; cells: CellSummary[] } {
  const file = join(dataFolder(), id, 'cells.json');
  return once(file, () => readJson(file, cellsSchema));
}

/** How many bytes each cell has in the files that it shares. */
export function readSizes(id: string): Sizes {
  const file = join(dataFolder(), id, 'sizes.json');
  return once(file, () => readJson(file, sizesSchema));
}

/** The row of each cell in `cells.json`, by its id. */
const rowsOf = (gallery: string): ReadonlyMap<string, number> =>
  once(`the rows of ${gallery}`, () => new Map(readCells(gallery).cells.map(({ id }, row) => [id, row])));

/** Where a cell's words, numbers and values are: a file below the gallery's folder, and a part of it. */
export function placeOfCell(gallery: string, id: string): { path: string; part: Span } {
  const row = rowsOf(gallery).get(id)!;
  return { path: packOf('cells', row), part: partOf(readSizes(gallery).cells, row) };
}

export function readCell(gallery: string, id: string): Cell {
  const { path, part } = placeOfCell(gallery, id);
  const file = join(dataFolder(), gallery, path);
  return readJson(file, cellSchema, readPart(file, part));
}

/** A cell's signals over its excerpts, [signals][characters], a byte each over the gallery's domains. */
export function valuesOf(cell: Cell): Uint8Array {
  return unfoldedValues(cell, inflateSync(Buffer.from(cell.values, 'base64')));
}

/** A side file's bytes. @throws InputError where its size is not the one that its artifact states */
export function readSideFile(gallery: string, { path, bytes }: { path: string; bytes: number }): Uint8Array {
  const file = join(dataFolder(), gallery, path);
  const content = readFile(file);
  if (content.length === bytes) return content;
  throw new InputError(`The file has ${content.length} bytes instead of ${bytes}.`, { file }, REBUILD);
}

const complete = (bytes: Uint8Array, length: number, file: string): Uint8Array => {
  if (bytes.length === length) return bytes;
  throw new InputError(`The file holds ${bytes.length} values of a cell instead of ${length}.`, { file }, REBUILD);
};

/** h of one cell over the book, as the byte in the middle of its step. @param row the cell's row in `cells.json` */
export function readBook(gallery: string, row: number, { characters, text }: NonNullable<Gallery['book']>): Uint8Array {
  const file = join(dataFolder(), gallery, packOf('book', row));
  const packed = readPart(file, partOf(readSizes(gallery).book ?? [], row));
  const order = once(`the order of ${gallery}’s book`, () =>
    contextOrder(toCharacters(new TextDecoder().decode(readSideFile(gallery, text)))),
  );
  return unpackSteps(complete(packed, Math.ceil(characters / 2), file), order);
}

/** h of one cell over the held-out sample. @param row the cell's row in `cells.json` */
export function readSample({ id, heldOut }: Pick<Gallery, 'id' | 'heldOut'>, row: number): Uint8Array {
  const { path } = heldOut.h;
  const file = join(dataFolder(), id, path);
  const all = once(file, () => readSideFile(id, heldOut.h));
  const order = once(`the order of ${id}’s sample`, () => contextOrder(toCharacters(heldOut.text)));
  const sizes = readSizes(id).h;
  const packed = unpackedPart(file, all, partOf(sizes, row, sizes.length));
  return unpackBytes(complete(packed, order.length, file), order);
}

/** Copies all galleries into a folder of the finished site. */
export function copyData(folder: string): Promise<void> {
  return cp(dataFolder(), folder, { recursive: true });
}

/** Copies a folder of public files, but for the galleries in it. */
export function copyPublicFiles(from: string, folder: string): Promise<void> {
  return cp(from, folder, { recursive: true, filter: (path) => resolve(path) !== resolve(from, 'data') });
}

/** A file of the data for reading. @param path below the data folder; @returns null where there is no such file inside it */
export function openData(path: string): ReadStream | null {
  const folder = dataFolder();
  const file = resolve(folder, path);
  const inside = file.startsWith(folder + sep) && existsSync(file) && statSync(file).isFile();
  return inside ? createReadStream(file) : null;
}
