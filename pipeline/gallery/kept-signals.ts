// What is kept of the signals while they stream by: a byte a value of the held-out sample and of a sample of the training steps,
// on which explanations of a cell are fitted; and the book, which is h of every cell over the whole text in the steps of a colour.

import { type Domain, domainOf, type GivenSignals, transformed } from '../base/bytes.ts';
import { STEP_OF_BYTE } from '../base/packed-steps.ts';
import type { Signal } from '../base/signals.ts';
import type { SignalWindow } from '../scoring/tally/staging.ts';
import type { ReadWindow } from '../trace/read.ts';

/** Signals at some positions of the text, a byte a value. */
export interface SampledSignals {
  /** Text positions, rising. */
  readonly positions: readonly number[];
  /** Those that there are, in the order i f g o c h. */
  readonly signals: readonly Signal[];
  /** [cells, signals, positions], over the gallery's domains: `scores.domains` says what a byte stands for. */
  readonly bytes: Uint8Array;
}

/** One cell's bytes of one signal, [positions]; a view. */
export function signalOf({ positions, signals, bytes }: SampledSignals, cell: number, signal: Signal): Uint8Array {
  const width = positions.length;
  const from = (cell * signals.length + signals.indexOf(signal)) * width;
  return bytes.subarray(from, from + width);
}

/** The h of every cell out of all its signals, [cells, characters]. @param heldOut [cells, signals, characters] */
export function hOf(heldOut: Uint8Array, signals: readonly Signal[], characters: number): Uint8Array {
  const cells = heldOut.length / (signals.length * characters);
  const out = new Uint8Array(cells * characters);
  const at = signals.indexOf('h') * characters;
  for (let cell = 0; cell < cells; cell++) {
    const from = cell * signals.length * characters + at;
    out.set(heldOut.subarray(from, from + characters), cell * characters);
  }
  return out;
}

/** Most characters of the sample. */
const SAMPLE_LENGTH = 12_000;
/** Consecutive characters that are taken together, so that what came just before most of them is in the sample too. */
const SEGMENT = 500;

export interface TrainingSample {
  /** Text positions, rising. */
  readonly positions: readonly number[];
  /** [cells, signals, positions], over the domains of the signals. */
  readonly bytes: Uint8Array;
  add(window: SignalWindow): void;
}

/**
 * Evenly spaced segments of the positions that train; all of these where they are few.
 * @param trainRows [length of the text]: 1 where a character is a training row
 */
export function trainingPositions(trainRows: Uint8Array, atMost = SAMPLE_LENGTH): number[] {
  const all: number[] = [];
  trainRows.forEach((trains, position) => {
    if (trains === 1) all.push(position);
  });
  if (all.length <= atMost) return all;
  const segments = Math.ceil(all.length / SEGMENT);
  const taken = Math.floor(atMost / SEGMENT);
  return Array.from({ length: taken }, (_, k) => Math.floor((k * segments) / taken)).flatMap((segment) =>
    all.slice(segment * SEGMENT, (segment + 1) * SEGMENT),
  );
}

/** Neighbouring units whose values are turned into bytes together: as many as a line of the processor's cache holds. */
const TILE_UNITS = 16;

/** @param layers units of each */
export function createTrainingSample(
  layers: readonly number[],
  positions: readonly number[],
  { signals, domains }: GivenSignals,
): TrainingSample {
  const width = positions.length;
  const cells = layers.reduce((sum, units) => sum + units, 0);
  const sample = new Uint8Array(cells * signals.length * width);
  const bytes = new Uint8ClampedArray(sample.buffer); // rounds, as toByte does
  const rowOf = new Map(positions.map((position, row) => [position, row]));
  return {
    positions,
    bytes: sample,
    add(window) {
      const wanted = Array.from(window.positions.entries(), ([row, position]) => ({ row, to: rowOf.get(position) }));
      const found = wanted.filter((pair): pair is { row: number; to: number } => pair.to !== undefined);
      if (found.length === 0) return;
      // In the order of what is written, a few units at a time: neighbouring bytes are written soon after each other.
      found.sort((a, b) => a.to - b.to);
      const rows = Int32Array.from(found, ({ row }) => row);
      const places = Int32Array.from(found, ({ to }) => to);
      let firstCell = 0;
      layers.forEach((units, layer) => {
        signals.forEach((signal, s) => {
          const values = window.layers[layer]![signal]!;
          for (let tile = 0; tile < units; tile += TILE_UNITS) {
            const place = { tile, end: Math.min(units, tile + TILE_UNITS), units, domain: domainOf(domains, signal) };
            const start = ((firstCell + tile) * signals.length + s) * width;
            writeTile(bytes, { ...place, start, stride: signals.length * width }, values, rows, places);
          }
        });
        firstCell += units;
      });
    },
  };
}

/** Neighbouring units of a layer, and where the bytes of one of its signals lie. */
interface SampledTile {
  /** The units [tile, end) of so many. */
  readonly tile: number;
  readonly end: number;
  readonly units: number;
  readonly domain: Domain;
  /** Of the first unit's bytes, and from one unit's to the next one's. */
  readonly start: number;
  readonly stride: number;
}

/** @param rows of the values, [rows, units], and of each its place among the bytes of a unit */
function writeTile(
  bytes: Uint8ClampedArray,
  { tile, end, units, domain, start, stride }: SampledTile,
  values: Float32Array,
  rows: Int32Array,
  places: Int32Array,
): void {
  const scale = 255 / (domain.high - domain.low);
  for (let k = 0; k < rows.length; k++) {
    const from = rows[k]! * units;
    for (let unit = tile, to = start + places[k]!; unit < end; unit++, to += stride) {
      bytes[to] = scale * (transformed(values[from + unit]!, domain) - domain.low);
    }
  }
}

/** Segments of the text that lie side by side: rows `stream`, `stream + streams`, … are a segment's characters. */
export type SegmentedWindow = Pick<ReadWindow, 'streams' | 'segments'>;

export interface Book {
  /** [cells, half as many as there are characters, rounded up]: a step a character, the first of a pair in the upper four bits. */
  readonly bytes: Uint8Array;
  add(window: SegmentedWindow, layers: SignalWindow['layers']): void;
}

/**
 * @param units of each layer
 * @param length of the text
 */
export function createBook(units: readonly number[], length: number, { low, high }: Domain): Book {
  const cells = units.reduce((sum, count) => sum + count, 0);
  const width = Math.ceil(length / 2);
  const book = new Uint8Array(cells * width);
  const rounded = new Uint8ClampedArray(1); // rounds, as toByte does, but a hundred million times
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
              const shift = ((start + t) & 1) === 0 ? 4 : 0;
              const other = 0xf0 >> shift;
              let to = (firstCell + tile) * width + ((start + t) >> 1);
              for (let unit = tile; unit < end; unit++, to += width) {
                rounded[0] = scale * (h[row + unit]! - low);
                book[to] = (book[to]! & other) | (STEP_OF_BYTE[rounded[0]!]! << shift);
              }
            }
          }
        }
        firstCell += count;
      });
    },
  };
}
