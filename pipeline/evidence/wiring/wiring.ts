// What each cell's gates depend on: what is read, by way of all that the layer is given, and the cells that it has inputs
// from and outputs to, each weight counted by how much what it weighs really varies.
import { GATES, type Matrix } from '../../lstm/parameters.ts';

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

// What a layer is given where something is read, as against what it is usually given: of characters how much more of each
// of its inputs there is where one was just read, of numbers how much more of it comes with one standard deviation more.

/**
 * For everything that can be read a row of weights over some steps, such that the weighted sum of what was given at the
 * steps is the response to it; null where it was read too rarely to say.
 */
export type Contrasts = readonly (Float64Array | null)[];

/**
 * The mean where a character was read, less the mean over all steps.
 * @param ids of the characters read at the steps
 * @param characters how many there are
 * @param least how often one must have been read
 */
export function characterContrasts(ids: ArrayLike<number>, characters: number, least: number): Contrasts {
  const read = Array.from(ids);
  const counts = new Int32Array(characters);
  for (const id of read) counts[id]! += 1;
  return Array.from(counts, (count, character) =>
    count < least ? null : Float64Array.from(read, (id) => (id === character ? 1 / count : 0) - 1 / read.length),
  );
}

/**
 * The covariance with a feature, in its standard deviations: the slope of a straight line through what was given.
 * @param rows what was read at the steps, [steps, features]
 */
export function featureContrasts(rows: Float32Array, features: number): Contrasts {
  const steps = rows.length / features;
  return Array.from({ length: features }, (_, feature) => {
    const values = Float64Array.from({ length: steps }, (_, step) => rows[step * features + feature]!);
    const { mean, deviation } = momentsOf(values);
    return deviation === 0 ? null : values.map((value) => (value - mean) / (deviation * steps));
  });
}

/** The mean and the standard deviation of all the values there are. */
export function momentsOf(values: Float64Array): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / values.length) };
}

/** What each of a layer's inputs is more by, in response to everything that can be read, [inputs of the layer]; or null. */
export type Responses = readonly (Float64Array | null)[];

/** @param given over the steps, one after the other for each input of the layer */
export function responses(contrasts: Contrasts, given: Iterable<ArrayLike<number>>): Responses {
  const columns = Array.from(given, (values) => contrasts.map((weights) => weightedSum(weights ?? [], values)));
  return contrasts.map((weights, read) =>
    weights === null ? null : Float64Array.from(columns, (ofInput) => ofInput[read]!),
  );
}

function weightedSum(weights: ArrayLike<number>, values: ArrayLike<number>): number {
  let sum = 0;
  for (let step = 0; step < weights.length; step++) sum += weights[step]! * values[step]!;
  return sum;
}
