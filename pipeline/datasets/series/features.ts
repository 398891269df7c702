// Generic features of the steps that were read last: what a rule can ask of a series about which nobody has written down
// anything. In bins of about as many steps each, a column a feature.
import type { Feature, Rows } from '../dataset.ts';
import { featureValues, lengthOf, movingMean, stepsSince } from './series.ts';

type Named = Readonly<Pick<Feature, 'title' | 'unit'>>;

/** What is measured; titles and units are those of the feature. */
export type Measure =
  | (Named & { readonly is: 'value' })
  | (Named & { readonly is: 'change' | 'mean'; readonly over: number })
  /** Steps since the value was last above the level, or was last not above it; 0 where it is. */
  | (Named & { readonly is: 'since above' | 'since not above'; readonly level: number })
  /** Steps of the period that have passed. */
  | { readonly is: 'phase'; readonly period: number };

export interface MeasureColumn {
  readonly kind: 'measure';
  /** [rows] */
  readonly bins: Uint8Array;
  readonly size: number;
  readonly sets: 'rising';
  readonly measure: Measure;
  /** The largest value of each bin. */
  readonly most: readonly number[];
}

/** A measure at every step, and where its bins end. */
export interface MeasureChoice {
  readonly measure: Measure;
  /** [steps] */
  readonly values: Float64Array;
  readonly most: readonly number[];
}

const BINS = 32;
/** No time is counted further. */
const FARTHEST = 1000;

/** @param positions of the series that the rules are learned on */
export function chooseMeasures(series: Rows, positions: readonly number[]): MeasureChoice[] {
  const { features, period } = series;
  const lags = [...new Set([1, 3, Math.round(period / 4), Math.round(period / 2), period])].filter((lag) => lag > 0);
  const ofFeatures = features.flatMap(({ column, title, unit }): Omit<MeasureChoice, 'most'>[] => {
    const x = featureValues(series, column);
    const level = quantileOf(x, positions, 1 / 2);
    return [
      { measure: { is: 'value', title, unit }, values: Float64Array.from(x) },
      ...lags.map((over) => ({ measure: { is: 'change' as const, title, unit, over }, values: changes(x, over) })),
      { measure: { is: 'mean', title, unit, over: period }, values: movingMean(x, period) },
      { measure: { is: 'since above', title, unit, level }, values: stepsSince(x, (value) => value > level, FARTHEST) },
      {
        measure: { is: 'since not above', title, unit, level },
        values: stepsSince(x, (value) => value <= level, FARTHEST),
      },
    ];
  });
  const phases = Float64Array.from({ length: lengthOf(series) }, (_, t) => t % period);
  const phase = { measure: { is: 'phase', period } as const, values: phases };
  return [...ofFeatures, phase].map(({ measure, values }) => ({ measure, values, most: binEnds(values, positions) }));
}

/** @param positions a row each */
export function measureColumns(choices: readonly MeasureChoice[], positions: readonly number[]): MeasureColumn[] {
  return choices.map(({ measure, values, most }) => ({
    kind: 'measure',
    bins: Uint8Array.from(positions, (position) => most.findIndex((end) => values[position]! <= end)),
    size: most.length,
    sets: 'rising',
    measure,
    most,
  }));
}

function quantileOf(values: ArrayLike<number>, positions: readonly number[], share: number): number {
  const sorted = Float64Array.from(positions, (position) => values[position]!).sort();
  return sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
}

function binEnds(values: Float64Array, positions: readonly number[]): number[] {
  const ends = Array.from({ length: BINS - 1 }, (_, bin) => quantileOf(values, positions, (bin + 1) / BINS));
  return [...new Set(ends), Number.POSITIVE_INFINITY];
}

/** Steps before the first are as the first. */
function changes(x: Float32Array, over: number): Float64Array {
  return Float64Array.from(x, (value, t) => value - x[Math.max(0, t - over)]!);
}
