// The book: h of every cell over the whole text, a byte a character, a cell's bytes together.
import type { Domain } from '../base/bytes.ts';
import type { SignalWindow } from '../scoring/tally/staging.ts';
import type { Segment } from '../trace/read.ts';

/** Neighbouring units whose h is turned into bytes together: as many as a line of the processor's cache holds. */
const TILE_UNITS = 16;

/** Segments of the text that lie side by side: rows `stream`, `stream + streams`, … are a segment's characters. */
export interface SegmentedWindow {
  readonly streams: number;
  readonly segments: readonly Segment[];
}

export interface Book {
  /** [cells, characters], over the domain of h, which measures the values as they are. */
  readonly bytes: Uint8Array;
  add(window: SegmentedWindow, layers: SignalWindow['layers']): void;
}

/**
 * @param units of each layer
 * @param length of the text
 */
export function createBook(units: readonly number[], length: number, { low, high }: Domain): Book {
  const cells = units.reduce((sum, count) => sum + count, 0);
  const book = new Uint8Array(cells * length);
  const bytes = new Uint8ClampedArray(book.buffer); // rounds, as toByte does, but a hundred million times
  const scale = 255 / (high - low);
  return {
    bytes: book,
    /**
     * Writes the rows' h transposed. Segment by segment, a few units at a time, for in any other order either every value
     * read or every byte written comes from memory.
     */
    add({ streams, segments }, layers) {
      let firstCell = 0;
      units.forEach((count, layer) => {
        const h = layers[layer]!.h!;
        for (const { stream, start, length: characters } of segments) {
          for (let tile = 0; tile < count; tile += TILE_UNITS) {
            const end = Math.min(count, tile + TILE_UNITS);
            for (let t = 0; t < characters; t++) {
              const row = (t * streams + stream) * count;
              let to = (firstCell + tile) * length + start + t;
              for (let unit = tile; unit < end; unit++, to += length) bytes[to] = scale * (h[row + unit]! - low);
            }
          }
        }
        firstCell += count;
      });
    },
  };
}
