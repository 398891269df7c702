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
