// What each cell's gates hang on: what is read, by way of all that the layer is given, and the cells that it listens and
// speaks to, each weight counted by how much what it weighs really varies.
import { GATES, type Matrix } from '../lstm/parameters.ts';
import type { Responses } from './responses.ts';

/** What is added to the sums z of a cell's gates, in the order i f g o. */
export type Drives = readonly [i: number, f: number, g: number, o: number];

/**
 * What reading something adds to the gates of all cells of a layer, as against what is added on average: the response of
 * the layer's inputs to it, times their weights.
 * @param kernel [inputs of the layer, 4·units]
 * @returns for everything that can be read [4·units], or null where there is no response
 */
export function inputDrives(responses: Responses, { columns, data }: Matrix): (Float64Array | null)[] {
  return responses.map((response) => {
    if (response === null) return null;
    const sums = new Float64Array(columns);
    response.forEach((share, input) => {
      if (share === 0) return;
      for (let column = 0; column < columns; column++) sums[column]! += share * data[input * columns + column]!;
    });
    return sums;
  });
}

/** A row of a matrix of 4·units columns, as one cell of the units has it. */
export function drivesOf(row: ArrayLike<number>, unit: number): Drives {
  const units = row.length / GATES.length;
  return [row[unit]!, row[units + unit]!, row[2 * units + unit]!, row[3 * units + unit]!];
}

/** A cell at the other end of a connection, and what it, or to it, adds: the weights times the sender's deviation. */
export interface Connection {
  /** From 0, in its layer. */
  readonly unit: number;
  readonly drives: Drives;
}

/** How strong a connection is: the sizes of what it adds to the four gates, together. */
export function strengthOf(drives: Drives): number {
  return drives.reduce((sum, drive) => sum + Math.abs(drive), 0);
}

const rowOf = ({ columns, data }: Matrix, row: number) => data.subarray(row * columns, (row + 1) * columns);

/**
 * The strongest of the connections that a cell of a layer is at the receiving end of.
 * @param weights [senders, 4·units]: the layer's kernel, or its recurrent one
 * @param deviations standard deviation of h of each sender
 */
export function strongestFrom(
  weights: Matrix,
  deviations: ArrayLike<number>,
  unit: number,
  count: number,
): Connection[] {
  const all = Array.from({ length: weights.rows }, (_, sender) => ({
    unit: sender,
    drives: scaled(drivesOf(rowOf(weights, sender), unit), deviations[sender]!),
  }));
  return strongest(all, count);
}

/** The strongest of the connections that a cell is at the sending end of. */
export function strongestTo(weights: Matrix, deviations: ArrayLike<number>, unit: number, count: number): Connection[] {
  const row = rowOf(weights, unit);
  const all = Array.from({ length: weights.columns / GATES.length }, (_, receiver) => ({
    unit: receiver,
    drives: scaled(drivesOf(row, receiver), deviations[unit]!),
  }));
  return strongest(all, count);
}

const scaled = ([i, f, g, o]: Drives, by: number): Drives => [i * by, f * by, g * by, o * by];

/** Those that add anything, strongest first. */
function strongest(connections: readonly Connection[], count: number): Connection[] {
  return connections
    .map((connection) => ({ connection, strength: strengthOf(connection.drives) }))
    .filter(({ strength }) => strength > 0)
    .sort((a, b) => b.strength - a.strength || a.connection.unit - b.connection.unit)
    .slice(0, count)
    .map(({ connection }) => connection);
}
