import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { referenceEngine } from '../../pipeline/engines/reference.ts';
import {
  characterOutcomes,
  contributions,
  numberOutcomes,
  type Outcomes,
} from '../../pipeline/evidence/contribution/contribution.ts';
import { logOddsFrom, strongest, tokenOutcomes } from '../../pipeline/evidence/contribution/many-outputs.ts';
import type { Reader } from '../../pipeline/evidence/reading.ts';
import { outputName, signalName } from '../../pipeline/lstm/names.ts';
import { readingComputation } from '../../pipeline/lstm/network.ts';
import { type Architecture, assembleParameters, namedValues, tensorShapes } from '../../pipeline/lstm/parameters.ts';
import { featuresOfOutput } from '../../pipeline/lstm/same-step.ts';
import { stateToInputs, zeroState } from '../../pipeline/lstm/state.ts';
import { characterSequence, numberSequence, type Sequence } from '../../pipeline/trace/targets.ts';
import { relativeDifference, SIGMOID } from '../engines/example.ts';
import { saidAbove } from '../lstm/above.ts';
import { randomIds } from '../trace/networks.ts';
import { engine, GATES, LINEAR_CELL, linearCell, randomValues, VALUES } from './networks.ts';

const deep: Architecture = {
  inputs: 6,
  units: [5, 4, 3],
  outputs: 6,
  cellActivation: 'tanh',
  recurrentActivation: SIGMOID,
};
const forecaster: Architecture = { ...deep, reads: 'numbers', inputs: 2, outputs: 2, outputActivation: 'linear' };

const LENGTH = 400;
const POSITIONS = Array.from({ length: 30 }, (_, k) => 2 * k + 3);
const USUAL = Array.from({ length: 20 }, (_, k) => k + 10);

function randomNetwork(architecture: Architecture, sequence: Sequence): Reader {
  const weights = randomValues(1000, 21).values();
  const tensors = tensorShapes(architecture).map(({ rows, columns }) => ({
    rows,
    columns,
    data: Float32Array.from({ length: rows * columns }, () => weights.next().value!),
  }));
  return { engine, architecture, parameters: assembleParameters(architecture, tensors), sequence };
}

/** Every signal and what is said at every step, in float64. */
function readWhole({ architecture, parameters, sequence }: Reader) {
  const window = { steps: LENGTH, streams: 1 };
  const weights = namedValues(architecture, parameters);
  return referenceEngine(Float64Array)
    .compile(readingComputation(architecture, window, true), weights)
    .then((program) => program.run({ ...stateToInputs(zeroState(architecture, 1)), ...sequence.inputs([0], window) }));
}

/** What is said after a step as a function of what one layer passes on there, everything before it being as it was. */
async function sayer(reader: Reader, layer: number) {
  const { architecture, parameters } = reader;
  const read = await readWhole(reader);
  const rowOf = (signal: 'h' | 'c', of: number, t: number) => {
    const units = architecture.units[of]!;
    return t < 0 ? new Float64Array(units) : read[signalName(of, signal)]!.slice(t * units, (t + 1) * units);
  };
  const weights = namedValues(architecture, parameters);
  return {
    h: (t: number) => rowOf('h', layer, t),
    prediction: (t: number) =>
      read[outputName(architecture)]!.slice(t * architecture.outputs, (t + 1) * architecture.outputs),
    async saidWith(t: number, h: Float64Array): Promise<Float64Array> {
      if (layer === architecture.units.length - 1) return dense(reader, h);
      const states = architecture.units.flatMap((_, of) =>
        (['h', 'c'] as const).map((part) => [`layer${of + 1}.${part}0`, rowOf(part, of, t - 1)] as const),
      );
      return saidAbove(architecture, layer + 1, { ...weights, ...Object.fromEntries(states) }, h);
    },
  };
}

/** The dense layer's sums, before any softmax. */
function dense({ parameters, architecture }: Reader, h: Float64Array): Float64Array {
  const { kernel, bias } = parameters.dense[0]!;
  return Float64Array.from({ length: architecture.outputs }, (_, k) =>
    h.reduce((sum, value, unit) => sum + value * kernel.data[unit * kernel.columns + k]!, bias.data[k]!),
  );
}

const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

/** What a small change of each unit's h changes of what is said, [units][outputs], by central differences. */
async function slopes(say: Awaited<ReturnType<typeof sayer>>, t: number): Promise<number[][]> {
  const step = 1e-5;
  const h = say.h(t);
  const rows: number[][] = [];
  for (let unit = 0; unit < h.length; unit++) {
    const moved = (offset: number) =>
      say.saidWith(
        t,
        h.map((value, k) => (k === unit ? value + offset : value)),
      );
    const [high, low] = [await moved(step), await moved(-step)];
    rows.push(Array.from(high, (value, k) => (value - low[k]!) / (2 * step)));
  }
  return rows;
}

describe('of a network of characters with three layers', () => {
  const ids = randomIds(LENGTH, 22);
  const reader = randomNetwork(deep, characterSequence(ids));
  const options = { outcomes: characterOutcomes(ids, deep.outputs), positions: POSITIONS, usual: USUAL };

  it('the changes and effects are those of finite differences, layer by layer', async () => {
    const found = await contributions(reader, options);
    expect(found).toHaveLength(3);
    for (const [layer, { changes, effects }] of found.entries()) {
      const say = await sayer(reader, layer);
      const units = deep.units[layer]!;
      const usual = Array.from({ length: units }, (_, unit) => mean(USUAL.map((t) => say.h(t)[unit]!)));
      const expectedChanges = new Float64Array(deep.outputs * units);
      const expectedEffects: number[] = [];
      for (const t of POSITIONS) {
        (await slopes(say, t)).forEach((row, unit) => {
          const centred = row.map((slope) => slope - mean(row));
          centred.forEach((slope, k) => {
            expectedChanges[k * units + unit]! += slope / POSITIONS.length;
          });
          expectedEffects.push((say.h(t)[unit]! - usual[unit]!) * centred[ids[t + 1]!]!);
        });
      }
      expect(relativeDifference(changes, expectedChanges)).toBeLessThan(1e-5);
      expect(relativeDifference(effects, expectedEffects)).toBeLessThan(1e-5);
    }
  });

  it('of a last-layer cell both are products with its dense row less the row’s mean, over many batches', async () => {
    const positions = Array.from({ length: LENGTH - 1 }, (_, t) => t);
    const { changes, effects } = (await contributions(reader, { ...options, positions, usual: positions })).at(-1)!;
    const { kernel } = reader.parameters.dense[0]!;
    const say = await sayer(reader, 2);
    for (let unit = 0; unit < 3; unit++) {
      const row = kernel.data.subarray(unit * 6, unit * 6 + 6);
      const centred = Array.from(row, (weight) => weight - mean(row));
      expect(
        relativeDifference(
          Array.from(centred, (_, k) => changes[k * 3 + unit]!),
          centred,
        ),
      ).toBeLessThan(1e-5);
      const usual = mean(positions.map((t) => say.h(t)[unit]!));
      const expected = positions.map((t) => (say.h(t)[unit]! - usual) * centred[ids[t + 1]!]!);
      expect(
        relativeDifference(
          positions.map((t) => effects[t * 3 + unit]!),
          expected,
        ),
      ).toBeLessThan(1e-5);
    }
  });
});

describe('of a network that predicts many tokens', () => {
  const ids = randomIds(LENGTH, 22);
  it.each([
    ['an LSTM layer below the output', deep],
    ['a dense layer below the output', { ...deep, hidden: [{ units: 5, activation: 'tanh' as const }] }],
  ])('the changes by way of what the output is made of are those of each output, with %s', async (_, architecture) => {
    const reader = randomNetwork(architecture, characterSequence(ids));
    const options = { positions: POSITIONS, usual: USUAL };
    const expected = await contributions(reader, { ...options, outcomes: characterOutcomes(ids, 6) });
    const features = featuresOfOutput(architecture);
    const found = await contributions(reader, { ...options, outcomes: tokenOutcomes(ids, 6, features) });
    const logOdds = logOddsFrom(reader.parameters.dense.at(-1)!.kernel);
    for (const [layer, { changes, effects }] of found.entries()) {
      const units = architecture.units[layer]!;
      for (let unit = 0; unit < units; unit++) {
        const own = (all: Float64Array, count: number) =>
          Float64Array.from({ length: count }, (_, k) => all[k * units + unit]!);
        const all = logOdds(own(changes, features));
        expect(relativeDifference(all, own(expected[layer]!.changes, 6))).toBeLessThan(1e-5);
      }
      expect(relativeDifference(effects, expected[layer]!.effects)).toBeLessThan(1e-5);
    }
  });

  it('those that rise and fall most are kept, in the order of the vocabulary', () => {
    expect(strongest([0.1, -3, 2, 0, 5, -1, 0.2], 2)).toEqual([1, 2, 4, 5]);
    expect(strongest([3, 1, 2], 2)).toEqual([0, 1, 2]);
  });
});

describe('of a network of numbers', () => {
  it('a linear cell’s effect is what the squared error would fall or rise by if it said its mean', async () => {
    const deviation = 1.7;
    const sequence = numberSequence(VALUES, 1);
    const reader = { engine, architecture: LINEAR_CELL, parameters: linearCell(), sequence };
    const positions = Array.from({ length: VALUES.length - 1 }, (_, t) => t);
    const outcomes = numberOutcomes(VALUES, [deviation]);
    const [{ changes, effects } = { changes: [], effects: [] }] = await contributions(reader, {
      outcomes,
      positions,
      usual: positions,
    });
    expect(changes[0]).toBeCloseTo(GATES.v / deviation, 5);
    const h: number[] = [];
    for (let t = 0, c = 0; t < VALUES.length; t++) {
      c = GATES.f * c + GATES.i * GATES.w * VALUES[t]!;
      h.push(GATES.o * c);
    }
    const usual = mean(h.slice(0, -1));
    for (const t of positions) {
      const error = (output: number) => ((GATES.v * output - VALUES[t + 1]!) / deviation) ** 2;
      expect(effects[t]).toBeCloseTo(error(h[t]!) - error(usual), 3);
    }
  });

  it('every layer’s changes are those of finite differences, in deviations of what is foretold', async () => {
    const values = randomValues(LENGTH * 2, 23);
    const deviations = [0.5, 3];
    const reader = randomNetwork(forecaster, numberSequence(values, 2));
    const outcomes = numberOutcomes(values, deviations);
    const found = await contributions(reader, { outcomes, positions: POSITIONS, usual: USUAL });
    for (const [layer, { changes, effects }] of found.entries()) {
      const say = await sayer(reader, layer);
      const units = forecaster.units[layer]!;
      const usual = Array.from({ length: units }, (_, unit) => mean(USUAL.map((t) => say.h(t)[unit]!)));
      const expectedChanges = new Float64Array(2 * units);
      const expectedEffects: number[] = [];
      for (const t of POSITIONS) {
        const errorWithout = (removed: readonly number[]) =>
          mean(
            removed.map((part, k) => ((say.prediction(t)[k]! - part - values[(t + 1) * 2 + k]!) / deviations[k]!) ** 2),
          );
        (await slopes(say, t)).forEach((row, unit) => {
          row.forEach((slope, k) => {
            expectedChanges[k * units + unit]! += slope / deviations[k]! / POSITIONS.length;
          });
          const departure = say.h(t)[unit]! - usual[unit]!;
          expectedEffects.push(errorWithout([0, 0]) - errorWithout(row.map((slope) => departure * slope)));
        });
      }
      expect(relativeDifference(changes, expectedChanges)).toBeLessThan(1e-5);
      expect(relativeDifference(effects, expectedEffects)).toBeLessThan(1e-5);
    }
  });
});

it('whatever is asked and however often, a cell that always says the same has no effect', async () => {
  const sequence = characterSequence(randomIds(LENGTH, 24));
  const reader = randomNetwork(deep, sequence);
  const { kernel, recurrentKernel, bias } = reader.parameters.layers[0]!;
  for (const { data, columns } of [kernel, recurrentKernel, bias]) {
    for (let k = 0; k < data.length; k++) if (k % columns >= 15) data[k] = 0;
  }
  // Its output gates are shut for good: no h of the first layer is other than 0.
  bias.data.fill(-200, 15);
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 0, max: LENGTH - 2 }), { minLength: 1 }), async (positions) => {
      const outcomes: Outcomes = characterOutcomes(randomIds(LENGTH, 25), deep.outputs);
      const [first, second] = await contributions(reader, { outcomes, positions, usual: USUAL });
      expect(first!.effects.every((effect) => effect === 0)).toBe(true);
      expect(second!.effects.some((effect) => effect !== 0)).toBe(true);
    }),
    { numRuns: 5 },
  );
});
