import { describe, expect, it } from 'vitest';
import { referenceEngine } from '../../../pipeline/engines/reference.ts';
import { type CellTarget, influenceByLag } from '../../../pipeline/evidence/memory/influence.ts';
import { statesBefore } from '../../../pipeline/evidence/reading.ts';
import { outputName, signalName } from '../../../pipeline/lstm/names.ts';
import { readingComputation } from '../../../pipeline/lstm/network.ts';
import { type Architecture, assembleParameters, namedValues, tensorShapes } from '../../../pipeline/lstm/parameters.ts';
import { stateToInputs, zeroState } from '../../../pipeline/lstm/state.ts';
import { characterSequence, numberSequence } from '../../../pipeline/trace/targets.ts';
import { ARCHITECTURE, randomIds, randomParameters, readStepwise } from '../../trace/networks.ts';
import { engine, GATES, LINEAR_CELL, linearCell, mean, randomValues, TARGETS, VALUES } from '../networks.ts';

const cell = { engine, architecture: LINEAR_CELL, parameters: linearCell(), sequence: TARGETS.sequence };

describe('the states before some positions', () => {
  it('are those of one pass from the beginning, in whatever stream they are read', async () => {
    const parameters = randomParameters(8);
    const ids = randomIds(2500, 9);
    const sequence = characterSequence(ids);
    const positions = [0, 1, 700, 1249, 1250, 1251, 1300, 1300, 2499];
    const states = await statesBefore({ engine, architecture: ARCHITECTURE, parameters, sequence }, positions);
    const { signals } = await readStepwise(parameters, ids);
    ARCHITECTURE.units.forEach((units, layer) => {
      for (const part of ['h', 'c'] as const) {
        positions.forEach((position, stream) => {
          for (let unit = 0; unit < units; unit++) {
            const expected = position === 0 ? 0 : signals[signalName(layer, part)]![(position - 1) * units + unit]!;
            expect(states[layer]![part][stream * units + unit]).toBeCloseTo(expected, 4);
          }
        });
      }
    });
  });
});

describe('the influence by lag', () => {
  const { i, f, o, w, v } = GATES;

  it.each<[string, CellTarget | 'output', number]>([
    ['the output', 'output', v * o * i * w],
    ['h', { layer: 0, unit: 0, signal: 'h' }, o * i * w],
    ['c', { layer: 0, unit: 0, signal: 'c' }, i * w],
  ])('on %s falls with the forget gate, as worked out by hand', async (_, target, factor) => {
    const lags = 8;
    const found = await influenceByLag(cell, { lags, target });
    expect(found.map(({ lag }) => lag)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    for (const { lag, mean: average, interval } of found) {
      const ends = Array.from({ length: VALUES.length - lags }, (_, k) => k + lags);
      const expected = ends.map((p) => Math.abs(factor * f ** lag * VALUES[p - lag]!));
      expect(average).toBeCloseTo(mean(expected), 5);
      expect((interval[0] + interval[1]) / 2).toBeCloseTo(average, 6);
      expect(interval[1]).toBeGreaterThan(average);
    }
  });

  it('takes evenly spaced positions, and the same from a batch that is not full', async () => {
    const count = 45;
    const [now] = await influenceByLag(cell, { lags: 3, count });
    const starts = Array.from({ length: count }, (_, k) => Math.floor((k * (VALUES.length - 3)) / count));
    expect(now!.mean).toBeCloseTo(mean(starts.map((s) => Math.abs(v * o * i * w * VALUES[s + 3]!))), 5);
  });

  const forecaster: Architecture = {
    reads: 'numbers',
    inputs: 2,
    units: [3, 2],
    outputs: 2,
    outputActivation: 'linear',
    cellActivation: 'tanh',
    recurrentActivation: { kind: 'sigmoid' },
  };
  const { outputActivation, ...classifier } = forecaster;

  it.each<[string, Architecture, CellTarget | 'output']>([
    ['the sum of the outputs', forecaster, 'output'],
    ['the likeliest of a softmax', { ...classifier, outputs: 4 }, 'output'],
    ['a cell of the first layer', forecaster, { layer: 0, unit: 2, signal: 'c' }],
    ['a cell of the last layer', forecaster, { layer: 1, unit: 1, signal: 'h' }],
  ])('on %s equals finite differences over the whole sequence in float64', async (_, architecture, target) => {
    const [length, lags, width] = [24, 5, architecture.inputs];
    const weights = randomValues(500, 17).values();
    const tensors = tensorShapes(architecture).map(({ rows, columns }) => ({
      rows,
      columns,
      data: Float32Array.from({ length: rows * columns }, () => weights.next().value!),
    }));
    const parameters = assembleParameters(architecture, tensors);
    const values = randomValues(length * width, 18);
    const computation = readingComputation(architecture, { steps: length, streams: 1 }, true);
    const program = await referenceEngine(Float64Array).compile(computation, namedValues(architecture, parameters));
    const read = (changed: Float64Array) =>
      program.run({ ...stateToInputs(zeroState(architecture, 1)), values: changed });
    const base = await read(Float64Array.from(values));
    const prediction = outputName(architecture);
    const { outputs, units } = architecture;
    /** What is explained at each step. */
    const scalars = (found: Record<string, Float64Array>) =>
      Array.from({ length }, (_, t) => {
        if (target !== 'output') {
          return found[signalName(target.layer, target.signal)]![t * units[target.layer]! + target.unit]!;
        }
        const row = (from: Record<string, Float64Array>) => [
          ...from[prediction]!.subarray(t * outputs, (t + 1) * outputs),
        ];
        if (prediction === 'outputs') return row(found).reduce((sum, value) => sum + value, 0);
        return row(found)[row(base).indexOf(Math.max(...row(base)))]!;
      });
    // [step that is moved][step that is explained]
    const influence = Array.from({ length }, () => new Float64Array(length));
    const step = 1e-5;
    for (let k = 0; k < values.length; k++) {
      const at = async (offset: number) => {
        const moved = Float64Array.from(values);
        moved[k]! += offset;
        return scalars(await read(moved));
      };
      const [above, below] = [await at(step), await at(-step)];
      for (let t = 0; t < length; t++) {
        influence[Math.floor(k / width)]![t]! += (values[k]! * (above[t]! - below[t]!)) / (2 * step);
      }
    }
    const sequence = numberSequence(values, width);
    const found = await influenceByLag({ engine, architecture, parameters, sequence }, { lags, target });
    for (const { lag, mean: average } of found) {
      const ends = Array.from({ length: length - lags }, (_, k) => k + lags);
      const expected = mean(ends.map((p) => Math.abs(influence[p - lag]![p]!)));
      expect(Math.abs(average - expected)).toBeLessThan(1e-4 * Math.max(1, expected));
    }
  });

  it('asks for a sequence that is longer than the largest lag', async () => {
    await expect(influenceByLag(cell, { lags: VALUES.length })).rejects.toThrow('too few for a lag of 60');
  });
});
