import { expect, test } from 'vitest';
import { gatesOf, splitGates } from '../../pipeline/lstm/gates.ts';
import type { Architecture, Matrix } from '../../pipeline/lstm/parameters.ts';

/** Each entry says its own row and column. */
const numbered = (rows: number, columns: number): Matrix => ({
  rows,
  columns,
  data: Float32Array.from({ length: rows * columns }, (_, k) => 100 * Math.floor(k / columns) + (k % columns)),
});
const layer = (inputs: number, units: number) => ({
  kernel: numbered(inputs, 4 * units),
  recurrentKernel: numbered(units, 4 * units),
  bias: numbered(1, 4 * units),
});

test('the gates are the blocks of columns i f g o', () => {
  const { i, f, g, o } = gatesOf(layer(2, 3));
  expect(Array.from(i.kernel.data)).toEqual([0, 1, 2, 100, 101, 102]);
  expect(Array.from(f.bias.data)).toEqual([3, 4, 5]);
  expect(Array.from(g.recurrentKernel.data)).toEqual([6, 7, 8, 106, 107, 108, 206, 207, 208]);
  expect(Array.from(o.kernel.data)).toEqual([9, 10, 11, 109, 110, 111]);
  expect(o.recurrentKernel).toMatchObject({ rows: 3, columns: 3 });
});

test('a layer that reads both ways has two sets of them', () => {
  const architecture: Architecture = {
    inputs: 2,
    units: [3, 1],
    bidirectional: [true, false],
    outputs: 0,
    cellActivation: 'tanh',
    recurrentActivation: { kind: 'sigmoid' },
  };
  const parameters = { layers: [layer(2, 3), layer(6, 1)], backward: [layer(2, 3), undefined], dense: [] };
  const found = splitGates(architecture, parameters);
  expect(found.map(({ layer: number, direction }) => [number, direction])).toEqual([
    [1, 'forward'],
    [1, 'backward'],
    [2, 'forward'],
  ]);
});
