// What the scorer makes of less than six signals, and of less than a whole text.
import { describe, expect, it } from 'vitest';
import { DOMAINS, type GivenSignals, symmetricDomain } from '../../pipeline/base/bytes.ts';
import { normal, seededRandom } from '../../pipeline/base/random.ts';
import { SIGNALS } from '../../pipeline/base/signals.ts';
import { planScoring } from '../../pipeline/scoring/plan/plan.ts';
import { compareWithTwin, withNames } from '../../pipeline/scoring/rank.ts';
import { createScorer } from '../../pipeline/scoring/scorer.ts';
import { isInterpretable } from '../../pipeline/statistics/strength.ts';
import { noiseCell, randomRamp, randomSpans, smallText, windowsOf } from './planted.ts';

const LENGTH = 10_000;

describe('a file that has fewer signals than six', () => {
  const random = seededRandom(31);
  const spans = randomSpans('spans', LENGTH, 15, 40, random);
  const hypotheses = [spans, randomRamp('ramp', LENGTH, 30, random)];
  const cells = Array.from({ length: 6 }, () => noiseCell(LENGTH, 20, random));
  cells[2]!.o.forEach((_, t) => {
    cells[2]!.o[t] = 0.7 - 0.5 * (spans.values[t + 1] ?? 0) + 0.05 * normal(random);
  });
  const text = smallText(LENGTH, random);
  const scoreOf = async (given?: GivenSignals, workers = 0) => {
    const scorer = createScorer(planScoring(text, hypotheses, [2, 4], 7, given), workers);
    for (const window of windowsOf(cells, LENGTH, 900, seededRandom(3))) {
      const half = (from: number, to: number) =>
        Object.fromEntries(
          (given?.signals ?? SIGNALS).map((signal) => {
            const all = window.layers[0]![signal]!;
            const rows = Array.from({ length: window.positions.length }, (_, row) => [
              ...all.subarray(row * cells.length + from, row * cells.length + to),
            ]);
            return [signal, Float32Array.from(rows.flat())];
          }),
        );
      await scorer.add({ positions: window.positions, layers: [half(0, 2), half(2, 6)] });
    }
    return scorer.finish();
  };

  it('is scored on those alone, each just as it is beside the others', async () => {
    const [all, some] = [await scoreOf(), await scoreOf({ signals: ['o', 'h'], domains: DOMAINS }, 2)];
    expect(new Set(some.scores.map(({ signal }) => signal))).toEqual(new Set(['o', 'h']));
    for (const cell of cells.keys()) {
      for (const { id } of hypotheses) {
        const among = all.associations(cell, id).filter(({ signal }) => signal === 'o' || signal === 'h');
        expect(some.associations(cell, id)).toEqual(among);
      }
      expect(some.heldOut.bytes(cell, 'o')).toEqual(all.heldOut.bytes(cell, 'o'));
      expect(some.heldOut.bytes(cell, 'h')).toEqual(all.heldOut.bytes(cell, 'h'));
    }
    const statistics = ({ pShift: _, qShift: __, ...rest }: (typeof all.scores)[number]) => rest;
    expect(some.scores[0]).toMatchObject({ cell: '2-0', hypothesis: 'spans', signal: 'o' });
    expect(statistics(some.scores[0]!)).toEqual(statistics(all.scores[0]!));
  });

  it('has its values drawn over the range that it says', async () => {
    const wide = { low: -4, high: 4, transform: 'none' } as const;
    const { heldOut, domains } = await scoreOf({ signals: ['h'], domains: { ...DOMAINS, h: wide } });
    expect(domains.h).toEqual(wide);
    heldOut.positions.forEach((t, row) => {
      const value = -4 + (8 * heldOut.bytes(3, 'h')[row]!) / 255;
      expect(Math.abs(value - cells[3]!.h[t]!)).toBeLessThanOrEqual(4 / 255 + 1e-6);
    });
  });
});

it('a short text that holds nothing out is described, from two spans on, and nothing is interpretable', async () => {
  const random = seededRandom(61);
  const characters = Array.from({ length: 60 }, () => 'a');
  const blocks = [{ start: 0, end: 60, split: 'train' as const }];
  const values = Uint8Array.from({ length: 60 }, (_, t) => Number((t >= 12 && t < 20) || (t >= 44 && t < 47)));
  const hypotheses = [
    { id: 'two', kind: 'binary', values },
    { id: 'one', kind: 'binary', values: values.map((value, t) => (t < 30 ? value : 0)) },
  ] as const;
  const cells = [noiseCell(60, 5, random), { ...noiseCell(60, 5, random), h: Float32Array.from(values) }];
  const scorer = createScorer(planScoring({ symbols: characters, blocks }, hypotheses, [2], 1), 0);
  for (const window of windowsOf(cells, 60, 10, random)) await scorer.add(window);
  const result = await scorer.finish();
  expect(result.evaluatedOn).toBe('all');
  expect(result.hypotheses.map(({ scorable, reason }) => [scorable, reason])).toEqual([
    [true, null],
    [false, 'The text has 1 span; 2 are needed.'],
  ]);
  expect(result.scores[0]).toMatchObject({ cell: '1-1', signal: 'h', alignment: 'reading', auroc: 1 });
  expect(result.scores.some((row) => isInterpretable(row, result.evaluatedOn))).toBe(false);
});

describe('the domain of a signal around zero', () => {
  const high = (...values: number[]) => symmetricDomain([Float32Array.from(values)]).high;

  it('is that of an LSTM where no value is beyond it, and wider, to two digits, where some are', () => {
    expect(symmetricDomain([Float32Array.of(-1, 0.2), Float32Array.of(0.5)])).toEqual(DOMAINS.h);
    expect(symmetricDomain([Float32Array.of(0.2), Float32Array.of(-2)])).toEqual({
      low: -2,
      high: 2,
      transform: 'none',
    });
    expect(high(3.15)).toBe(3.2);
    expect(high(-1234)).toBe(1300);
  });

  it('leaves out what only one value in a thousand is beyond', () => {
    expect(high(...Array<number>(2000).fill(0.3), 70)).toBe(1);
    expect(high(...Array<number>(2000).fill(-1.5), 70)).toBe(1.5);
    expect(high(...Array<number>(100).fill(0.3), 70, 70)).toBe(70);
  });
});

it('a score without a twin is as it was, and nothing is said of what is untrained', async () => {
  const random = seededRandom(5);
  const spans = randomSpans('spans', LENGTH, 15, 40, random);
  const cells = [{ ...noiseCell(LENGTH, 20, random), h: Float32Array.from(spans.values) }];
  const scorer = createScorer(planScoring(smallText(LENGTH, random), [spans], [1], 7), 0);
  for (const window of windowsOf(cells, LENGTH, 900, random)) await scorer.add(window);
  const result = await scorer.finish();
  const compared = compareWithTwin(result, null);
  expect(compared).toMatchObject({ count: 1, untrainedCount: null, aboveUntrained: null });
  expect(compared.scores).toEqual(result.scores);
  expect(withNames(result.scores, ['the label'])[0]).toMatchObject({ cell: '1-0', name: 'the label' });
});
