// Some segments of a text read by themselves, against the whole text read at once.
import { describe, expect, it } from 'vitest';
import { onnxEngine } from '../../pipeline/engines/onnx.ts';
import type { Parameters } from '../../pipeline/lstm/parameters.ts';
import { type ReadWindow, readText, signalRows } from '../../pipeline/trace/read.ts';
import { readShard } from '../../pipeline/trace/shard.ts';
import { layOut } from '../../pipeline/trace/streams.ts';
import { characterSequence } from '../../pipeline/trace/targets.ts';
import { ARCHITECTURE, randomIds, randomParameters, rememberingParameters } from './networks.ts';

const engine = onnxEngine({ device: 'cpu', threads: 1 });
/** Nine segments, of which the last is shorter. */
const LENGTH = 9_420;
const { perStream, streams } = layOut(LENGTH);
const sequence = characterSequence(randomIds(LENGTH, 5));

/** All signals of a window's characters, by position. */
function enter(found: Map<number, number[]>, window: ReadWindow): void {
  const { positions, layers } = signalRows(window, ARCHITECTURE);
  positions.forEach((position, row) => {
    if (position < 0) return;
    const signals = layers.flatMap((layer, index) => {
      const units = ARCHITECTURE.units[index]!;
      return Object.values(layer).flatMap((values) => [...values.subarray(row * units, (row + 1) * units)]);
    });
    expect(found.has(position)).toBe(false);
    found.set(position, signals);
  });
}

async function readWhole(parameters: Parameters) {
  const found = new Map<number, number[]>();
  const openings: ReadWindow[] = [];
  const { starts } = await readText({
    ...{ engine, architecture: ARCHITECTURE, parameters, sequence, signals: true },
    begin() {
      found.clear();
      openings.length = 0;
    },
    window(window) {
      openings.push(window);
      enter(found, window);
    },
  });
  return { found, openings, starts };
}

describe.each([
  ['forgets', randomParameters(8)],
  ['remembers for thousands of characters', rememberingParameters(9)],
])('a part of a text, read by a network that %s', async (_, parameters) => {
  const whole = await readWhole(parameters);
  const segments = Math.ceil(LENGTH / perStream);

  it.each([
    [0, 1],
    [2, 5],
    [segments - 1, segments],
    [0, segments],
  ])('has the very values that it has beside the other parts (pieces %i to %i)', async (first, last) => {
    const found = new Map<number, number[]>();
    const openings: ReadWindow[] = [];
    const ends = await readShard({
      ...{ engine, architecture: ARCHITECTURE, parameters, sequence, starts: whole.starts, first, last },
      opening: (window) => openings.push(window) === 2,
      window: (window) => enter(found, window),
    });
    const expected = [...whole.found].filter(([at]) => at >= first * perStream && at < last * perStream);
    expect(found.size).toBe(expected.length);
    for (const [position, signals] of expected) expect(found.get(position)).toEqual(signals);
    expect(openings.map(({ outputs }) => outputs)).toEqual(whole.openings.slice(0, 2).map(({ outputs }) => outputs));
    const start = whole.starts.map(({ c }, layer) => {
      const units = ARCHITECTURE.units[layer]!;
      return c.slice(first * units, (first + 1) * units);
    });
    expect(ends.start.map(({ c }) => c)).toEqual(start);
  });

  it('finds the starts itself where nobody tells them', async () => {
    const found = new Map<number, number[]>();
    await readShard({
      ...{ engine, architecture: ARCHITECTURE, parameters, sequence, first: 3, last: 4 },
      opening: () => true,
      window: (window) => enter(found, window),
    });
    for (const [position, signals] of found) {
      signals.forEach((value, k) => {
        expect(Math.abs(value - whole.found.get(position)![k]!)).toBeLessThan(1e-5);
      });
    }
  });
});

it('a part whose pieces do not join is refused', async () => {
  const starts = ARCHITECTURE.units.map((units) => ({
    h: new Float32Array(streams * units).fill(0.5),
    c: new Float32Array(streams * units).fill(2),
  }));
  const reading = readShard({
    ...{
      engine,
      architecture: ARCHITECTURE,
      parameters: rememberingParameters(9),
      sequence,
      starts,
      first: 1,
      last: 4,
    },
    opening: () => true,
    window() {},
  });
  await expect(reading).rejects.toThrow('does not end in the state in which the next one begins');
});
