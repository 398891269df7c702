import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Contrasts,
  characterContrasts,
  drivesOf,
  featureContrasts,
  inputDrives,
  momentsOf,
  responses,
  strengthOf,
  strongestFrom,
  strongestTo,
} from '../../pipeline/evidence/wiring/wiring.ts';
import { gateColumns, type Matrix } from '../../pipeline/lstm/parameters.ts';
import { ARCHITECTURE, randomIds, randomParameters, readStepwise } from '../trace/networks.ts';
import { mean, randomValues } from './networks.ts';

const CHARACTERS = ARCHITECTURE.inputs;
const LEAST = 10;

/** One-hot, a column for each character. */
const oneHot = (ids: Int32Array) =>
  Array.from({ length: CHARACTERS }, (_, k) => Float64Array.from(ids, (id) => Number(id === k)));

function matrix(rows: number, columns: number, value: (row: number, column: number) => number): Matrix {
  const data = Float32Array.from({ length: rows * columns }, (_, k) => value(Math.floor(k / columns), k % columns));
  return { rows, columns, data };
}

describe('what characters add to the gates', () => {
  const ids = randomIds(600, 31);
  const contrasts = characterContrasts(ids, CHARACTERS, LEAST);
  const counts = Array.from({ length: CHARACTERS }, (_, k) => ids.filter((id) => id === k).length);

  it('is, of the first layer, the kernel’s row less the rows’ mean over the text', () => {
    const { kernel } = randomParameters(32).layers[0]!;
    const drives = inputDrives(responses(contrasts, oneHot(ids)), kernel);
    for (let column = 0; column < kernel.columns; column++) {
      const weight = (character: number) => kernel.data[character * kernel.columns + column]!;
      const usual = mean(Array.from(ids, weight));
      drives.forEach((row, character) => {
        expect(row![column]).toBeCloseTo(weight(character) - usual, 6);
      });
    }
  });

  it('opens the input gate of a cell that was built to let one character in, and shuts it at the others', () => {
    const parameters = randomParameters(33);
    const { kernel } = parameters.layers[0]!;
    const [cell, wanted] = [2, 4];
    const column = gateColumns('i', ARCHITECTURE.units[0]!).from + cell;
    for (let row = 0; row < kernel.rows; row++) kernel.data[row * kernel.columns + column] = row === wanted ? 6 : -2;
    const drives = inputDrives(responses(contrasts, oneHot(ids)), kernel);
    const opening = drives.map((row) => drivesOf(row!, cell)[0]);
    opening.forEach((drive, character) => {
      expect(drive > 0).toBe(character === wanted);
    });
    expect(opening[wanted]! - opening[0]!).toBeCloseTo(8, 5);
  });

  it('comes to the second layer by way of the first: the mean of x·W after a character, less that of all steps', async () => {
    const parameters = randomParameters(34);
    const { signals } = await readStepwise(parameters, ids);
    const h = signals['layer1.h']!;
    const units = ARCHITECTURE.units[0]!;
    const { kernel } = parameters.layers[1]!;
    const given = Array.from({ length: units }, (_, unit) => Float64Array.from(ids, (_, t) => h[t * units + unit]!));
    const drives = inputDrives(responses(contrasts, given), kernel);
    for (let column = 0; column < kernel.columns; column++) {
      const product = Array.from(ids, (_, t) =>
        given.reduce((sum, values, unit) => sum + values[t]! * kernel.data[unit * kernel.columns + column]!, 0),
      );
      drives.forEach((row, character) => {
        const after = product.filter((_, t) => ids[t] === character);
        expect(row![column]).toBeCloseTo(mean(after) - mean(product), 6);
      });
    }
  });

  it('is nothing on average over the text', () => {
    const drives = inputDrives(responses(contrasts, oneHot(ids)), randomParameters(35).layers[0]!.kernel);
    for (let column = 0; column < drives[0]!.length; column++) {
      expect(drives.reduce((sum, row, k) => sum + counts[k]! * row![column]!, 0)).toBeCloseTo(0, 6);
    }
  });

  it('is not said of characters that are read too rarely', () => {
    const rarely = characterContrasts([0, 0, 0, 1, 1, 2], 4, 2);
    expect(rarely.map((row) => row === null)).toEqual([false, false, true, true]);
    expect(
      inputDrives(
        responses(rarely, [[1, 1, 1, 4, 4, 7]]),
        matrix(1, 4, () => 1),
      ),
    ).toEqual([expect.any(Float64Array), expect.any(Float64Array), null, null]);
  });
});

describe('the response to a feature', () => {
  it('is the slope of a straight line, for one standard deviation', () => {
    fc.assert(
      fc.property(fc.integer(), fc.float({ min: -4, max: 4, noNaN: true }), (seed, slope) => {
        const rows = randomValues(80, seed);
        const first = Float64Array.from({ length: 40 }, (_, t) => rows[2 * t]!);
        const contrasts: Contrasts = featureContrasts(rows, 2);
        const given = first.map((value) => 3 + slope * value);
        expect(responses(contrasts, [given])[0]![0]).toBeCloseTo(slope * momentsOf(first).deviation, 8);
      }),
    );
  });

  it('is not said of a feature that never changes', () => {
    expect(featureContrasts(Float32Array.from([1, 5, 2, 5, 3, 5]), 2)[1]).toBeNull();
  });
});

const networkShape = fc.record({
  seed: fc.integer(),
  senders: fc.integer({ min: 1, max: 7 }),
  count: fc.integer({ min: 1, max: 9 }),
});

describe('the strongest connections', () => {
  it('are those of the largest weights times deviations, in order, and the same from both ends', () => {
    fc.assert(
      fc.property(networkShape, ({ seed, senders, count }) => {
        const receivers = 3;
        const values = randomValues(senders * 4 * receivers + senders, seed);
        const weights: Matrix = { rows: senders, columns: 4 * receivers, data: values.subarray(senders) };
        const deviations = values.subarray(0, senders).map(Math.abs);
        for (let receiver = 0; receiver < receivers; receiver++) {
          const found = strongestFrom(weights, deviations, receiver, count);
          const strength = (sender: number) =>
            [0, 1, 2, 3].reduce(
              (sum, gate) =>
                sum +
                Math.abs(weights.data[sender * 4 * receivers + gate * receivers + receiver]!) * deviations[sender]!,
              0,
            );
          // A seed may begin with a sender that never changes.
          const strengths = Array.from({ length: senders }, (_, sender) => strength(sender)).filter((own) => own > 0);
          const expected = strengths.sort((a, b) => b - a);
          expect(found).toHaveLength(Math.min(count, expected.length));
          found.forEach(({ unit, drives }, rank) => {
            expect(strengthOf(drives)).toBeCloseTo(expected[rank]!, 5);
            const back = strongestTo(weights, deviations, unit, receivers);
            expect(back.find((connection) => connection.unit === receiver)!.drives).toEqual(drives);
          });
        }
      }),
      { examples: [[{ seed: 2147483647, senders: 1, count: 1 }]] },
    );
  });

  it('leave out senders that never change, and weights of 0', () => {
    const weights = matrix(3, 8, (row, column) => (row === 1 ? 0 : row - column));
    expect(strongestFrom(weights, [0, 1, 0.5], 0, 5).map(({ unit }) => unit)).toEqual([2]);
    expect(strongestTo(weights, [0, 1, 0.5], 0, 5)).toEqual([]);
  });
});
