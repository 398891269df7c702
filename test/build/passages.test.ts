import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choosePassages, type Sample, TEXT_LENGTHS, windowsOf } from '../../pipeline/build/passages.ts';
import { normal, seededRandom } from '../../pipeline/random.ts';
import { prose } from '../fixtures/build/prose.ts';

const characters = Array.from(prose(9000));
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
/** Wrong at every fiftieth character of the second piece. */
const predicted = label.map((on, t) => (t >= 2900 && t < 6100 && t % 50 === 0 ? 1 - on : on));

const choose = (judged: Parameters<typeof choosePassages>[1]) => choosePassages(sample, judged, seededRandom(1));
const kindsOf = (passages: ReturnType<typeof choose>) => passages.map(({ kind }) => kind);

describe('windowsOf', () => {
  // Half a passage is longer than any word of the text.
  it('gives stretches of a piece that begin with a word and do not end within one', () => {
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
  it('shows no character twice, and of each kind as many as there should be', () => {
    const passages = choose({ signal, label, predicted });
    expect(kindsOf(passages)).toEqual([
      'lead',
      ...['exciting', 'exciting', 'exciting'],
      ...['silencing', 'silencing', 'silencing'],
      ...['random', 'random', 'random'],
      ...['mistaken', 'mistaken'],
    ]);
    const sorted = [...passages].sort((a, b) => a.start - b.start);
    sorted.slice(1).forEach(({ start }, k) => {
      expect(start).toBeGreaterThanOrEqual(sorted[k]!.end);
    });
  });

  it('finds where the signal is highest and lowest', () => {
    const planted = signal.map((value, t) => value + (t >= 4000 && t < 4260 ? 9 : 0) - (t >= 7000 && t < 7260 ? 9 : 0));
    const passages = choose({ signal: planted, label, predicted });
    const [exciting, silencing] = ['exciting', 'silencing'].map((kind) => passages.find((one) => one.kind === kind)!);
    const lead = passages.find(({ kind }) => kind === 'lead')!;
    const overlap = (from: number, { start, end }: { start: number; end: number }) =>
      Math.min(from + 260, end) - Math.max(from, start);
    // The lead comes first, and may have taken it.
    expect(Math.max(overlap(4000, exciting!), overlap(4000, lead))).toBeGreaterThan(130);
    expect(Math.max(overlap(7000, silencing!), overlap(7000, lead))).toBeGreaterThan(130);
  });

  it('calls mistaken only where the cell is wrong, and nothing where it is never', () => {
    for (const { kind, start, end } of choose({ signal, label, predicted })) {
      if (kind !== 'mistaken') continue;
      expect(label.slice(start, end)).not.toEqual(predicted.slice(start, end));
    }
    expect(kindsOf(choose({ signal, label, predicted: label }))).not.toContain('mistaken');
    expect(kindsOf(choose({ signal, label: undefined, predicted: undefined }))).not.toContain('mistaken');
  });
});
