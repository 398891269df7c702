// A text whose parts are tallied apart, against the same text read as a whole.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../pipeline/base/random.ts';
import { SIGNALS } from '../../pipeline/base/signals.ts';
import { Opening } from '../../pipeline/scoring/intake.ts';
import { planScoring } from '../../pipeline/scoring/plan/plan.ts';
import { judgedShard, rangeOf } from '../../pipeline/scoring/plan/segments.ts';
import type { ScoringResult } from '../../pipeline/scoring/results.ts';
import { createScorer, createShardScorer, scoreTallies, type TalliedShard } from '../../pipeline/scoring/scorer.ts';
import { columnsOf } from '../../pipeline/scoring/tally/bin-edges.ts';
import type { SignalWindow } from '../../pipeline/scoring/tally/staging.ts';
import type { ShardTally } from '../../pipeline/scoring/threads/partition.ts';
import { type Cells, noiseCell, randomRamp, randomSpans, smallText } from './planted.ts';

const LENGTH = 10_000;
/** So long that some of the text's held-out blocks lie across two of them. */
const SEGMENT = 810;
const SEGMENTES = Math.ceil(LENGTH / SEGMENT);
const STEPS = 250;

const random = seededRandom(71);
const hypotheses = [
  randomSpans('spans', LENGTH, 15, 40, random),
  randomSpans('words', LENGTH, 4, 3, random),
  ...Array.from({ length: 3 }, (_, k) => randomRamp(`ramp-${k}`, LENGTH, 20 + 10 * k, random)),
];
const text = smallText(LENGTH, random);
const cells: Cells = Array.from({ length: 3 }, () => noiseCell(LENGTH, 20, random));
const plan = planScoring(text, hypotheses, [cells.length], 7, undefined, SEGMENT);

/** The windows in which some segments are read side by side, steps outermost. */
function* windowsOf(first: number, last: number): Generator<SignalWindow> {
  const streams = last - first;
  for (let offset = 0; offset < SEGMENT; offset += STEPS) {
    const steps = Math.min(STEPS, SEGMENT - offset);
    const positions = Int32Array.from({ length: steps * streams }, (_, row) => {
      const position = (first + (row % streams)) * SEGMENT + offset + Math.floor(row / streams);
      return position < LENGTH ? position : -1;
    });
    const signals = SIGNALS.map((signal) => [
      signal,
      Float32Array.from({ length: positions.length * cells.length }, (_, at) => {
        return cells[at % cells.length]![signal][positions[Math.floor(at / cells.length)]!] ?? 0;
      }),
    ]);
    yield { positions, layers: [Object.fromEntries(signals)] };
  }
}

async function scoreWhole(): Promise<ScoringResult> {
  const scorer = createScorer(plan, 0);
  for (const window of windowsOf(0, SEGMENTES)) await scorer.add(window);
  return scorer.finish();
}

/** One of `of` shards, as it would be taken up again. Only the tally of all cells is asked for where it has one run. */
async function tally(shard: number, of: number, workers: number): Promise<TalliedShard> {
  const range = rangeOf({ shard, of }, LENGTH, SEGMENT);
  const opening = new Opening(plan);
  for (const window of windowsOf(0, SEGMENTES)) if (opening.keep(window)) break;
  const scorer = createShardScorer(plan, range, opening, workers);
  for (const window of windowsOf(range.first, range.last)) await scorer.add(window);
  const found = await scorer.collect();
  await scorer.close();
  const ends = found.map((_, index) => found.slice(0, index + 1).reduce((sum, own) => sum + own.tally.columns, 0) / 6);
  return {
    range,
    edges: (from, to) => columnsOf(opening.edges(), from, to),
    tally: (_, to): ShardTally => structuredClone(found[ends.indexOf(to)]!),
  };
}

/** All that a scoring says, with the functions' answers. */
function told(result: ScoringResult) {
  const { associations, heldOut, ...rest } = result;
  return {
    ...rest,
    associations: cells.flatMap((_, cell) => hypotheses.map(({ id }) => associations(cell, id))),
    bytes: cells.flatMap((_, cell) => SIGNALS.map((signal) => heldOut.bytes(cell, signal))),
  };
}

describe('tallies of the parts of a text', async () => {
  const whole = told(await scoreWhole());

  it.each([1, 2, 5, SEGMENTES])('give the very scores of the whole, to the last bit (%i shards)', async (of) => {
    const parts = await Promise.all(Array.from({ length: of }, (_, index) => tally(index + 1, of, 0)));
    const merged = told(await scoreTallies(plan, parts, 0));
    expect(merged).toEqual(whole);
    expect(JSON.stringify(merged.scores)).toBe(JSON.stringify(whole.scores));
  });

  it('give them from threads too', async () => {
    const parts = [await tally(1, 2, 2), await tally(2, 2, 2)];
    expect(told(await scoreTallies(plan, parts, 2))).toEqual(whole);
  });

  it('do not where one is missing or there twice', async () => {
    const [first, second] = [await tally(1, 2, 0), await tally(2, 2, 0)];
    await expect(scoreTallies(plan, [second!], 0)).rejects.toThrow(/after character 0/);
    await expect(scoreTallies(plan, [first!], 0)).rejects.toThrow(/after character 4860/);
    await expect(scoreTallies(plan, [first!, first!, second!], 0)).rejects.toThrow(/after character 4860/);
  });

  it('are refused of a character beyond the part, and where one is missing', async () => {
    const part = rangeOf({ shard: 1, of: 2 }, LENGTH, SEGMENT);
    const opening = new Opening(plan);
    for (const window of windowsOf(0, SEGMENTES)) opening.keep(window);
    const scorer = createShardScorer(plan, part, opening, 0);
    for (const window of windowsOf(part.first, part.last - 1)) await scorer.add(window);
    await expect(scorer.collect()).rejects.toThrow(`The signals of character ${(part.last - 1) * SEGMENT} are missing`);
    const [beyond] = windowsOf(part.last, part.last + 1);
    await expect(scorer.add(beyond!)).rejects.toThrow(/character 4860/);
  });
});

describe('the shards of a text', () => {
  it('are its segments, each in one of them, and as many in each but for one', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.integer({ min: 1, max: 700 }),
        fc.nat(),
        (length, segment, seed) => {
          const segments = Math.ceil(length / segment);
          const of = 1 + (seed % segments);
          const parts = Array.from({ length: of }, (_, index) => rangeOf({ shard: index + 1, of }, length, segment));
          const sizes = parts.map(({ first, last }) => last - first);
          expect(parts.map(({ start }) => start)).toEqual([0, ...parts.slice(0, -1).map(({ end }) => end)]);
          expect(parts.at(-1)!.end).toBe(length);
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it('know which judging rows lie in them', () => {
    const part = rangeOf({ shard: 2, of: 3 }, LENGTH, SEGMENT);
    const { rows } = judgedShard(part, plan.judge.positions);
    const inside = plan.judge.positions.filter((position) => position >= part.start && position < part.end);
    expect(plan.judge.positions.slice(...rows)).toEqual(inside);
  });

  it.each([
    [0, 4, 'There is no shard 0 of 4'],
    [5, 4, 'There is no shard 5 of 4'],
    [1, 14, 'too few for 14 shards'],
  ])('are no %i of %i', (shard, of, message) => {
    expect(() => rangeOf({ shard, of }, LENGTH, SEGMENT)).toThrow(message);
  });
});
