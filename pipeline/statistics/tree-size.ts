// How many leaves a tree had better have: as judged by segments of the rows that it was not grown on.
import { mean, sum } from 'd3-array';
import { type Column, cutBack, growTree, histogramOf, isIn, type TreeLimits, type TreeNode, without } from './tree.ts';

/** Segments that the rows are cut into; each is left out once. */
const FOLDS = 5;

/**
 * Grows a tree and cuts it back to the smallest one whose cross-validated error is, over the folds, within one standard
 * error of that of the best: of the difference, for the folds have a spread of their own that both share.
 * @param target [rows], in the order of the text: folds are segments, for neighbouring rows are no independent evidence
 */
export function fitTree(columns: readonly Column[], target: ArrayLike<number>, limits: TreeLimits): TreeNode {
  const rows = new Int32Array(target.length);
  for (let row = 0; row < rows.length; row++) rows[row] = row;
  const histogram = histogramOf(columns, target, rows);
  const tree = growTree({ columns, target, rows, histogram }, limits);
  const edges = Array.from({ length: FOLDS + 1 }, (_, fold) => Math.round((fold * rows.length) / FOLDS));
  const errors = Array.from({ length: FOLDS }, (_, fold) => {
    const [start, end] = [edges[fold]!, edges[fold + 1]!];
    const left = rows.subarray(start, end);
    const others = new Int32Array(rows.length - left.length);
    others.set(rows.subarray(0, start));
    others.set(rows.subarray(end), start);
    const lesson = { columns, target, rows: others, histogram: without(histogram, histogramOf(columns, target, left)) };
    return errorsBySize(growTree(lesson, limits), columns, target, left, limits.leaves);
  });
  return cutBack(tree, chooseSize(errors));
}

/** Mean squared error of the trees of 1, 2, … leaves over some rows. */
function errorsBySize(
  tree: TreeNode,
  columns: readonly Column[],
  target: ArrayLike<number>,
  rows: Int32Array,
  most: number,
): Float64Array {
  const errors = new Float64Array(most);
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index]!;
    const value = target[row]!;
    let node = tree;
    let size = 0;
    for (;;) {
      const { split, mean } = node;
      // The node predicts the row in all trees that do not have its split yet.
      const until = split === null ? most : split.order + 1;
      for (; size < until; size++) errors[size]! += (value - mean) ** 2 / rows.length;
      if (split === null) break;
      const column = columns[split.column]!;
      node = isIn(column, split.set, column.bins[row]!) ? split.yes : split.no;
    }
  }
  return errors;
}

/** @param errors [folds][sizes, from 1] */
export function chooseSize(errors: readonly Float64Array[]): number {
  const sizes = Array.from(errors[0]!.keys());
  const means = sizes.map((size) => mean(errors, (fold) => fold[size]!)!);
  const best = means.indexOf(Math.min(...means));
  const chosen = sizes.find((size) => {
    const differences = errors.map((fold) => fold[size]! - fold[best]!);
    const excess = mean(differences)!;
    const variance = sum(differences, (one) => (one - excess) ** 2) / (differences.length - 1);
    return excess <= Math.sqrt(variance / differences.length);
  });
  return (chosen ?? best) + 1;
}
