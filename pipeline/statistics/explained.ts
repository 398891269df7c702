// What several hypotheses together explain of a signal, and what each of them adds that no other gives: a sparse linear
// model, fitted on one text and judged on another.
import { mean } from 'd3-array';
import {
  type CrossProducts,
  covariancesOf,
  type Design,
  explainedShare,
  type FeatureSums,
  featureSums,
  joined,
  type LinearFit,
  residuals,
  targetSums,
  withIntercept,
} from './cross-products.ts';
import { crossValidated, lasso } from './lasso.ts';

/** Something that may explain a signal: a label, or several numbers that come and go together. */
export interface Term {
  readonly id: string;
  /** One entry a row, of the text that fits and of the one that judges. */
  readonly columns: readonly { readonly training: ArrayLike<number>; readonly judging: ArrayLike<number> }[];
}

export interface Rows {
  /** Number of each training row's fold, from 0, [training rows]: rows that belong together share one. */
  readonly fold: ArrayLike<number>;
  readonly folds: number;
  /** How many judge. */
  readonly judging: number;
}

/** What a term has to say of the judging rows, in shares of the signal's variance there. */
export interface Contribution {
  readonly id: string;
  /** By itself; below 0 where the mean would do better. */
  readonly alone: number;
  /** What is lost when it is left out and all others are fitted again. */
  readonly adds: number;
}

export interface Explained {
  /** The share of the judging signal's variance that all terms together explain. */
  readonly share: number;
  /** Of the terms that the model took in, the one that adds most first. */
  readonly contributions: readonly Contribution[];
  /** The judging signal, in standard deviations of the training one, about its own mean. */
  readonly deviations: Float64Array;
  /** The same signal less what all terms say of it. */
  readonly unexplained: Float64Array;
  /** The same, less what all terms but one say of it. */
  leftByOthers(id: string): Float64Array;
  /** The same, less what one term says of it. */
  leftBy(id: string): Float64Array;
}

/** @returns null of a signal that is constant on either text */
export type Explainer = (training: ArrayLike<number>, judging: ArrayLike<number>) => Explained | null;

/** Reads the features once, for all signals. Every column is standardised over the training rows. */
export function createExplainer(terms: readonly Term[], { fold, folds, judging }: Rows): Explainer {
  const columns = terms.flatMap((term) => term.columns.map((column) => standardised(column.training, column.judging)));
  const fitting: Design = columns.map((column) => column.training);
  const judged: Design = columns.map((column) => column.judging);
  const ends = terms.map((_, k) => terms.slice(0, k + 1).reduce((sum, term) => sum + term.columns.length, 0));
  const ofTerm = terms.map((term, k) => new Set(term.columns.map((_, index) => ends[k]! - 1 - index)));
  const allBut = ofTerm.map((own) => new Set([...columns.keys()].filter((index) => !own.has(index))));
  const numberOf = (id: string) => terms.findIndex((term) => term.id === id);

  const rowsOfFold = Array.from({ length: folds }, (_, k) =>
    Int32Array.from({ length: fold.length }, (_, row) => row).filter((row) => fold[row] === k),
  );
  const foldFeatures = rowsOfFold.map((rows) => featureSums(fitting, rows));
  const judgingRows = Int32Array.from({ length: judging }, (_, row) => row);
  const judgingFeatures = featureSums(judged, judgingRows);

  return (trainingSignal, judgingSignal) => {
    const signal = standardised(trainingSignal, judgingSignal);
    const productsWith = (features: FeatureSums, design: Design, target: Float64Array, rows: Int32Array) => ({
      features,
      target: targetSums(design, target, rows),
    });
    const parts = rowsOfFold.map((rows, k) => productsWith(foldFeatures[k]!, fitting, signal.training, rows));
    const judges = productsWith(judgingFeatures, judged, signal.judging, judgingRows);
    if (isConstant(signal.training) || isConstant(signal.judging)) return null;

    const all: CrossProducts = parts.reduce(joined);
    const covariances = covariancesOf(all);
    const fit = crossValidated(parts);
    const share = explainedShare(judges, fit);
    const without = (k: number): LinearFit =>
      withIntercept(all, lasso(covariances, fit.penalty, { start: fit.coefficients, left: ofTerm[k]! }));
    const alone = (k: number): LinearFit => withIntercept(all, lasso(covariances, 0, { left: allBut[k]! }));
    const isIn = (k: number) => [...ofTerm[k]!].some((index) => fit.coefficients[index] !== 0);
    const contributions = terms.flatMap(({ id }, k) => {
      if (!isIn(k)) return [];
      return [{ id, alone: explainedShare(judges, alone(k)), adds: share - explainedShare(judges, without(k)) }];
    });
    return {
      share,
      contributions: contributions.sort((a, b) => b.adds - a.adds),
      deviations: aboutMean(signal.judging),
      unexplained: residuals(judged, signal.judging, fit),
      leftByOthers: (id) => residuals(judged, signal.judging, without(numberOf(id))),
      leftBy: (id) => residuals(judged, signal.judging, alone(numberOf(id))),
    };
  };
}

/** In standard deviations of the training values about their mean; zeros where those are constant. */
function standardised(training: ArrayLike<number>, judging: ArrayLike<number>) {
  let [sum, squares] = [0, 0];
  for (let row = 0; row < training.length; row++) sum += training[row]!;
  const mean = sum / training.length;
  for (let row = 0; row < training.length; row++) squares += (training[row]! - mean) ** 2;
  const deviation = Math.sqrt(squares / training.length);
  const scaled = (values: ArrayLike<number>) => {
    const out = new Float64Array(values.length);
    if (deviation > 0) for (let row = 0; row < out.length; row++) out[row] = (values[row]! - mean) / deviation;
    return out;
  };
  return { training: scaled(training), judging: scaled(judging) };
}

function aboutMean(values: Float64Array): Float64Array {
  const centre = mean(values)!;
  return values.map((value) => value - centre);
}

function isConstant(values: Float64Array): boolean {
  return values.every((value) => value === values[0]);
}
