// The numbers that a network read, cut out of the held-out sample, and how a page speaks of them.
import type { Gallery } from '../../pipeline/contract/index.ts';
import { placeInSample } from '../shared/book-pages.ts';

export type Series = NonNullable<Gallery['series']>;

/** What lies along one time axis. */
export interface SeriesSlice {
  readonly features: readonly { readonly title: string; readonly unit: string; readonly values: readonly number[] }[];
  /** What stands beside each step; empty where nothing does. */
  readonly times: readonly string[];
  /** The steps at which a period begins, counted in the slice. */
  readonly periods: readonly number[];
}

/** @param start position of the first step in the whole series, which must lie in the held-out sample */
export function seriesSlice({ heldOut }: Gallery, series: Series, start: number, length: number): SeriesSlice {
  const first = placeInSample(heldOut.pieces, start)!;
  const cut = <T>(values: readonly T[]) => values.slice(first, first + length);
  return {
    features: series.features.map((feature) => ({ ...feature, values: cut(feature.values) })),
    times: series.times === null ? [] : cut(series.times),
    periods: Array.from({ length }, (_, t) => t).filter((t) => (start + t) % series.period === 0),
  };
}

/** What a page calls what is read, and what positions are counted in: of a text too long to be read whole, the sample. */
export function readWords({ dataset: { words }, corpus }: Gallery) {
  return { ...words, counted: corpus.sampledFrom === null ? words.whole : 'sample' };
}
