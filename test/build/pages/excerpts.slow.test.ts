import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normal, seededRandom } from '../../../pipeline/base/random.ts';
import { countCalls } from '../../../pipeline/build/pages/counts.ts';
import {
  choosePassages,
  type Judged,
  type Passage,
  type Sample,
  windowsOf,
} from '../../../pipeline/build/pages/excerpts.ts';
import { prose } from '../../fixtures/build/prose.ts';

const characters = Array.from(prose(9000));
const TEXT_LENGTHS = { lead: 620, other: 160, labelled: 700 };
const sample: Sample = {
  characters,
  pieces: [
    { start: 0, end: 2900 },
    { start: 2900, end: 6100 },
    { start: 6100, end: characters.length },
  ],
  lengths: TEXT_LENGTHS,
};
const random = seededRandom(8);
const signal = Float64Array.from(characters, () => normal(random));
const label = Uint8Array.from(characters, (_, t) => (t % 400 < 150 ? 1 : 0));
/** Wrong at every fiftieth character of the second piece, in both ways. */
const predicted = label.map((on, t) => (t >= 2900 && t < 6100 && t % 50 === 0 ? 1 - on : on));

const choose = (judged: Judged): Passage[] => choosePassages(sample, judged, seededRandom(1));
const kindsOf = (passages: readonly Passage[]) => passages.map(({ kind }) => kind);
const EVERY_KIND = [
  'lead',
  ...['exciting', 'exciting', 'exciting'],
  ...['silencing', 'silencing', 'silencing'],
  ...['false-alarm', 'false-alarm'],
  ...['miss', 'miss'],
  ...['quantile', 'quantile', 'quantile', 'quantile', 'quantile'],
  ...['random', 'random'],
];

/** Signals with runs, labels with spans, and calls that follow them more or less. */
const judgements = fc.record({
  seed: fc.integer(),
  period: fc.integer({ min: 2, max: 900 }),
  error: fc.double({ min: 0, max: 0.3, noNaN: true }),
});
function judgedBy({ seed, period, error }: { seed: number; period: number; error: number }) {
  const source = seededRandom(seed);
  let level = 0;
  const labels = Uint8Array.from(characters, (_, t) => Number(t % period < period / 2));
  return {
    signal: Float64Array.from(characters, () => {
      level = 0.9 * level + normal(source);
      return level;
    }),
    label: labels,
    predicted: labels.map((on) => (source.uniform() < error ? 1 - on : on)),
  };
}

describe('windowsOf', () => {
  // Half a passage is longer than any word of the text.
  it('gives segments of a piece that begin with a word and do not end within one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 60, max: 700 }), (length) => {
        for (const { start, end } of windowsOf(sample, length)) {
          expect(sample.pieces.some((piece) => piece.start <= start && end <= piece.end)).toBe(true);
          expect(end - start).toBeLessThanOrEqual(length);
          expect(characters[start]).toMatch(/\S/);
          const begins = sample.pieces.some((piece) => piece.start === start) || /\s/.test(characters[start - 1]!);
          const ends = sample.pieces.some((piece) => piece.end === end) || /\s/.test(characters[end]!);
          expect([begins, ends]).toEqual([true, true]);
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe('choosePassages', () => {
  it('shows of each kind as many as there should be', () => {
    expect(kindsOf(choose({ signal, label, predicted }))).toEqual(EVERY_KIND);
  });

  it('shows no character twice, whatever the cell does', () => {
    fc.assert(
      fc.property(judgements, (judgement) => {
        const sorted = choose(judgedBy(judgement)).sort((a, b) => a.start - b.start);
        sorted.slice(1).forEach(({ start }, k) => {
          expect(start).toBeGreaterThanOrEqual(sorted[k]!.end);
        });
      }),
      { numRuns: 30 },
    );
  });

  it('finds where the signal gets highest and lowest, shows it get there, and names the peak', () => {
    const planted = signal.map((value, t) => value + (t >= 4000 && t < 4160 ? 9 : 0) - (t >= 7000 && t < 7160 ? 9 : 0));
    const passages = choose({ signal: planted, label: undefined, predicted: undefined });
    for (const [kind, from] of [
      ['exciting', 4000],
      ['silencing', 7000],
    ] as const) {
      const lead = passages.find((passage) => passage.kind === 'lead')!;
      const first = passages.find((passage) => passage.kind === kind)!;
      // The lead comes first, and may have taken it.
      if (lead.start <= from && from < lead.end) continue;
      const third = (first.end - first.start) / 3;
      expect(from - first.start).toBeGreaterThan(third - 2);
      expect(first.end - from).toBeGreaterThan(third - 2);
      expect(first.start + first.peak!).toBeGreaterThanOrEqual(from);
      expect(first.start + first.peak!).toBeLessThan(from + 160);
    }
    expect(passages.filter(({ peak }) => peak !== undefined)).toHaveLength(6);
  });

  it('opens, where no label is on or off, with a passage over which the signal goes up and down', () => {
    const restless = signal.map((value, t) => value + (t >= 3500 && t < 4500 ? 9 * Math.sin(t / 9) : 0));
    const [lead] = choose({ signal: restless, label: undefined, predicted: undefined });
    expect(lead!.kind).toBe('lead');
    expect(lead!.start).toBeGreaterThan(3300);
    expect(lead!.end).toBeLessThan(4700);
  });

  it('calls false alarms and misses only where there are such, says how many, and shows where most of them are', () => {
    fc.assert(
      fc.property(judgements, (judgement) => {
        const judged = judgedBy(judgement);
        for (const { kind, start, end, mistakes } of choose(judged)) {
          if (kind !== 'false-alarm' && kind !== 'miss') {
            expect(mistakes).toBeUndefined();
            continue;
          }
          const wanted = kind === 'miss' ? 1 : 0;
          const here = (t: number) => judged.label[t] === wanted && judged.predicted[t] === 1 - wanted;
          const found = Array.from({ length: end - start }, (_, k) => start + k).filter(here).length;
          expect(found).toBeGreaterThan(0);
          expect(mistakes).toBe(found);
        }
      }),
      { numRuns: 30 },
    );
    // A single mistake is found, well inside its passage.
    const once = label.map((on, t) => (t === 4555 ? 1 - on : on));
    const only = choose({ signal, label, predicted: once }).filter(({ mistakes }) => mistakes !== undefined);
    expect(only).toHaveLength(1);
    expect(only[0]!.mistakes).toBe(1);
    expect(only[0]!.start).toBeLessThan(4555 - 30);
    expect(only[0]!.end).toBeGreaterThan(4555 + 30);
  });

  it('calls nothing wrong that never is, or that no threshold judges', () => {
    const without = EVERY_KIND.filter((kind) => kind !== 'false-alarm' && kind !== 'miss');
    expect(kindsOf(choose({ signal, label, predicted: label }))).toEqual(without);
    expect(kindsOf(choose({ signal, label: undefined, predicted: undefined }))).toEqual(without);
  });

  it('shows passages from all over the range, at the percentiles that it says', () => {
    fc.assert(
      fc.property(judgements, (judgement) => {
        const judged = judgedBy(judgement);
        const mean = ({ start, end }: { start: number; end: number }) =>
          judged.signal.slice(start, end).reduce((sum, value) => sum + value, 0) / (end - start);
        const all = windowsOf(sample, TEXT_LENGTHS.other).map(mean);
        const shown = choose(judged).filter(({ kind }) => kind === 'quantile');
        expect(shown).toHaveLength(5);
        shown.forEach((passage, k) => {
          const below = all.filter((value) => value < mean(passage) - 1e-9).length;
          expect(passage.percentile).toBeCloseTo((100 * below) / (all.length - 1), -1);
          expect(Math.abs(passage.percentile! - [90, 75, 50, 25, 10][k]!)).toBeLessThan(10);
        });
      }),
      { numRuns: 20 },
    );
  });
});

describe('countCalls', () => {
  it('counts who was called, who should have been, and what went wrong', () => {
    const judged = { signal: [0, 0, 0, 0, 0], label: [1, 1, 1, 0, 0], predicted: [1, 0, 0, 1, 0] };
    expect(countCalls(judged)).toEqual({ called: 2, falseAlarms: 1, labelled: 3, missed: 2 });
    expect(countCalls({ signal: [0], label: undefined, predicted: undefined })).toBeNull();
  });
});
