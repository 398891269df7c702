// Which cells are furthest from what is usual for them at one place of a text. Pure; runs in the browser.
//
// A stored byte is its value times a factor, plus a constant, the same for all cells: a deviation from the mean, counted in
// standard deviations, is the same number in bytes.

/** Every cell's mean and standard deviation over a text, in bytes, in the order of rows. */
export interface Moments {
  readonly means: Float64Array;
  readonly deviations: Float64Array;
}

/** One cell at one place. */
export interface Unusual {
  /** Its row of the outputs. */
  readonly row: number;
  /** How many of its own standard deviations it is above its own mean; negative below. */
  readonly z: number;
}

/** @param bytes [cells, characters], a byte a value */
export function momentsOf(bytes: Uint8Array, characters: number): Moments {
  const cells = bytes.length / characters;
  const means = new Float64Array(cells);
  const deviations = new Float64Array(cells);
  for (let row = 0; row < cells; row++) {
    // Sums of whole numbers this small are exact.
    let [sum, squares] = [0, 0];
    for (let t = row * characters; t < (row + 1) * characters; t++) {
      sum += bytes[t]!;
      squares += bytes[t]! ** 2;
    }
    means[row] = sum / characters;
    deviations[row] = Math.sqrt(Math.max(0, characters * squares - sum ** 2)) / characters;
  }
  return { means, deviations };
}

/**
 * The cells with the largest deviation from their own mean at a place, in either direction, the largest first. A cell that
 * never changes has none.
 * @param bytes [cells, characters]; @param moments of the same bytes; @param most how many are returned at most
 */
export function mostUnusual(bytes: Uint8Array, moments: Moments, position: number, most: number): Unusual[] {
  const cells = moments.means.length;
  const characters = bytes.length / cells;
  const all: Unusual[] = [];
  for (let row = 0; row < cells; row++) {
    const deviation = moments.deviations[row]!;
    if (deviation === 0) continue;
    all.push({ row, z: (bytes[row * characters + position]! - moments.means[row]!) / deviation });
  }
  return all.sort((a, b) => Math.abs(b.z) - Math.abs(a.z)).slice(0, most);
}
