import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { auroc } from '../../../../pipeline/statistics/association.ts';
import { findFault, labelByPassage, labelByPattern } from '../../../../src/client/pattern/label.ts';
import { bestOf, rankScores, scoreByLabels, shiftedLabels } from '../../../../src/client/pattern/ranking.ts';
import { describeChance, describeLabel, describePassage } from '../../../../src/client/pattern/view.ts';

/** The share of all pairs of an on and an off that the on wins, ties half: the definition. */
function overPairs(values: readonly number[], label: readonly number[]): number {
  let [won, pairs] = [0, 0];
  for (const [a, on] of label.entries()) {
    for (const [b, off] of label.entries()) {
      if (on !== 1 || off !== 0) continue;
      pairs++;
      won += values[a]! > values[b]! ? 1 : values[a] === values[b] ? 0.5 : 0;
    }
  }
  return won / pairs;
}

const strength = (area: number): number => Math.abs(area - 0.5);

describe('the label of a pattern', () => {
  const characters = [...'One 😀 two,\nthree two'];
  const pieces = [
    { start: 0, end: 11 },
    { start: 11, end: characters.length },
  ];
  const label = (pattern: string, flags = '') => labelByPattern(characters, pieces, { pattern, flags, shown: 3 });
  const shown = (values: Uint8Array): string => characters.map((c, t) => (values[t] === 1 ? c : '.')).join('');

  it('is on where it matches, counted in code points', () => {
    const { values, on, spans, first } = label('two|😀');
    expect(shown(values)).toBe('....😀.two........two');
    expect([on, spans]).toEqual([7, 3]);
    expect(first[0]).toEqual({ start: 4, end: 5 });
  });

  it('is on in the group named on, if there is one, and takes the flags i, m and s', () => {
    expect(shown(label('two(?<on>,)').values)).toBe('.........,..........');
    expect(label('one').on).toBe(0);
    expect(label('one', 'i').on).toBe(3);
    expect(() => label('one', 'y')).toThrow('flags');
  });

  it('never reaches from one piece of the text into the next', () => {
    expect(label('two.*three', 's').on).toBe(0);
    expect(label('[^]*').spans).toBe(1);
    expect(label('[^]*').first).toHaveLength(2);
  });
});

describe('the sentence about a label', () => {
  it('names the text that was searched where nothing of it matched', () => {
    const none = { values: new Uint8Array(5), on: 0, spans: 0, first: [] };
    expect(describeLabel(none, 'held-out text')).toContain('It matches nothing in the held-out text, so');
    expect(describeLabel(none, 'text')).toContain('It matches nothing in the text, so');
  });
});

describe('the label of a passage', () => {
  it('is on in it and off everywhere else, and on nowhere where the text ends before it', () => {
    const passage = { start: 3, end: 6 };
    const label = labelByPassage(passage, 9);
    expect([...label.values]).toEqual([0, 0, 0, 1, 1, 1, 0, 0, 0]);
    expect(label).toMatchObject({ on: 3, spans: 1, first: [passage] });
    expect(describePassage(label, 'held-out text')).toContain('3 characters are on, and the other 6 of the held-out');
    const beyond = labelByPassage(passage, 5);
    expect(beyond).toMatchObject({ on: 0, spans: 0, first: [] });
    expect(describePassage(beyond, 'held-out text')).toContain('has no such passage');
    expect(describePassage(labelByPassage({ start: 0, end: 5 }, 5), 'text')).toContain('all of the text');
  });

  it('ranks the cells as the share of pairs of a character inside and one outside does', () => {
    const characters = 60;
    const bytes = Uint8Array.from({ length: 4 * characters }, (_, k) => (k * k * 31 + k * 7) % 251);
    const { values } = labelByPassage({ start: 20, end: 31 }, characters);
    const [scores] = scoreByLabels({ bytes, characters, starts: [0, 30] }, [values]);
    const expected = [0, 1, 2, 3].map((row) => {
      const own = [...bytes.subarray(row * characters, (row + 1) * characters)];
      const foreseen = own.map((_, t) => t).filter((t) => t !== 0 && t !== 30);
      const before = foreseen.map((t) => own[t - 1]!);
      const inside = foreseen.map((t) => values[t]!);
      return Math.max(strength(overPairs(own, [...values])), strength(overPairs(before, inside)));
    });
    scores!.forEach(({ auroc: area }, row) => {
      expect(strength(area)).toBeCloseTo(expected[row]!, 12);
    });
    expect(rankScores(scores!)[0]!.row).toBe(expected.indexOf(Math.max(...expected)));
  });
});

describe('the fault of a malformed pattern', () => {
  it('is found where it lies', () => {
    const at = (pattern: string) => findFault(pattern, '')?.at;
    expect(at('(a)(b')).toBe(3);
    expect(at('a)b')).toBe(1);
    expect(at('ab**c')).toBe(3);
    expect(at('x[b-a]y')).toBe(4);
    expect(at('(a|b')).toBe(0);
    expect(findFault('(?<on>a)+', 'i')).toBeNull();
    expect(findFault('a**', '')?.reason).toMatch(/repeat/i);
  });

  it('is always within the pattern', () => {
    const pieces = fc.constantFrom('(', ')', '[', ']', '*', '+', '{', '}', '\\', 'a', '-', '?', '<', '\\p{L', '|');
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const pattern = parts.join('');
        const fault = findFault(pattern, '');
        if (fault === null) expect(() => new RegExp(pattern, 'u')).not.toThrow();
        else expect(fault.at).toBeLessThan(pattern.length);
      }),
    );
  });
});

describe('the ranking of the cells by a label', () => {
  const text = fc.integer({ min: 4, max: 30 }).chain((characters) =>
    fc.record({
      characters: fc.constant(characters),
      values: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 3 * characters, maxLength: 3 * characters }),
      label: fc.array(fc.integer({ min: 0, max: 1 }), { minLength: characters, maxLength: characters }),
      second: fc.integer({ min: 1, max: characters - 1 }),
    }),
  );

  it('is by the AUROC over all pairs, under the better of the two alignments', () => {
    fc.assert(
      fc.property(text, ({ characters, values, label, second }) => {
        const starts = [0, second];
        const outputs = { bytes: Uint8Array.from(values), characters, starts };
        const [scores] = scoreByLabels(outputs, [Uint8Array.from(label)]);
        for (const { row, alignment, auroc: area } of scores!) {
          const own = values.slice(row * characters, (row + 1) * characters);
          const foreseen = label.map((_, t) => t).filter((t) => !starts.includes(t));
          const reading = overPairs(own, label);
          const predicting = overPairs(
            foreseen.map((t) => own[t - 1]!),
            foreseen.map((t) => label[t]!),
          );
          if (Number.isNaN(reading)) {
            expect(area).toBeNaN();
            continue;
          }
          expect(area).toBeCloseTo(alignment === 'reading' ? reading : predicting, 10);
          const best = Math.max(strength(reading), Number.isNaN(predicting) ? 0 : strength(predicting));
          expect(strength(area)).toBeCloseTo(best, 10);
        }
      }),
    );
  });

  it('agrees with the statistics of the pipeline', () => {
    const bytes = readFileSync(new URL(import.meta.url)).subarray(0, 4000);
    const label = Uint8Array.from(bytes, (_, t) => Number((t * t) % 7 < 2));
    // Where every character begins a stretch, none is foreseen: only reading is left.
    const starts = [...bytes.keys()];
    const [scores] = scoreByLabels({ bytes, characters: 4000, starts }, [label]);
    const [all, on] = [new Uint32Array(256), new Uint32Array(256)];
    bytes.forEach((value, t) => {
      all[value]!++;
      if (label[t] === 1) on[value]!++;
    });
    expect(scores![0]!.auroc).toBeCloseTo(auroc(on, all), 12);
  });

  it('puts the cell first that goes along with the label or against it', () => {
    const label = Uint8Array.from({ length: 300 }, (_, t) => Number(t % 10 < 3));
    const bytes = new Uint8Array(3 * 300);
    label.forEach((on, t) => {
      bytes[t] = (t * 37) % 256;
      bytes[300 + t] = 200 - 100 * on;
      bytes[600 + t] = 100 + 20 * on + ((t * 13) % 20);
    });
    const [scores] = scoreByLabels({ bytes, characters: 300, starts: [0] }, [label]);
    const [first] = rankScores(scores!);
    expect(first).toEqual({ row: 1, alignment: 'reading', auroc: 0 });
    expect(bestOf(scores!)).toBe(1);
  });
});

describe('what luck alone would reach', () => {
  it('is measured with labels of whole stretches that stand elsewhere', () => {
    const starts = Array.from({ length: 10 }, (_, k) => 10 * k);
    const label = Uint8Array.from({ length: 100 }, (_, t) => Number(t % 10 < Math.floor(t / 10)));
    const stretchesOf = (values: Uint8Array): string[] =>
      starts.map((start) => values.slice(start, start + 10).join(''));
    const shifted = shiftedLabels(label, starts, 20).map(stretchesOf);
    for (const stretches of shifted) expect(stretches.toSorted()).toEqual(stretchesOf(label).toSorted());
    expect(new Set(shifted.map((stretches) => stretches.join())).size).toBe(20);
  });

  it('is measured without the shifts by which the only span has fallen off the end of a shorter stretch', () => {
    const starts = Array.from({ length: 12 }, (_, k) => (k === 0 ? 0 : 50 + 10 * k));
    const { values } = labelByPassage({ start: 40, end: 44 }, 170);
    const shifted = shiftedLabels(values, starts, 20);
    expect(shifted.length).toBeLessThan(20);
    for (const label of shifted) expect(label).toContain(1);
  });

  it('is not measured where the stretches are too few to exchange', () => {
    const starts = Array.from({ length: 6 }, (_, k) => 10 * k);
    expect(shiftedLabels(new Uint8Array(60), starts, 20)).toEqual([]);
    expect(describeChance([{ row: 0, alignment: 'reading', auroc: 0.9 }], [])).toContain('cannot be told');
  });

  it('is little for a cell that follows the label, and the same for one that follows nothing', () => {
    let state = 1;
    const noise = (): number => {
      state = (state * 48271) % 2147483647;
      return state % 256;
    };
    const characters = 4000;
    const label = Uint8Array.from({ length: characters }, () => Number(noise() < 60));
    const bytes = new Uint8Array(2 * characters);
    label.forEach((on, t) => {
      bytes[t] = on === 1 ? 180 + (noise() % 60) : noise() % 200;
      bytes[characters + t] = noise();
    });
    const starts = Array.from({ length: 40 }, (_, k) => 100 * k);
    const scores = scoreByLabels({ bytes, characters, starts }, [label, ...shiftedLabels(label, starts, 20)]);
    const [own, ...chance] = scores.map(bestOf);
    expect(own).toBeGreaterThan(0.95);
    expect(Math.max(...chance)).toBeLessThan(0.6);
  });
});
