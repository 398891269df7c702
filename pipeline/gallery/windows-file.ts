// The predictions of all windows, as the stage that fits them leaves them for those that add signals to them.
import { ALIGNMENTS } from '../base/signals.ts';
import type { Windowed } from '../scoring/window/folds.ts';
import { WINDOW_LENGTHS, type Window } from '../scoring/window/windows.ts';
import { readFile, writeFile } from './measured.ts';

/** [windows, labels, alignments, rows] of float32. */
export function storeWindows(path: string, windows: readonly Window[]): void {
  const all = windows.flatMap(({ predictions }) => predictions.map(({ values }) => values));
  const bytes = new Uint8Array(all.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const { buffer, byteOffset, byteLength } of all) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  writeFile(path, bytes);
}

/** @param windowed what they were fitted for */
export function loadWindows(path: string, { labels, training, judging }: Omit<Windowed, 'folds'>): Window[] {
  const { buffer, byteOffset, length } = readFile(path);
  if (length === 0) return [];
  const rows = training.length + judging.length;
  let at = byteOffset;
  return WINDOW_LENGTHS.map((steps) => ({
    length: steps,
    predictions: labels.flatMap(() =>
      ALIGNMENTS.map((alignment) => {
        const values = new Float32Array(buffer.slice(at, at + rows * Float32Array.BYTES_PER_ELEMENT));
        at += values.byteLength;
        return { alignment, values };
      }),
    ),
  }));
}
