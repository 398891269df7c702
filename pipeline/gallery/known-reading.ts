// What the reading that scores a network leaves for whoever looks at parts of the sequence later, and need not read all of it again.
import { join } from 'node:path';
import type { Span } from '../base/positions.ts';
import type { Block } from '../datasets/blocks.ts';
import { fromSpans } from '../datasets/labels.ts';
import type { Architecture } from '../lstm/parameters.ts';
import type { NetworkState } from '../lstm/state.ts';
import { type Moments, type Observer, observeMoments, observeStates } from '../trace/observers.ts';
import { type KnownPieces, piecesAround } from '../trace/pieces.ts';
import { readFile, readIfThere, readJson, writeFile } from './measured.ts';

export interface KnownReading extends KnownPieces {
  /** Of h, a layer each: over the sample of the training steps, and over all of the blocks that train. */
  readonly moments: Readonly<Record<'sample' | 'training', readonly Moments[]>>;
}

/**
 * @param judging positions of the held-out sample, around which the pieces lie
 * @param sample those of the sample of the training steps
 */
export function observeKnown(
  architecture: Architecture,
  {
    judging,
    sample,
    blocks,
    length,
  }: {
    readonly judging: readonly number[];
    readonly sample: readonly number[];
    readonly blocks: readonly Block[];
    readonly length: number;
  },
): { readonly observers: readonly Observer[]; found(): KnownReading } {
  const pieces = piecesAround(judging, length);
  const states = observeStates(
    { architecture },
    pieces.map(({ start }) => start),
  );
  const isSampled = new Uint8Array(length);
  for (const position of sample) isSampled[position] = 1;
  const ofSample = observeMoments({ architecture }, isSampled);
  const trains = fromSpans(
    blocks.filter(({ split }) => split === 'train'),
    length,
  );
  const ofTraining = observeMoments({ architecture }, trains);
  return {
    observers: [states, ofSample, ofTraining],
    found: () => ({
      pieces,
      states: states.states,
      moments: { sample: ofSample.moments(), training: ofTraining.moments() },
    }),
  };
}

const FILES = { known: 'known.json', states: 'states.bin' } as const;

/** The file of all but the states. Numbers keep all of their digits. */
interface StoredKnown {
  readonly pieces: readonly Span[];
  /** How many numbers each layer's h and c have. */
  readonly sizes: readonly { readonly h: number; readonly c: number }[];
  readonly moments: Readonly<Record<keyof KnownReading['moments'], readonly Stored[]>>;
}

type Stored = Readonly<Record<keyof Moments, readonly number[]>>;

export function storeKnown(folder: string, { pieces, states, moments }: KnownReading): void {
  const stored = (layers: readonly Moments[]): Stored[] =>
    layers.map(({ mean, variance }) => ({ mean: [...mean], variance: [...variance] }));
  const known: StoredKnown = {
    pieces,
    sizes: states.map(({ h, c }) => ({ h: h.length, c: c.length })),
    moments: { sample: stored(moments.sample), training: stored(moments.training) },
  };
  writeFile(join(folder, FILES.known), JSON.stringify(known));
  const parts = states.flatMap(({ h, c }) => [h, c]);
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  writeFile(join(folder, FILES.states), new Uint8Array(all.buffer));
}

/** Undefined where none was left. */
export function loadKnown(folder: string): KnownReading | undefined {
  if (readIfThere(join(folder, FILES.known)) === null) return undefined;
  const { pieces, sizes, moments } = readJson<StoredKnown>(join(folder, FILES.known));
  const bytes = readFile(join(folder, FILES.states));
  const all = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  let at = 0;
  const take = (length: number) => {
    at += length;
    return all.slice(at - length, at);
  };
  const states: NetworkState = sizes.map(({ h, c }) => ({ h: take(h), c: take(c) }));
  const read = (layers: readonly Stored[]): Moments[] =>
    layers.map(({ mean, variance }) => ({
      mean: Float64Array.from(mean),
      variance: Float64Array.from(variance),
    }));
  return { pieces, states, moments: { sample: read(moments.sample), training: read(moments.training) } };
}
