// The values of all cells over the whole text and over the held-out sample, in the files that a browser asks for a cell's part of.
import { join } from 'node:path';
import { contextOrder, packBytes } from '../../base/context-order.ts';
import { packKeptSteps } from '../../base/packed-steps.ts';
import { CELLS_A_FILE, packOf } from '../../base/packs.ts';
import { toCharacters } from '../../base/positions.ts';
import type { Sizes } from '../../contract/index.ts';
import type { LabelledDataset } from '../../datasets/dataset.ts';
import { compressedFiles } from '../../files/compressed.ts';
import { makeFolder } from '../../files/files.ts';
import { type SampledSignals, signalOf } from '../../gallery/kept-signals.ts';
import { drawnAt, widened } from './widths.ts';

/** The folders that they are in. */
export const VALUE_FOLDERS = ['book', 'heldout'] as const;

/** How many bytes each cell has in them. */
export type ValueSizes = Pick<Sizes, 'book' | 'h' | 'c'>;

/** The file of a signal over the held-out sample, below the gallery's folder. */
export const sampleFile = (signal: 'h' | 'c') => `heldout/${signal}.bin.gz`;

/**
 * @param sample signals of all cells at the held-out steps
 * @param book h over the whole text, as it was kept; null where the text is too long for it
 */
export async function writeValues(
  folder: string,
  dataset: Pick<LabelledDataset, 'texts' | 'spans'>,
  sample: SampledSignals,
  book: Uint8Array | null,
): Promise<ValueSizes> {
  for (const sub of VALUE_FOLDERS) makeFolder(join(folder, sub));
  return {
    book: book === null ? null : await writeBook(folder, book, dataset.texts),
    ...(await writeSample(folder, dataset, sample)),
  };
}

async function writeBook(folder: string, book: Uint8Array, texts: readonly string[]): Promise<number[]> {
  const order = contextOrder(texts);
  const width = Math.ceil(texts.length / 2);
  const cells = book.length / width;
  const files = compressedFiles();
  const paths: string[] = [];
  for (let first = 0; first < cells; first += CELLS_A_FILE) {
    const rows = Array.from({ length: Math.min(CELLS_A_FILE, cells - first) }, (_, k) => first + k);
    const parts = rows.map((row) => packKeptSteps(book.subarray(row * width, (row + 1) * width), order));
    const path = join(folder, packOf('book', first));
    paths.push(path);
    await files.write(path, parts, 'values');
  }
  const sizes = await files.finish();
  return paths.flatMap((path) => sizes.get(path)!);
}

/** The output h of every cell, and its memory c where there is one: a file each. */
async function writeSample(
  folder: string,
  dataset: Pick<LabelledDataset, 'texts' | 'spans'>,
  sample: SampledSignals,
): Promise<Pick<ValueSizes, 'h' | 'c'>> {
  const { positions, signals, bytes } = sample;
  const widths = drawnAt(dataset, positions)?.widths ?? null;
  const texts = positions.map((position) => dataset.texts[position]!);
  const order = contextOrder(widths === null ? texts : toCharacters(texts.join('')));
  const cells = bytes.length / (positions.length * signals.length);
  const files = compressedFiles();
  for (const signal of (['h', 'c'] as const).filter((one) => signals.includes(one))) {
    const parts = Array.from({ length: cells }, (_, cell) =>
      packBytes(widened(signalOf(sample, cell, signal), widths), order),
    );
    await files.write(join(folder, sampleFile(signal)), parts, 'values');
  }
  const written = await files.finish();
  const sizesOf = (signal: 'h' | 'c') => [...(written.get(join(folder, sampleFile(signal))) ?? [])];
  return { h: sizesOf('h'), c: signals.includes('c') ? sizesOf('c') : null };
}
