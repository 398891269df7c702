// The rounds of a text's starts, each shard reading its own segments alone, against one machine that reads all of it.
import { describe, expect, it } from 'vitest';
import { onnxEngine } from '../../pipeline/engines/onnx.ts';
import type { Parameters } from '../../pipeline/lstm/parameters.ts';
import { type FoundEnds, joinEnds, readEnds, withPadding } from '../../pipeline/trace/ends.ts';
import { readText } from '../../pipeline/trace/read.ts';
import { concludeRound, firstRound } from '../../pipeline/trace/rounds.ts';
import { numbersOf, readSignals } from '../../pipeline/trace/shard.ts';
import { layOut, pickStreams } from '../../pipeline/trace/streams.ts';
import { characterSequence } from '../../pipeline/trace/targets.ts';
import { ARCHITECTURE, randomIds, randomParameters, rememberingParameters, selfMindingParameters } from './networks.ts';

const engine = onnxEngine({ device: 'cpu', threads: 1 });
/** Fifteen segments of 1,050 characters, and one stream with nothing of the text. */
const LENGTH = 15_620;
const sequence = characterSequence(randomIds(LENGTH, 6));
const layout = layOut(LENGTH);

/** Reads as so many shards do, and counts what each has read. */
async function readApart(parameters: Parameters, bounds: readonly number[]) {
  const shards = bounds.slice(1).map((last, index) => ({ first: bounds[index]!, last }));
  const network = { engine, architecture: ARCHITECTURE, parameters, sequence };
  const read = shards.map(() => 0);
  let round = firstRound(ARCHITECTURE, layout);
  let before: FoundEnds[] = [];
  for (let rounds = 1; ; rounds++) {
    const found: FoundEnds[] = [];
    for (const [k, range] of shards.entries()) {
      const progress = (characters: number) => {
        read[k]! += characters;
      };
      const counted = { ...network, progress };
      if (round.reads === 'signals') {
        const starts = pickStreams(ARCHITECTURE, round.starts, numbersOf(range));
        const ends = await readSignals(counted, starts, range, () => {});
        found.push({ range, reads: round.reads, starts, ends });
      } else found.push(await readEnds(counted, round, withPadding(range, layout, LENGTH), before[k]));
    }
    before = found;
    const ends = joinEnds(ARCHITECTURE, layout, found);
    const { next, gap } = concludeRound(ARCHITECTURE, layout, LENGTH, round, ends);
    if (next === null) return { starts: round.starts, rounds, gap, read, shards };
    round = next;
  }
}

describe.each([
  ['forgets', randomParameters(8)],
  ['remembers for thousands of characters', rememberingParameters(9)],
  ['remembers and minds itself', selfMindingParameters(2)],
])('a text in shards, read by a network that %s', async (_, parameters) => {
  const whole = await readText({
    ...{ engine, architecture: ARCHITECTURE, parameters, sequence, signals: true },
    begin() {},
    window() {},
  });

  it.each([[[0, 15]], [[0, 4, 9, 15]], [Array.from({ length: 16 }, (_, k) => k)]])(
    'starts where it does as a whole, bit for bit (shards at %j)',
    async (bounds) => {
      const apart = await readApart(parameters, bounds);
      expect(apart.starts).toEqual(whole.starts);
      expect(apart.gap).toBeLessThan(1e-5);
      apart.shards.forEach(({ first, last }, k) => {
        const own = Math.min(LENGTH, last * layout.perStream) - first * layout.perStream;
        expect(apart.read[k]).toBeLessThanOrEqual(own * apart.rounds);
      });
    },
  );
});

it('a segment that starts where it did before is not read again', async () => {
  const network = { engine, architecture: ARCHITECTURE, parameters: rememberingParameters(9), sequence };
  let read = 0;
  const progress = (characters: number) => {
    read += characters;
  };
  const counted = { ...network, progress };
  const { starts } = firstRound(ARCHITECTURE, layout);
  const round = { reads: 'segments' as const, starts, gapBefore: Number.POSITIVE_INFINITY };
  const range = { first: 2, last: 5 };
  const first = await readEnds(counted, round, range);
  expect(read).toBe(3 * layout.perStream);
  const moved = starts.map(({ h, c }, layer) => {
    const units = ARCHITECTURE.units[layer]!;
    return { h, c: c.map((value, k) => (Math.floor(k / units) === 3 ? 0.5 : value)) };
  });
  read = 0;
  const again = await readEnds(counted, { ...round, starts: moved }, range, first);
  expect(read).toBe(layout.perStream);
  expect(again).toEqual(await readEnds(network, { ...round, starts: moved }, range));
  expect(again.ends).not.toEqual(first.ends);
});
