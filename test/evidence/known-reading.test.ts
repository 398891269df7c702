import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Block } from '../../pipeline/datasets/blocks.ts';
import { observe, type Reader, statesBefore } from '../../pipeline/evidence/reading.ts';
import { type KnownReading, loadKnown, observeKnown, storeKnown } from '../../pipeline/gallery/known-reading.ts';
import type { NetworkState } from '../../pipeline/lstm/state.ts';
import { areIn, piecesAround, stepsIn } from '../../pipeline/trace/pieces.ts';
import { characterSequence } from '../../pipeline/trace/targets.ts';
import { ARCHITECTURE as architecture, randomIds, randomParameters } from '../trace/networks.ts';
import { engine } from './networks.ts';

const LENGTH = 3000;
const span = (start: number, end: number) => Array.from({ length: end - start }, (_, k) => start + k);
const JUDGING = [...span(700, 900), ...span(2000, 2300)];
const SAMPLE = span(100, 400);
const BLOCKS: Block[] = [
  { start: 0, end: 700, split: 'train' },
  { start: 700, end: 900, split: 'held-out' },
  { start: 900, end: 2000, split: 'train' },
  { start: 2000, end: 3000, split: 'held-out' },
];

const network = (): Reader => ({
  engine,
  architecture,
  parameters: randomParameters(5),
  sequence: characterSequence(randomIds(LENGTH, 6)),
});

/** What a reading of everything leaves. */
async function knownOf(reader: Reader): Promise<KnownReading> {
  const { observers, found } = observeKnown(architecture, {
    ...{ judging: JUDGING, sample: SAMPLE, blocks: BLOCKS },
    length: LENGTH,
  });
  await observe(reader, observers);
  return found();
}

describe('the pieces around some steps', () => {
  it('hold all of them, the one after each, and some before the first of a run', () => {
    const pieces = piecesAround(JUDGING, LENGTH);
    expect(areIn({ pieces }, [...JUDGING, 900, 2300, 651, 1951])).toBe(true);
    expect(areIn({ pieces }, [1500])).toBe(false);
    expect(areIn({ pieces: piecesAround([0, 1, 2], LENGTH) }, [-1, 0, 3])).toBe(true);
  });

  it('do not overlap, and are many enough to be read side by side', () => {
    const pieces = piecesAround(span(5000, 25_000), 100_000);
    expect(pieces.slice(1).every(({ start }, k) => start === pieces[k]!.end)).toBe(true);
    expect(pieces.length).toBeGreaterThan(50);
    expect(stepsIn({ pieces })).toBe(20_051);
  });
});

describe('a reading of pieces alone', () => {
  it('gives the states of a reading of everything, and does not read the rest', async () => {
    const reader = network();
    const found = await knownOf(reader);
    const folder = mkdtempSync(join(tmpdir(), 'known-'));
    storeKnown(folder, found);
    const known = loadKnown(folder)!;
    rmSync(folder, { recursive: true });
    expect(known).toEqual(found);

    const places = [701, 850, 900, 2001, 2300, 1951];
    const whole = await statesBefore(reader, places);
    const read = new Set<number>();
    const looking = {
      begin() {},
      window({ segments }: { segments: readonly { start: number; length: number }[] }) {
        for (const { start, length } of segments) for (let k = 0; k < length; k++) read.add(start + k);
      },
    };
    await observe({ ...reader, known }, [looking], undefined, places);
    expect(read.size).toBe(stepsIn(known));
    const pieces = await statesBefore({ ...reader, known }, places);
    const values = (state: NetworkState) => state.flatMap(({ h, c }) => [...h, ...c]);
    for (const [k, value] of values(pieces).entries()) expect(value).toBeCloseTo(values(whole)[k]!, 6);

    // Where a place lies elsewhere everything is read.
    const elsewhere = await statesBefore({ ...reader, known }, [1500]);
    expect(elsewhere).toEqual(await statesBefore(reader, [1500]));
  });

  it('keeps the mean of h over the steps that train', async () => {
    const reader = network();
    const after = await statesBefore(reader, span(1, 701).concat(span(901, 2001)));
    const units = architecture.units[0]!;
    const own = after[0]!.h.filter((_, k) => k % units === 2);
    const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
    const { moments } = await knownOf(reader);
    expect(moments.training[0]!.mean[2]).toBeCloseTo(mean, 6);
    const sampled = own.slice(100, 400).reduce((sum, value) => sum + value, 0) / 300;
    expect(moments.sample[0]!.mean[2]).toBeCloseTo(sampled, 6);
  });
});
