// Which few of many columns of numbers say most about a label together, found one after the other.

/** Columns over the same rows. */
export interface Columns {
  readonly values: readonly ArrayLike<number>[];
  /** What each column belongs to, such as a cell; once one of its columns is taken, its others are not. */
  readonly owners: readonly number[];
}

/** Of a column's own variance, what must be left after the columns before it, or it says nothing new. */
const NEGLIGIBLE = 1e-8;

/**
 * Forward selection by least squares: each step takes the column that lowers the squared error of a linear fit to the
 * label most, together with those before it (orthogonal least squares, Chen, Billings and Luo 1989). What is left of the
 * columns is never written out: only its length and its product with the residual are kept.
 * @param label [rows]
 * @param most columns to take; fewer are taken where nothing is left to explain or to explain it with
 * @returns indices of columns in the order in which they were taken
 */
export function selectForward({ values, owners }: Columns, label: ArrayLike<number>, most: number): number[] {
  const residual = centred(label);
  const lengths = values.map((column) => squares(centred(column)));
  const left = lengths.slice();
  const products = values.map((column) => dot(residual, column));
  const basis: Float64Array[] = [];
  const chosen: number[] = [];
  const taken = new Set<number>();
  while (chosen.length < most) {
    let best = -1;
    let gain = NEGLIGIBLE * residual.length;
    for (let k = 0; k < values.length; k++) {
      if (taken.has(owners[k]!) || left[k]! <= NEGLIGIBLE * lengths[k]!) continue;
      const own = products[k]! ** 2 / left[k]!;
      if (own > gain) [best, gain] = [k, own];
    }
    if (best < 0) break;
    chosen.push(best);
    taken.add(owners[best]!);
    const direction = orthogonal(centred(values[best]!), basis);
    const along = dot(direction, residual);
    for (let row = 0; row < residual.length; row++) residual[row]! -= along * direction[row]!;
    for (let k = 0; k < values.length; k++) {
      const share = dot(direction, values[k]!);
      left[k]! -= share ** 2;
      products[k]! -= share * along;
    }
    basis.push(direction);
  }
  return chosen;
}

/** What of a column none of the basis has, of length 1; taken out twice, for once leaves rounding errors. */
function orthogonal(column: Float64Array, basis: readonly Float64Array[]): Float64Array {
  for (const known of [...basis, ...basis]) {
    const share = dot(known, column);
    for (let row = 0; row < column.length; row++) column[row]! -= share * known[row]!;
  }
  const length = Math.sqrt(squares(column));
  return column.map((value) => value / length);
}

function centred(values: ArrayLike<number>): Float64Array {
  const copy = Float64Array.from(values);
  const mean = copy.reduce((sum, value) => sum + value, 0) / copy.length;
  return copy.map((value) => value - mean);
}

const squares = (column: Float64Array) => dot(column, column);

function dot(column: Float64Array, other: ArrayLike<number>): number {
  let sum = 0;
  for (let row = 0; row < column.length; row++) sum += column[row]! * other[row]!;
  return sum;
}
