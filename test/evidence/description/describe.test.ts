import { describe, expect, it } from 'vitest';
import { normal, seededRandom } from '../../../pipeline/base/random.ts';
import { loadCorpus } from '../../../pipeline/content/corpora.ts';
import type { Rows } from '../../../pipeline/datasets/dataset.ts';
import type { FeatureColumn } from '../../../pipeline/datasets/features.ts';
import { chooseMeasures, measureColumns } from '../../../pipeline/datasets/series/features.ts';
import { chooseFeatures, featureColumns } from '../../../pipeline/datasets/text/features.ts';
import { findQuotations } from '../../../pipeline/datasets/text/quotes.ts';
import { describeTree } from '../../../pipeline/evidence/description/describe.ts';
import { fitTree } from '../../../pipeline/statistics/tree-size.ts';

const ROWS = 10_000;
const limits = { leaves: 8, depth: 3, leastRows: 50 };
const characters = Array.from(loadCorpus('content', 'alice').text);
const positions = Array.from({ length: ROWS }, (_, row) => 2000 + row);
const columns = featureColumns(chooseFeatures(characters, positions, limits.leastRows), characters, positions);
const random = seededRandom(42);

/** What is said of a cell that does what `output` says at each position, with noise. */
function prediction(output: (position: number) => number, noise = 0.1) {
  const target = Float64Array.from(positions, (position) => output(position) + noise * normal(random));
  return describeTree(fitTree(columns, target, limits), columns);
}

const endsIn = (text: string) => (position: number) =>
  characters.slice(Math.max(0, position - text.length + 1), position + 1).join('') === text;
const at = (position: number, set: string) => set.includes(characters[position]!);

describe('a planted cell is described as what it is', () => {
  it('on after th', () => {
    const found = prediction((t) => 0.8 * Number(endsIn('th')(t)));
    expect(found?.sentence).toBe('High after “th”, near zero elsewhere');
    expect(found?.clauses[0]?.value).toBeCloseTo(0.8, 1);
    expect(found?.clauses[1]?.value).toBeCloseTo(0, 1);
  });

  it('off after th', () => {
    expect(prediction((t) => -0.8 * Number(endsIn('th')(t)))?.sentence).toBe('Low after “th”, near zero elsewhere');
  });

  it('high after vowels and low after a space', () => {
    const found = prediction((t) => (at(t, 'aeiouAEIOU') ? 0.5 : at(t, ' ') ? -0.6 : 0));
    expect(found?.sentence).toBe('High after a vowel, low after a space');
  });

  it('on one character after e', () => {
    expect(prediction((t) => 0.7 * Number(at(t - 1, 'e')))?.sentence).toBe(
      'High one character after “e”, near zero elsewhere',
    );
  });

  it('a counter along the line', () => {
    let since = 0;
    const counted = characters.map((character) => {
      since = character === '\n' ? 0 : since + 1;
      return Math.min(1, since / 70);
    });
    const found = prediction((t) => counted[t]! - 0.3);
    expect(found?.sentence).toBe('Rises with the distance from the last line break');
    expect(found!.clauses[0]!.value).toBeLessThan(found!.clauses[1]!.value);
  });

  it('a quote counter', () => {
    const inside = new Uint8Array(characters.length);
    for (const { start, end } of findQuotations(characters)) inside.fill(1, start, end);
    expect(prediction((t) => inside[t]! - 0.2)?.sentence).toContain('igh inside single quotation marks');
  });

  it('nothing at all', () => {
    const told = Array.from({ length: 10 }, () => prediction(() => 0, 1)).filter((found) => found !== null);
    expect(told.length).toBeLessThanOrEqual(1);
    expect(prediction(() => 0.3, 0)).toBeNull();
  });
});

describe('a cell that reads numbers', () => {
  const steps = 4000;
  const series: Rows = {
    features: [
      { column: 'a', title: 'Temperature', unit: '°C' },
      { column: 'b', title: 'Rain', unit: 'mm' },
    ],
    values: Float32Array.from({ length: 2 * steps }, (_, index) =>
      index % 2 === 0 ? 10 * Math.sin(index / 37) + 2 * normal(random) : Math.max(0, normal(random) - 1),
    ),
    times: [],
    period: 24,
    block: 240,
  };
  const rows = Array.from({ length: steps - 100 }, (_, row) => row + 100);
  const measures: readonly FeatureColumn[] = measureColumns(chooseMeasures(series, rows), rows);
  const valueAt = (t: number, feature: number) => series.values[2 * t + feature]!;
  const describeSeries = (output: (t: number) => number) => {
    const target = Float64Array.from(rows, (t) => output(t) + 0.1 * normal(random));
    return describeTree(fitTree(measures, target, limits), measures)?.sentence;
  };

  it('is described by the value that it follows', () => {
    expect(describeSeries((t) => valueAt(t, 0) / 10)).toBe('Rises with the temperature');
  });

  it('is described by the change that it follows', () => {
    expect(describeSeries((t) => (valueAt(t, 0) - valueAt(t - 6, 0)) / 10)).toBe(
      'Rises with the change of the temperature over 6 steps',
    );
  });

  it('is described by the time since it rained', () => {
    expect(describeSeries((t) => 0.6 * Number(valueAt(t, 1) > 0))).toBe(
      'High where the rain is above 0 mm, near zero elsewhere',
    );
    const within2 = (t: number) => [0, 1, 2].some((back) => valueAt(t - back, 1) > 0);
    expect(describeSeries((t) => 0.6 * Number(within2(t)) - 0.2)).toMatch(
      /^High where the rain was last above 0 mm at most 2 steps ago/,
    );
  });

  it('is described by the part of the period', () => {
    expect(describeSeries((t) => 0.6 * Number(t % 24 >= 12))).toBe(
      'High where it is past step 12 of the period’s 24, near zero elsewhere',
    );
  });
});
