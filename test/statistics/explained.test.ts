import { describe, expect, it } from 'vitest';
import { integerBelow, normal, seededRandom } from '../../pipeline/base/random.ts';
import { createJudge } from '../../pipeline/scoring/judge/judge.ts';
import { scoreRemaining, shareInterval } from '../../pipeline/scoring/judge/probe.ts';
import { leakyCounter } from '../../pipeline/scoring/plan/baseline.ts';
import { planScoring } from '../../pipeline/scoring/plan/plan.ts';
import { createExplainer, type Explained } from '../../pipeline/statistics/explained.ts';
import { aurocByPairs } from './histograms.ts';

const LENGTH = 24_000;
const BLOCK = 400;
const random = seededRandom(77);

/** A text in which quotations of all lengths open and close. */
function quotations(): { characters: string[]; inside: Uint8Array } {
  const characters: string[] = [];
  const inside = new Uint8Array(LENGTH);
  while (characters.length < LENGTH) {
    const before = 20 + integerBelow(120, random);
    const within = 5 + integerBelow(150, random);
    for (let k = 0; k < before; k++) characters.push('a');
    inside.fill(1, characters.length, characters.length + within + 1);
    characters.push('‘', ...Array.from({ length: within }, () => 'b'), '’');
  }
  return { characters: characters.slice(0, LENGTH), inside };
}

const { characters, inside } = quotations();
const blocks = Array.from({ length: LENGTH / BLOCK }, (_, block) => ({
  start: block * BLOCK,
  end: (block + 1) * BLOCK,
  split: block % 3 === 2 ? ('held-out' as const) : ('train' as const),
}));
const upper = Uint8Array.from(inside, () => (random.uniform() < 0.1 ? 1 : 0));
const hypotheses = [
  { id: 'inside-quotes', kind: 'binary' as const, values: inside },
  { id: 'upper-case', kind: 'binary' as const, values: upper },
];
const plan = planScoring({ symbols: characters, blocks }, hypotheses, [1], 3);
const judge = createJudge({ ...plan.judge, shifts: [] });
const training = blocks.flatMap(({ start, end, split }) =>
  split === 'train' ? Array.from({ length: end - start - 1 }, (_, k) => start + k) : [],
);
const at = (values: ArrayLike<number>) => ({
  training: Float64Array.from(training, (position) => values[position]!),
  judging: Float64Array.from(judge.positions, (position) => values[position]!),
});
const counter = leakyCounter(characters, 30);
const explain = createExplainer(
  [
    { id: 'inside-quotes', columns: [at(inside)] },
    { id: 'upper-case', columns: [at(upper)] },
    { id: 'opening-marks', columns: [at(counter), at(leakyCounter(characters, 100))] },
  ],
  { fold: training.map((position) => Math.floor(position / BLOCK) % 5), folds: 5, judging: judge.positions.length },
);

function explained(signal: (t: number) => number): Explained {
  const values = at(Float64Array.from({ length: LENGTH }, (_, t) => signal(t)));
  return explain(values.training, values.judging)!;
}
const told = (values: Float64Array) => scoreRemaining(values, 0, 'reading', judge);
const adds = (found: Explained, id: string) => found.contributions.find((one) => one.id === id)?.adds ?? 0;

describe('a cell that is on inside quotations', () => {
  const found = explained((t) => inside[t]! + 0.3 * normal(random));

  it('is explained by them, and by nothing else', () => {
    expect(found.share).toBeGreaterThan(0.65);
    expect(found.contributions[0]!.id).toBe('inside-quotes');
    expect(adds(found, 'inside-quotes')).toBeGreaterThan(0.2);
    expect(Math.abs(adds(found, 'opening-marks'))).toBeLessThan(0.01);
    expect(Math.abs(adds(found, 'upper-case'))).toBeLessThan(0.01);
  });

  it('still tells them when a counter of opening marks has had its say', () => {
    const { value, interval } = told(found.leftBy('opening-marks'));
    expect(value).toBeGreaterThan(0.85);
    expect(interval![0]).toBeGreaterThan(0.8);
    expect(interval![0]).toBeLessThan(value);
    expect(interval![1]).toBeGreaterThan(value);
  });
});

describe('a cell that only knows how lately a quotation was opened', () => {
  const found = explained((t) => counter[t]! + 0.05 * normal(random));

  it('looks as though it knew quotations, until the counter is taken away', () => {
    expect(told(at(counter).judging).value).toBeGreaterThan(0.7);
    expect(Math.abs(told(found.leftBy('opening-marks')).value - 0.5)).toBeLessThan(0.05);
    expect(Math.abs(told(found.leftByOthers('inside-quotes')).value - 0.5)).toBeLessThan(0.05);
  });

  it('is explained by the counter, and quotations add nothing that the counter does not give', () => {
    expect(found.contributions[0]!.id).toBe('opening-marks');
    expect(adds(found, 'opening-marks')).toBeGreaterThan(0.3);
    expect(Math.abs(adds(found, 'inside-quotes'))).toBeLessThan(0.01);
    const alone = found.contributions.find(({ id }) => id === 'inside-quotes')?.alone ?? 0.2;
    expect(alone).toBeGreaterThan(0.1);
  });
});

describe('a cell of noise', () => {
  const found = explained(() => normal(random));

  it('is explained by nothing', () => {
    expect(Math.abs(found.share)).toBeLessThan(0.01);
  });

  it('has an interval of its share about zero', () => {
    const [low, high] = shareInterval(found.unexplained, found.deviations, judge)!;
    expect(low).toBeLessThanOrEqual(found.share + 1e-9);
    expect(high).toBeGreaterThanOrEqual(found.share - 1e-9);
    expect(high - low).toBeLessThan(0.02);
  });
});

it('the AUROC of what is left is that of all pairs, but for ties', () => {
  const values = Float64Array.from(judge.positions, (t) => 0.5 * inside[t]! + normal(random));
  const byPairs = aurocByPairs(
    Array.from(values),
    Array.from(judge.positions, (t) => inside[t]!),
  );
  expect(told(values).value).toBeCloseTo(byPairs, 2);
});
