// A description of each cell that nobody wrote: a small regression tree of h over generic features of what was read
// last, grown on the training sample, judged on the held-out one and put into words.

import { fromBytes } from '../../base/bytes.ts';
import { spanNumbers } from '../../base/positions.ts';
import { type FeatureColumn, featuresOf } from '../../datasets/features.ts';
import { explainedInterval } from '../../statistics/jackknife.ts';
import type { Blocks } from '../../statistics/ordered.ts';
import { predict, type TreeLimits, type TreeNode } from '../../statistics/tree.ts';
import { fitTree } from '../../statistics/tree-size.ts';
import { type EvidenceContext, type EvidenceMeasure, signalOf } from '../context.ts';
import { describeTree, questionPhrase } from './describe.ts';
import type { RuleDescription, RuleNode } from './schema.ts';

/** A rule that explains less of the held-out variance is not reported. */
const WORTH_REPORTING = 0.2;

/** Small enough to be read, and no leaf is made for fewer than one row in two hundred, or twenty. */
const SIZE = { leaves: 8, depth: 3 };
const leastRowsOf = (rows: number) => Math.max(20, Math.ceil(rows / 200));

/** Decimals that a mean of bytes and a share are worth. */
const DECIMALS = 3;
const rounded = (value: number) => Number(value.toFixed(DECIMALS));

export const description: EvidenceMeasure<RuleDescription> = {
  module: import.meta.url,

  applies: ({ scores }) => scores.trainingPositions.length > 0,

  measure(context) {
    const { cells, scores } = context;
    const limits = { ...SIZE, leastRows: leastRowsOf(scores.trainingPositions.length) };
    const columns = columnsOf(context, limits.leastRows);
    const blocks = heldOutBlocks(context);
    const [training, heldOut] = [context.training(), context.heldOut()];
    return {
      cells: cells.map((_, cell) => {
        const values = [training, heldOut].map((sample) => fromBytes(signalOf(sample, cell, 'h'), scores.domains.h));
        return describe(columns, values[0]!, values[1]!, limits, blocks);
      }),
    };
  },
};

/** The same features of both samples, with the questions that the training sample suggests. */
interface Columns {
  readonly training: readonly FeatureColumn[];
  readonly judging: readonly FeatureColumn[];
}

function columnsOf({ labelled, scores }: EvidenceContext, leastRows: number): Columns {
  const { positions, trainingPositions } = scores;
  const features = featuresOf(labelled, trainingPositions, leastRows);
  return { training: features(trainingPositions), judging: features(positions) };
}

/** The blocks that the rows of the held-out sample belong to. */
function heldOutBlocks({ labelled, scores: { positions } }: EvidenceContext): Blocks {
  const ofRow = spanNumbers(labelled.blocks, positions);
  return { count: (ofRow.at(-1) ?? -1) + 1, ofRow };
}

/** @returns null of a cell whose h stands still on the held-out text */
function describe(
  columns: Columns,
  training: Float64Array,
  judging: Float64Array,
  limits: TreeLimits,
  blocks: Blocks,
): RuleDescription | null {
  const tree = fitTree(columns.training, training, limits);
  const quality = explainedBy(tree, columns.judging, judging, blocks);
  if (quality === null) return null;
  const described = quality.explained < WORTH_REPORTING ? null : describeTree(tree, columns.training);
  if (described === null) return { ...quality, rule: null };
  const { sentence, clauses } = described;
  const rule = {
    sentence,
    clauses: clauses.map((clause) => ({ ...clause, value: rounded(clause.value), share: rounded(clause.share) })),
    tree: ruleNode(tree, tree.rows, columns.training),
  };
  return { ...quality, rule };
}

/** 1 − Σ(y − ŷ)² / Σ(y − ȳ)², ȳ being the mean of the rows that judge. */
function explainedBy(
  tree: TreeNode,
  columns: readonly FeatureColumn[],
  values: Float64Array,
  blocks: Blocks,
): Pick<RuleDescription, 'explained' | 'interval'> | null {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const left = new Float64Array(blocks.count);
  const all = new Float64Array(blocks.count);
  values.forEach((value, row) => {
    left[blocks.ofRow[row]!]! += (value - predict(tree, columns, row)) ** 2;
    all[blocks.ofRow[row]!]! += (value - mean) ** 2;
  });
  const [unexplained, total] = [left, all].map((sums) => sums.reduce((sum, part) => sum + part, 0));
  if (total === 0) return null;
  const interval = explainedInterval(left, all);
  return {
    explained: rounded(1 - unexplained! / total!),
    interval: interval === null ? null : [rounded(interval[0]), rounded(interval[1])],
  };
}

function ruleNode({ mean, rows, split }: TreeNode, all: number, columns: readonly FeatureColumn[]): RuleNode {
  const question = split === null ? null : questionPhrase(columns[split.column]!, split.set);
  return {
    value: rounded(mean),
    share: rounded(rows / all),
    split:
      split === null || question === null
        ? null
        : { question, yes: ruleNode(split.yes, all, columns), no: ruleNode(split.no, all, columns) },
  };
}
