// A layer's arrays taken apart by gate: the blocks of columns that W, U and b are made of.
import {
  type Architecture,
  GATES,
  type Gate,
  gateColumns,
  isBidirectional,
  type LayerParameters,
  type Matrix,
  type Parameters,
} from './parameters.ts';

/** What one gate of one layer is computed with: σ(x·kernel + h·recurrentKernel + bias). */
export interface GateWeights {
  /** [inputs, units] */
  readonly kernel: Matrix;
  /** [units, units] */
  readonly recurrentKernel: Matrix;
  /** [1, units] */
  readonly bias: Matrix;
}

/** One direction of one layer. */
export interface LayerGates {
  /** From 1. */
  readonly layer: number;
  readonly direction: 'forward' | 'backward';
  readonly gates: Readonly<Record<Gate, GateWeights>>;
}

/** Columns [from, to) of a matrix, copied. */
export function sliceColumns({ rows, columns, data }: Matrix, from: number, to: number): Matrix {
  const width = to - from;
  const slice = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) {
    slice.set(data.subarray(row * columns + from, row * columns + to), row * width);
  }
  return { rows, columns: width, data: slice };
}

/** The four gates of one direction of a layer. */
export function gatesOf({ kernel, recurrentKernel, bias }: LayerParameters): Readonly<Record<Gate, GateWeights>> {
  const units = recurrentKernel.rows;
  const weights = GATES.map((gate) => {
    const { from, to } = gateColumns(gate, units);
    const slice = (matrix: Matrix) => sliceColumns(matrix, from, to);
    return [gate, { kernel: slice(kernel), recurrentKernel: slice(recurrentKernel), bias: slice(bias) }] as const;
  });
  return Object.fromEntries(weights) as Record<Gate, GateWeights>;
}

/** Every layer's gates, first layer to last; of a layer that reads both ways the direction that reads forwards first. */
export function splitGates(architecture: Architecture, { layers, backward }: Parameters): LayerGates[] {
  return layers.flatMap((forward, index): LayerGates[] => {
    const layer = index + 1;
    const ahead: LayerGates = { layer, direction: 'forward', gates: gatesOf(forward) };
    if (!isBidirectional(architecture, index)) return [ahead];
    return [ahead, { layer, direction: 'backward', gates: gatesOf(backward[index]!) }];
  });
}
