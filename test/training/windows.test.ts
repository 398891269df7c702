import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Span } from '../../pipeline/base/positions.ts';
import { seededRandom } from '../../pipeline/base/random.ts';
import { joinSegments, partOfReading, planEpoch } from '../../pipeline/training/windows.ts';

/** Runs of up to 400 characters with holes between them, in order. */
const runsOfText: fc.Arbitrary<Span[]> = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 400 })), { minLength: 1, maxLength: 6 })
  .map((pairs) => {
    let position = 0;
    return pairs.map(([hole, length]) => {
      const start = position + hole;
      position = start + length;
      return { start, end: position };
    });
  });
const epochs = fc.record({
  runs: runsOfText,
  steps: fc.integer({ min: 1, max: 30 }),
  streams: fc.integer({ min: 1, max: 5 }),
  seed: fc.integer(),
});

describe('planEpoch', () => {
  it('keeps every window and its targets within one run, and reads no character twice', () => {
    fc.assert(
      fc.property(epochs, ({ runs, steps, streams, seed }) => {
        const starts = planEpoch(runs, steps, streams, seededRandom(seed)).flat();
        const read = starts.flatMap(({ start }) => Array.from({ length: steps }, (_, t) => start + t));
        expect(new Set(read).size).toBe(read.length);
        for (const { start } of starts) {
          const run = runs.find((candidate) => candidate.start <= start && start < candidate.end);
          // The last character's target is the one after the window.
          expect(start + steps).toBeLessThan(run!.end);
        }
      }),
    );
  });

  it('goes on from a state only where the stream read just before, and resets it after a hole', () => {
    fc.assert(
      fc.property(epochs, ({ runs, steps, streams, seed }) => {
        const plan = planEpoch(runs, steps, streams, seededRandom(seed));
        plan.forEach((windows, step) => {
          expect(windows).toHaveLength(streams);
          windows.forEach(({ start, continues }, stream) => {
            const before = plan[step - 1]?.[stream];
            expect(continues).toBe(before !== undefined && before.start + steps === start);
          });
        });
      }),
    );
  });

  it('leaves out less than a window at each end of a run and fewer windows than there are streams', () => {
    fc.assert(
      fc.property(epochs, ({ runs, steps, streams, seed }) => {
        const used = planEpoch(runs, steps, streams, seededRandom(seed)).flat().length;
        // A run of n characters has n − 1 targets, and up to steps − 1 are skipped at its beginning.
        const atLeast = runs.reduce((sum, { start, end }) => {
          return sum + Math.max(0, Math.floor((end - start - steps) / steps));
        }, 0);
        expect(used % streams).toBe(0);
        expect(used).toBeGreaterThan(atLeast - streams);
      }),
    );
  });

  it('cuts other windows in the next epoch, and the same from the same seed', () => {
    const runs = [{ start: 0, end: 5000 }];
    const random = seededRandom(1);
    const firstStarts = Array.from({ length: 20 }, () => planEpoch(runs, 100, 4, random)[0]![0]!.start);
    expect(new Set(firstStarts).size).toBeGreaterThan(10);
    expect(Math.max(...firstStarts)).toBeLessThan(100);
    expect(planEpoch(runs, 100, 4, seededRandom(7))).toEqual(planEpoch(runs, 100, 4, seededRandom(7)));
  });
});

describe('joinRuns', () => {
  it('joins what touches and nothing else', () => {
    const spans = [
      { start: 0, end: 5 },
      { start: 5, end: 9 },
      { start: 10, end: 12 },
      { start: 12, end: 13 },
      { start: 13, end: 20 },
    ];
    expect(joinSegments(spans)).toEqual([
      { start: 0, end: 9 },
      { start: 10, end: 20 },
    ]);
    expect(joinSegments([])).toEqual([]);
  });
});

describe('partOfReading', () => {
  it('divides a reading among as many epochs, each window read in just one of them', () => {
    fc.assert(
      fc.property(epochs, fc.integer({ min: 1, max: 7 }), ({ runs, steps, streams, seed }, parts) => {
        const plan = planEpoch(runs, steps, streams, seededRandom(seed));
        const read = Array.from({ length: parts }, (_, epoch) => partOfReading(plan, epoch, parts)).flat();
        expect(read.map((windows) => windows.map(({ start }) => start))).toEqual(
          plan.map((windows) => windows.map(({ start }) => start)),
        );
      }),
    );
  });

  it('starts every epoch from no state at all, and comes round to the first part again', () => {
    const plan = planEpoch([{ start: 0, end: 1000 }], 10, 2, seededRandom(1));
    for (const epoch of [0, 1, 2, 3]) {
      const [first, ...rest] = partOfReading(plan, epoch, 3);
      expect(first!.every(({ continues }) => !continues)).toBe(true);
      expect(rest.flat().every(({ continues }) => continues)).toBe(true);
    }
    expect(partOfReading(plan, 3, 3)).toEqual(partOfReading(plan, 0, 3));
  });
});
