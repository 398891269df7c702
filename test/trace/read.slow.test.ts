import { describe, expect, it } from 'vitest';
import type { Rounds } from '../../pipeline/base/progress.ts';
import { seededRandom } from '../../pipeline/base/random.ts';
import { SIGNALS } from '../../pipeline/base/signals.ts';
import type { Engine } from '../../pipeline/engines/engine.ts';
import { onnxEngine } from '../../pipeline/engines/onnx.ts';
import { endName, signalName } from '../../pipeline/lstm/names.ts';
import type { Parameters } from '../../pipeline/lstm/parameters.ts';
import type { NetworkState } from '../../pipeline/lstm/state.ts';
import { type ReadWindow, readText, signalRows } from '../../pipeline/trace/read.ts';
import { charactersToRead, layOut } from '../../pipeline/trace/streams.ts';
import { characterSequence } from '../../pipeline/trace/targets.ts';
import { relativeDifference } from '../engines/example.ts';
import {
  ARCHITECTURE,
  randomIds,
  randomParameters,
  readStepwise,
  rememberingParameters,
  selfMindingParameters,
} from './networks.ts';

const engine = onnxEngine({ device: 'cpu', threads: 1 });

/** Tells of every window that is run. */
function counting(tell: () => void): Engine {
  return {
    ...engine,
    async compile(computation, constants) {
      const program = await engine.compile(computation, constants);
      return {
        run(inputs) {
          tell();
          return program.run(inputs);
        },
        dispose: () => program.dispose(),
      };
    },
  };
}

/** All that a reading gives out, [characters, units] by names as in `layer1.c`; NaN where it gave nothing. */
async function gather(parameters: Parameters, ids: Int32Array, known?: NetworkState) {
  const names = ARCHITECTURE.units.flatMap((units, layer) =>
    SIGNALS.map((signal) => ({ layer, signal, units, name: signalName(layer, signal) })),
  );
  const signals = Object.fromEntries(
    names.map(({ name, units }) => [name, new Float32Array(ids.length * units).fill(Number.NaN)]),
  );
  const timesGiven = new Uint8Array(ids.length);
  let begun = 0;
  let windows = 0;
  const { readings, starts } = await readText({
    engine: counting(() => {
      windows += 1;
    }),
    starts: known,
    architecture: ARCHITECTURE,
    parameters,
    sequence: characterSequence(ids),
    signals: true,
    begin() {
      begun += 1;
      timesGiven.fill(0);
    },
    window(window: ReadWindow) {
      const { positions, layers } = signalRows(window, ARCHITECTURE);
      positions.forEach((position, row) => {
        if (position < 0) return;
        timesGiven[position]! += 1;
        for (const { name, layer, signal, units } of names) {
          signals[name]!.set(layers[layer]![signal]!.subarray(row * units, (row + 1) * units), position * units);
        }
      });
    },
  });
  return { signals, timesGiven, readings, begun, windows, starts };
}

describe('readText', () => {
  it.each([
    ['a network that forgets soon', randomParameters(1), undefined],
    // A sum over thousands of characters keeps every rounding of its forget gate: only float32 compares with float32.
    ['a network with cells that keep nine tenths of their c over a piece', rememberingParameters(2), engine],
    ['a network with such a cell that minds itself', selfMindingParameters(2), engine],
  ])('gives in parallel streams what one pass gives, with %s', async (_, parameters, oracle) => {
    const ids = randomIds(5050, 3);
    expect(layOut(ids.length).streams).toBe(5);
    const expected = await readStepwise(parameters, ids, oracle);
    const { signals, timesGiven, readings, begun } = await gather(parameters, ids);
    expect(Object.keys(signals)).toHaveLength(12);
    for (const [name, values] of Object.entries(expected.signals)) {
      expect(relativeDifference(signals[name]!, values), name).toBeLessThan(1e-5);
    }
    expect(timesGiven.every((times) => times === 1)).toBe(true);
    expect(begun).toBe(readings);
  });

  it('gives the text out anew where the first guess of the starts was not good enough', async () => {
    const ids = randomIds(5050, 3);
    expect((await gather(selfMindingParameters(2), ids)).readings).toBeGreaterThan(1);
    expect((await gather(rememberingParameters(2), ids)).readings).toBe(1);
  });

  it('reads once from where the pieces started before, and is not misled by starts that are wrong', async () => {
    const ids = randomIds(5050, 3);
    const parameters = rememberingParameters(2);
    const first = await gather(parameters, ids);
    const again = await gather(parameters, ids, first.starts);
    expect(again.windows).toBeLessThan(first.windows / 2);
    const wrong = first.starts.map(({ h, c }) => ({ h: h.map((value) => -value), c: c.map((value) => value + 1) }));
    const misled = await gather(parameters, ids, wrong);
    for (const other of [again, misled]) {
      for (const [name, values] of Object.entries(first.signals)) {
        expect(relativeDifference(other.signals[name]!, values), name).toBeLessThan(1e-5);
      }
    }
    expect((await gather(parameters, ids, first.starts.slice(1))).windows).toBe(first.windows);
  });

  it('needs a few readings, not one a piece, for a memory that reaches over all the pieces', async () => {
    const ids = randomIds(12_050, 3);
    const { streams, steps, perStream } = layOut(ids.length);
    expect(streams).toBe(12);
    let windows = 0;
    const engine = counting(() => {
      windows += 1;
    });
    const network = {
      architecture: ARCHITECTURE,
      parameters: rememberingParameters(2),
      sequence: characterSequence(ids),
    };
    await readText({ ...network, engine, signals: false, begin() {}, window() {} });
    expect(windows / (perStream / steps)).toBeLessThanOrEqual(5);
  });

  it('reads a run-up and then the whole text so many times, as charactersToRead counts them', async () => {
    const length = 5050;
    const rounds = charactersToRead(length) as Rounds;
    expect(rounds.later).toBe(length);
    const network = { architecture: ARCHITECTURE, parameters: rememberingParameters(2) };
    const sequence = characterSequence(randomIds(length, 3));
    const whenRoundsEnd: number[] = [];
    let read = 0;
    const counted = {
      ...{ ...network, engine, sequence, signals: false, window() {} },
      begin: () => void whenRoundsEnd.push(read),
      progress(characters: number) {
        read += characters;
      },
    };
    const { starts } = await readText(counted);
    const wholeRounds = [...whenRoundsEnd, read].map((at) => (at - rounds.first) / rounds.later);
    expect(wholeRounds.every((count) => Number.isInteger(count) && count >= 0)).toBe(true);
    read = 0;
    await readText({ ...counted, starts });
    expect([read, charactersToRead(length, starts)]).toEqual([length, { first: length, later: length }]);
  });

  it('ends where rounding alone keeps the pieces apart, as it does a sum over millions of characters', async () => {
    const random = seededRandom(5);
    const ROUNDING = 1e-4;
    const rounding: Engine = {
      ...engine,
      async compile(computation, constants) {
        const program = await engine.compile(computation, constants);
        return {
          async run(inputs) {
            const outputs = await program.run(inputs);
            const sums = outputs[endName(0, 'c')]!;
            sums.forEach((c, k) => {
              sums[k] = c + ROUNDING * (random.uniform() - 0.5);
            });
            return outputs;
          },
          dispose: () => program.dispose(),
        };
      },
    };
    const network = {
      architecture: ARCHITECTURE,
      parameters: rememberingParameters(2),
      sequence: characterSequence(randomIds(12_050, 3)),
    };
    const read = { ...network, signals: false, begin() {}, window() {} };
    const { readings, starts } = await readText({ ...read, engine: rounding });
    expect(readings).toBeGreaterThan(1);
    expect(readings).toBeLessThan(6);
    const exact = await readText({ ...read, engine });
    for (const [layer, { c }] of starts.entries()) {
      expect(relativeDifference(c, exact.starts[layer]!.c)).toBeLessThan(100 * ROUNDING);
    }
  });

  it('meets in the remembering network a memory that reaches over pieces', async () => {
    const parameters = rememberingParameters(2);
    const ids = randomIds(5050, 3);
    const { signals } = await readStepwise(parameters, ids);
    const f = signals['layer1.f']!;
    expect(f[0]).toBeCloseTo(0.9999, 6);
    // From nothing, the second half would be read otherwise: c is not what its last thousand characters give.
    const half = await readStepwise(parameters, ids.subarray(4000));
    const c = signals['layer1.c']!;
    expect(Math.abs(c.at(-5)! - half.signals['layer1.c']!.at(-5)!)).toBeGreaterThan(0.5);
  });

  it.each([1, 2, 99, 100, 101, 1999])('gives every character of a text of %i just once', async (length) => {
    const parameters = rememberingParameters(4);
    const ids = randomIds(length, 5);
    const expected = await readStepwise(parameters, ids);
    const { signals, timesGiven } = await gather(parameters, ids);
    expect(Array.from(timesGiven)).toEqual(new Array(length).fill(1));
    for (const [name, values] of Object.entries(expected.signals)) {
      expect(relativeDifference(signals[name]!, values), name).toBeLessThan(1e-5);
    }
  });
});
