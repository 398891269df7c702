// What each cell's output does to what the network predicts after the same step.

import { spanNumbers } from '../../base/positions.ts';
import { createProgress } from '../../base/progress.ts';
import type { NetworkGallery } from '../../gallery/network.ts';
import { isForwardLstm } from '../../lstm/parameters.ts';
import { featuresOfOutput } from '../../lstm/same-step.ts';
import { labelOffset } from '../../scoring/plan/labels.ts';
import type { Score } from '../../scoring/rank.ts';
import { addCluster, clusterMean, noClusters } from '../../statistics/effects.ts';
import { type EvidenceContext, type EvidenceMeasure, readerOf, scoresOf } from '../context.ts';
import { stepsToObserve } from '../reading.ts';
import { isLargeVocabulary } from '../vocabulary-size.ts';
import { characterOutcomes, contributions, numberOutcomes, type Outcomes, seenFor } from './contribution.ts';
import { logOddsFrom, strongest, tokenOutcomes } from './many-outputs.ts';
import type { CellContribution } from './schema.ts';

/** Decimals of a change that are worth keeping. */
const DECIMALS = 5;

export const contribution: EvidenceMeasure<CellContribution> = {
  module: import.meta.url,

  applies({ network }) {
    if (network === null || network.targets === null) return false;
    const { architecture } = network.card;
    return architecture.outputs === architecture.inputs && isForwardLstm(architecture);
  },

  async measure(context) {
    const { labelled, scores, cells, known } = context;
    const network = context.network!;
    const { architecture } = network.card;
    const reader = readerOf(context);
    // What follows a step must have been held out as well.
    const judging = new Set(scores.positions);
    const positions = scores.positions.filter((position) => judging.has(position + 1));
    const total = stepsToObserve(reader, known && seenFor(positions));
    const title = 'Reading for what each cell contributes';
    const progress = createProgress({ title, total, unit: reader.sequence.unit });
    try {
      const layers = await contributions(reader, {
        outcomes: outcomesOf(network),
        positions,
        usual: scores.trainingPositions,
        moments: known?.moments.sample,
        progress: (steps) => progress.advance(steps),
      });
      const own = scoresOf(context);
      const meansOf = splitter(labelled, positions);
      const changesIn = changesOf(network);
      return {
        cells: cells.map(({ id, layer, unit }): CellContribution => {
          const { changes, effects } = layers[layer - 1]!;
          const units = architecture.units[layer - 1]!;
          return {
            ...changesIn(Float64Array.from({ length: changes.length / units }, (_, k) => changes[k * units + unit]!)),
            effect: meansOf((row) => effects[row * units + unit]!, own.get(id)?.[0]),
          };
        }),
      };
    } finally {
      progress.finish();
    }
  },
};

/** Whether what it adds to each log-odds is found by way of what the last dense layer reads, of which they are sums. */
function predictsMany({ inputs, card: { architecture } }: NetworkGallery): boolean {
  const { outputs, outputActivation = 'softmax' } = architecture;
  return isLargeVocabulary(inputs, outputs) && outputActivation === 'softmax';
}

function outcomesOf(network: NetworkGallery): Outcomes {
  const { inputs, card, scaling } = network;
  const { architecture } = card;
  if (inputs.reads === 'numbers') return numberOutcomes(inputs.values, scaling?.deviations ?? []);
  return predictsMany(network)
    ? tokenOutcomes(inputs.ids, architecture.outputs, featuresOfOutput(architecture))
    : characterOutcomes(inputs.ids, architecture.outputs);
}

/** What is kept of a cell's changes: all, or of very many tokens the strongest. */
function changesOf(network: NetworkGallery): (found: Float64Array) => Pick<CellContribution, 'changes' | 'symbols'> {
  if (!predictsMany(network)) return (found) => ({ changes: Array.from(found, rounded) });
  const logOdds = logOddsFrom(network.parameters.dense.at(-1)!.kernel);
  return (found) => {
    const all = logOdds(found);
    const symbols = strongest(all);
    return { changes: symbols.map((k) => rounded(all[k]!)), symbols };
  };
}

const rounded = (value: number): number => Number(value.toFixed(DECIMALS));

/** The means of something at all of the positions, and where a score's label is on and off there. */
function splitter({ blocks, labels }: EvidenceContext['labelled'], positions: readonly number[]) {
  const clusters = spanNumbers(blocks, positions);
  return (value: (row: number) => number, best: Score | undefined): CellContribution['effect'] => {
    const label = labels.find(({ id, kind }) => id === best?.hypothesis && kind === 'binary');
    const ahead = best === undefined ? 0 : labelOffset(best.alignment);
    const isOn = (row: number) => label !== undefined && label.values[positions[row]! + ahead] === 1;
    return {
      hypothesis: label?.id ?? null,
      all: meanWhere(value, clusters, () => true)!,
      on: label === undefined ? null : meanWhere(value, clusters, isOn),
      off: label === undefined ? null : meanWhere(value, clusters, (row) => !isOn(row)),
    };
  };
}

/** @param clusters the block of each row, rising */
function meanWhere(value: (row: number) => number, clusters: Int32Array, holds: (row: number) => boolean) {
  const sums = noClusters();
  for (let row = 0; row < clusters.length; ) {
    const cluster = clusters[row];
    let [size, sum] = [0, 0];
    for (; row < clusters.length && clusters[row] === cluster; row++) {
      if (!holds(row)) continue;
      size += 1;
      sum += value(row);
    }
    if (size > 0) addCluster(sums, size, sum);
  }
  if (sums.values === 0) return null;
  const { mean, half } = clusterMean(sums);
  const interval: [number, number] = [rounded(mean - half), rounded(mean + half)];
  return { mean: rounded(mean), interval: Number.isFinite(half) ? interval : null };
}
