import { describe, expect, it } from 'vitest';
import { describeWeights } from '../../pipeline/inspect/weights.ts';
import type { Architecture, Parameters } from '../../pipeline/lstm/parameters.ts';
import { randomNetwork } from '../models/networks.ts';

const ARCHITECTURE: Architecture = {
  reads: 'numbers',
  inputs: 1,
  units: [2],
  outputs: 1,
  outputActivation: 'linear',
  cellActivation: 'tanh',
  recurrentActivation: { kind: 'sigmoid' },
};

/** Kernel 1 … 8, recurrent kernel 1 … 16 by rows, bias -1 … -8. */
function countingParameters(): Parameters {
  const count = (rows: number, columns: number, sign = 1) => ({
    rows,
    columns,
    data: Float32Array.from({ length: rows * columns }, (_, k) => sign * (k + 1)),
  });
  const layer = { kernel: count(1, 8), recurrentKernel: count(2, 8), bias: count(1, 8, -1) };
  return { layers: [layer], backward: [undefined], dense: [{ kernel: count(2, 1), bias: count(1, 1) }] };
}

describe('describeWeights', () => {
  const found = describeWeights(ARCHITECTURE, countingParameters());

  it('names every array with its shape', () => {
    expect(found.map(({ name, shape }) => [name, shape])).toEqual([
      ['layer1.kernel', [1, 8]],
      ['layer1.recurrent_kernel', [2, 8]],
      ['layer1.bias', [8]],
      ['dense.kernel', [2, 1]],
      ['dense.bias', [1]],
    ]);
  });

  it('gives each gate its columns, in the order i f c o, with norm and range', () => {
    const recurrent = found[1]!.gates;
    expect(recurrent.map(({ symbol, from, to }) => [symbol, from, to])).toEqual([
      ['U_i', 0, 2],
      ['U_f', 2, 4],
      ['U_c', 4, 6],
      ['U_o', 6, 8],
    ]);
    // Columns 2 and 3 of rows 1 … 8 and 9 … 16.
    expect(recurrent[1]).toMatchObject({ norm: expect.closeTo(Math.hypot(3, 4, 11, 12), 12), minimum: 3, maximum: 12 });
    expect(found[0]!.gates[2]).toMatchObject({
      symbol: 'W_c',
      norm: expect.closeTo(Math.hypot(5, 6), 12),
      minimum: 5,
      maximum: 6,
    });
    expect(found[2]!.gates[3]).toMatchObject({
      symbol: 'b_o',
      norm: expect.closeTo(Math.hypot(7, 8), 12),
      minimum: -8,
      maximum: -7,
    });
  });

  it('gives the whole array its norm and range, and dense layers no gates', () => {
    expect(found[2]).toMatchObject({ norm: expect.closeTo(Math.sqrt(204), 12), minimum: -8, maximum: -1 });
    expect(found[3]).toMatchObject({ gates: [], position: undefined, norm: expect.closeTo(Math.sqrt(5), 12) });
  });

  it('tells the direction that reads backwards from the other', () => {
    const architecture: Architecture = { ...ARCHITECTURE, bidirectional: [true] };
    const { parameters } = randomNetwork(architecture, 1);
    const positions = describeWeights(architecture, parameters).map(({ position }) => position);
    expect(positions.slice(2, 5)).toEqual([
      { layer: 1, backward: false, part: 'bias' },
      { layer: 1, backward: true, part: 'kernel' },
      { layer: 1, backward: true, part: 'recurrent' },
    ]);
  });
});
