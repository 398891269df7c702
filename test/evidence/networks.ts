// A cell that can be worked out by hand, and a sequence for it.

import { normal, seededRandom } from '../../pipeline/base/random.ts';
import { referenceEngine } from '../../pipeline/engines/reference.ts';
import type { Architecture, Matrix, Parameters } from '../../pipeline/lstm/parameters.ts';
import { numberTargets } from '../../pipeline/trace/targets.ts';

export const engine = referenceEngine(Float32Array);

const matrix = (rows: number, values: readonly number[]): Matrix => ({
  rows,
  columns: values.length / rows,
  data: Float32Array.from(values),
});

/** Gates that never change, no gate that looks at h, and nothing that bends: c' = f·c + i·w·x, h = o·c, y = v·h. */
export const GATES = { i: 0.6, f: 0.8, o: 0.5, w: 1.5, v: -2 };

export const LINEAR_CELL: Architecture = {
  reads: 'numbers',
  inputs: 1,
  units: [1],
  outputs: 1,
  outputActivation: 'linear',
  cellActivation: 'linear',
  recurrentActivation: { kind: 'hard-sigmoid', slope: 1, offset: 0 },
};

/** @param fByInput what the forget gate adds up of the input, 0 where it never changes */
export function linearCell(f = GATES.f, fByInput = 0): Parameters {
  return {
    layers: [
      {
        kernel: matrix(1, [0, fByInput, GATES.w, 0]),
        recurrentKernel: matrix(1, [0, 0, 0, 0]),
        bias: matrix(1, [GATES.i, f, 0, GATES.o]),
      },
    ],
    backward: [undefined],
    dense: [{ kernel: matrix(1, [GATES.v]), bias: matrix(1, [0]) }],
  };
}

export const VALUES = randomValues(60, 4);
export const TARGETS = numberTargets(VALUES, 1);

export function randomValues(count: number, seed: number): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({ length: count }, () => normal(random));
}

/** What the linear cell says after the step before `position`, having read `known` steps. */
export function saidByHand(position: number, known: number): number {
  const { i, f, o, w, v } = GATES;
  let c = 0;
  for (let t = position - known; t < position; t++) c = f * c + i * w * VALUES[t]!;
  return v * o * c;
}

export function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}
