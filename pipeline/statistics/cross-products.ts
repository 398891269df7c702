// Sums of products of features and a target over some rows. A linear model is fitted to them, and its squared error on
// other rows is known from theirs: the rows themselves are read once, however many models are tried.

/** One array a feature, one entry a row. */
export type Design = readonly Float64Array[];

export interface FeatureSums {
  readonly rows: number;
  /** [features] */
  readonly sums: Float64Array;
  /** [features, features] */
  readonly products: Float64Array;
}

export interface TargetSums {
  readonly sum: number;
  readonly square: number;
  /** With each feature, [features]. */
  readonly products: Float64Array;
}

/** Of the same rows. */
export interface CrossProducts {
  readonly features: FeatureSums;
  readonly target: TargetSums;
}

/** target ≈ intercept + Σ coefficient · feature */
export interface LinearFit {
  readonly intercept: number;
  /** [features] */
  readonly coefficients: Float64Array;
}

export function featureSums(design: Design, rows: Int32Array): FeatureSums {
  const width = design.length;
  const sums = Float64Array.from(design, (column) => rows.reduce((sum, row) => sum + column[row]!, 0));
  const products = new Float64Array(width * width);
  design.forEach((one, a) => {
    for (let b = 0; b <= a; b++) {
      products[a * width + b] = products[b * width + a] = dot(one, design[b]!, rows);
    }
  });
  return { rows: rows.length, sums, products };
}

export function targetSums(design: Design, target: Float64Array, rows: Int32Array): TargetSums {
  let sum = 0;
  for (const row of rows) sum += target[row]!;
  return {
    sum,
    square: dot(target, target, rows),
    products: dots(design, target, rows),
  };
}

/** Of each column with the target: four at once, for an addition waits for the one before it in the same sum. */
function dots(design: Design, target: Float64Array, rows: Int32Array): Float64Array {
  const sums = new Float64Array(design.length);
  for (let column = 0; column < design.length; column += 4) {
    const four = [0, 1, 2, 3].map((k) => design[column + k] ?? design[column]!);
    sums.set(fourDots(four, target, rows).slice(0, design.length - column), column);
  }
  return sums;
}

function fourDots(columns: Design, target: Float64Array, rows: Int32Array): number[] {
  const [first, second, third, fourth] = columns as [Float64Array, Float64Array, Float64Array, Float64Array];
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index]!;
    const value = target[row]!;
    a += first[row]! * value;
    b += second[row]! * value;
    c += third[row]! * value;
    d += fourth[row]! * value;
  }
  return [a, b, c, d];
}

function dot(x: Float64Array, y: Float64Array, rows: Int32Array): number {
  let sum = 0;
  for (let index = 0; index < rows.length; index++) sum += x[rows[index]!]! * y[rows[index]!]!;
  return sum;
}

/** Sums over the rows of both: of rows that are in neither twice. */
export function joined(a: CrossProducts, b: CrossProducts): CrossProducts {
  return combined(a, b, 1);
}

/** What is left of all rows when some of them are taken out. */
export function without(all: CrossProducts, part: CrossProducts): CrossProducts {
  return combined(all, part, -1);
}

function combined(a: CrossProducts, b: CrossProducts, sign: 1 | -1): CrossProducts {
  const each = (x: Float64Array, y: Float64Array) => x.map((value, index) => value + sign * y[index]!);
  return {
    features: {
      rows: a.features.rows + sign * b.features.rows,
      sums: each(a.features.sums, b.features.sums),
      products: each(a.features.products, b.features.products),
    },
    target: {
      sum: a.target.sum + sign * b.target.sum,
      square: a.target.square + sign * b.target.square,
      products: each(a.target.products, b.target.products),
    },
  };
}

export interface Covariances {
  /** [features, features] */
  readonly features: Float64Array;
  /** Of the target with each feature, [features]. */
  readonly target: Float64Array;
}

/** With the number of rows as divisor. */
export function covariancesOf({ features: { rows, sums, products }, target }: CrossProducts): Covariances {
  const width = sums.length;
  const features = new Float64Array(width * width);
  for (let a = 0; a < width; a++) {
    for (let b = 0; b < width; b++) {
      features[a * width + b] = products[a * width + b]! / rows - (sums[a]! * sums[b]!) / rows ** 2;
    }
  }
  const withTarget = target.products.map((sum, index) => sum / rows - (sums[index]! * target.sum) / rows ** 2);
  return { features, target: withTarget };
}

/** Of the target, with the number of rows as divisor. */
export function targetVariance({ features: { rows }, target }: CrossProducts): number {
  return Math.max(0, target.square / rows - (target.sum / rows) ** 2);
}

/** With these coefficients, the intercept that leaves residuals of mean zero. */
export function withIntercept({ features, target }: CrossProducts, coefficients: Float64Array): LinearFit {
  const explained = coefficients.reduce((sum, value, index) => sum + value * features.sums[index]!, 0);
  return { intercept: (target.sum - explained) / features.rows, coefficients };
}

/** The sum of a fit's squared residuals. */
export function squaredError({ features, target }: CrossProducts, { intercept, coefficients }: LinearFit): number {
  const width = coefficients.length;
  let [linear, withTarget, squares] = [0, 0, 0];
  for (let a = 0; a < width; a++) {
    const value = coefficients[a]!;
    if (value === 0) continue;
    linear += value * features.sums[a]!;
    withTarget += value * target.products[a]!;
    let row = 0;
    for (let b = 0; b < width; b++) row += coefficients[b]! * features.products[a * width + b]!;
    squares += value * row;
  }
  const constant = features.rows * intercept ** 2 + 2 * intercept * (linear - target.sum);
  return Math.max(0, target.square - 2 * withTarget + squares + constant);
}

/**
 * The share of the target's variance that a fit explains: 1 − Σ residual² / Σ (target − mean)², about the mean of these
 * rows. Below 0 where the mean alone would do better; NaN of a constant target.
 */
export function explainedShare(rows: CrossProducts, fit: LinearFit): number {
  return 1 - squaredError(rows, fit) / (rows.features.rows * targetVariance(rows));
}

/** Target less fit, [rows]. */
export function residuals(design: Design, target: Float64Array, { intercept, coefficients }: LinearFit): Float64Array {
  const left = target.map((value) => value - intercept);
  design.forEach((column, index) => {
    const value = coefficients[index]!;
    if (value === 0) return;
    for (let row = 0; row < left.length; row++) left[row]! -= value * column[row]!;
  });
  return left;
}
