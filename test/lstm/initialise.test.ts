import { describe, expect, it } from 'vitest';
import { normal, seededRandom } from '../../pipeline/base/random.ts';
import { initialParameters } from '../../pipeline/lstm/initialise.ts';
import type { Architecture, Matrix } from '../../pipeline/lstm/parameters.ts';

const ARCHITECTURE: Architecture = {
  inputs: 9,
  units: [12, 7],
  outputs: 9,
  cellActivation: 'tanh',
  recurrentActivation: { kind: 'sigmoid' },
};

function parametersOf(seed: number) {
  const random = seededRandom(seed);
  return initialParameters(ARCHITECTURE, { uniform: () => random.uniform(), normal: () => normal(random) });
}

const { layers, dense } = parametersOf(3);

function rowProduct({ columns, data }: Matrix, a: number, b: number): number {
  let sum = 0;
  for (let k = 0; k < columns; k++) sum += data[a * columns + k]! * data[b * columns + k]!;
  return sum;
}

describe('fresh weights', () => {
  it('have recurrent kernels of orthonormal rows', () => {
    for (const { recurrentKernel } of layers) {
      for (let a = 0; a < recurrentKernel.rows; a++) {
        for (let b = 0; b <= a; b++) expect(rowProduct(recurrentKernel, a, b)).toBeCloseTo(a === b ? 1 : 0, 6);
      }
    }
  });

  it("have kernels that are uniform within Glorot's limits", () => {
    for (const { rows, columns, data } of [...layers.map(({ kernel }) => kernel), dense[0]!.kernel]) {
      const limit = Math.sqrt(6 / (rows + columns));
      const largest = Math.max(...data.map(Math.abs));
      expect(largest).toBeLessThanOrEqual(limit);
      expect(largest).toBeGreaterThan(0.9 * limit);
      const meanSquare = data.reduce((sum, value) => sum + value * value, 0) / data.length;
      // Of a uniform variable; its square has a standard deviation of 0.9 times that.
      const expected = limit ** 2 / 3;
      expect(Math.abs(meanSquare - expected)).toBeLessThan((4 * 0.9 * expected) / Math.sqrt(data.length));
    }
  });

  it('have biases of zero, and of one at the forget gate', () => {
    expect(Array.from(dense[0]!.bias.data)).toEqual(new Array(9).fill(0));
    layers.forEach(({ bias }, layer) => {
      const units = ARCHITECTURE.units[layer]!;
      expect(Array.from(bias.data)).toEqual([0, 1, 0, 0].flatMap((value) => new Array(units).fill(value)));
    });
  });

  it('are the same for the same seed, and others for another', () => {
    expect(parametersOf(3)).toMatchObject({ layers, dense });
    expect(parametersOf(4).layers[0]!.kernel).not.toEqual(layers[0]!.kernel);
  });
});
