import { describe, expect, it } from 'vitest';
import { normal, seededRandom } from '../../pipeline/base/random.ts';
import { SIGNALS } from '../../pipeline/base/signals.ts';
import { referenceEngine } from '../../pipeline/engines/reference.ts';
import { signalName } from '../../pipeline/lstm/names.ts';
import { readingComputation } from '../../pipeline/lstm/network.ts';
import { type Architecture, namedValues } from '../../pipeline/lstm/parameters.ts';
import { type NetworkState, stateToInputs, zeroState } from '../../pipeline/lstm/state.ts';
import { carriedReader } from '../../pipeline/trace/carried.ts';
import { characterSequence, numberSequence, type Sequence } from '../../pipeline/trace/targets.ts';
import { randomNetwork } from '../models/networks.ts';
import { ARCHITECTURE, randomIds, randomParameters, readStepwise } from './networks.ts';

const engine = referenceEngine(Float32Array);

/** Every signal of every layer by names as in `layer1.c`, [steps, width], and where the reading ended. */
async function collect(reader: ReturnType<typeof carriedReader>, sequence: Sequence, state?: NetworkState) {
  const found: Record<string, number[]> = {};
  let next = 0;
  const end = await reader.read(sequence, state, ({ start, steps, layers }) => {
    expect(start).toBe(next);
    next += steps;
    layers.forEach((layer, index) => {
      for (const signal of SIGNALS) {
        const name = signalName(index, signal);
        found[name] = [...(found[name] ?? []), ...layer[signal]!];
      }
    });
  });
  expect(next).toBe(sequence.length);
  return { found, end };
}

function expectClose(found: Record<string, number[]>, expected: Readonly<Record<string, ArrayLike<number>>>) {
  for (const [name, values] of Object.entries(found)) {
    expect(values).toHaveLength(expected[name]!.length);
    const differences = values.map((value, k) => Math.abs(value - expected[name]![k]!));
    expect(Math.max(...differences), name).toBeLessThan(1e-5);
  }
}

describe('carriedReader', () => {
  it('gives what one step after the other gives, whether or not windows fill the text', async () => {
    const parameters = randomParameters(3);
    const reader = carriedReader(engine, ARCHITECTURE, parameters);
    for (const length of [1, 5, 32, 75]) {
      const ids = randomIds(length, length);
      const { found } = await collect(reader, characterSequence(ids));
      expectClose(found, (await readStepwise(parameters, ids)).signals);
    }
    await reader.dispose();
  });

  it('goes on where it ended, so that two halves are the whole', async () => {
    const parameters = randomParameters(4);
    const reader = carriedReader(engine, ARCHITECTURE, parameters);
    const ids = randomIds(90, 1);
    const whole = await collect(reader, characterSequence(ids));
    const first = await collect(reader, characterSequence(ids.slice(0, 37)));
    const second = await collect(reader, characterSequence(ids.slice(37)), first.end);
    const joined = Object.keys(whole.found).map((name) => [name, [...first.found[name]!, ...second.found[name]!]]);
    expectClose(Object.fromEntries(joined), whole.found);
    const fresh = await collect(reader, characterSequence(ids.slice(37)));
    expect(Math.abs(fresh.found['layer1.c']![0]! - second.found['layer1.c']![0]!)).toBeGreaterThan(1e-3);
    await reader.dispose();
  });

  it('reads a network that reads backwards too in one window', async () => {
    const architecture: Architecture = { ...ARCHITECTURE, reads: 'numbers', inputs: 2, bidirectional: [true, false] };
    const { parameters } = randomNetwork(architecture, 2);
    const random = seededRandom(1);
    const values = Float32Array.from({ length: 80 }, () => normal(random));
    const reader = carriedReader(engine, architecture, parameters);
    const { found } = await collect(reader, numberSequence(values, 2));
    await reader.dispose();
    const program = await engine.compile(readingComputation(architecture, { steps: 40, streams: 1 }, true));
    const inputs = { ...namedValues(architecture, parameters), ...stateToInputs(zeroState(architecture, 1)), values };
    expectClose(found, await program.run(inputs));
    expect(found['layer1.h']).toHaveLength(40 * 2 * ARCHITECTURE.units[0]!);
  });
});
