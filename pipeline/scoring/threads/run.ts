// What exists once a scorer's bins are fixed: threads, their buffers, and what they share.

import type { ScoringPlan } from '../plan.ts';
import type { BinEdges } from '../tally/bin-edges.ts';
import { countCells, type Layout, stagingLength } from '../tally/staging.ts';
import type { PartitionInput } from './partition.ts';
import { inThisThread, type Partitions } from './partitions.ts';
import { inWorkers } from './workers.ts';

/** While one buffer is being read, the other is filled. */
export const BUFFERS = 2;

/** The edges of the columns of the cells [from, to). */
export type EdgesOf = (from: number, to: number) => BinEdges;

export interface Run {
  readonly partitions: Partitions;
  /** The cells of each partition: from, and up to. */
  readonly cells: readonly (readonly [from: number, to: number])[];
  readonly stagings: readonly Float32Array[];
  /** Of the staged rows. */
  readonly positions: Int32Array;
  /** See {@link PartitionInput}. */
  readonly sampleBins: Uint8Array;
  readonly sampleBytes: Uint8Array;
  /** For each buffer, until it may be filled anew. */
  readonly pending: Promise<void>[];
  filling: number;
  staged: number;
}

/** @param workers threads; 0 does everything in this one */
export function startRun(plan: ScoringPlan, workers: number, layout: Layout, edgesOf: EdgesOf): Run {
  const cells = countCells(plan.layers);
  const columns = cells * layout.signals.length;
  const bytes = (length: number) => new Uint8Array(new SharedArrayBuffer(length));
  const sampleBins = bytes(columns * plan.judge.positions.length);
  const sampleBytes = bytes(columns * plan.judge.positions.length);
  const stagings = Array.from(
    { length: BUFFERS },
    () => new Float32Array(new SharedArrayBuffer(stagingLength(layout) * Float32Array.BYTES_PER_ELEMENT)),
  );
  const domains = layout.signals.map((signal) => plan.domains[signal]);
  const parts = Math.max(1, workers);
  const ranges = Array.from({ length: parts }, (_, part) => {
    const until = (count: number) => Math.floor((count * cells) / parts);
    return [until(part), until(part + 1)] as const;
  });
  const inputs = ranges.map(([from, to]): PartitionInput => {
    const { judge, trainRows, trainLabels, rankSquares, plainLabels, sampleRow, segments } = plan;
    const common = { layout, trainRows, trainLabels, rankSquares, plainLabels, sampleRow, segments, judge };
    return { from, to, edges: edgesOf(from, to), domains, sampleBins, sampleBytes, ...common };
  });
  return {
    cells: ranges,
    partitions: workers === 0 ? inThisThread(inputs, stagings) : inWorkers(inputs, stagings),
    stagings,
    positions: new Int32Array(layout.capacity),
    sampleBins,
    sampleBytes,
    pending: Array.from({ length: BUFFERS }, () => Promise.resolve()),
    filling: 0,
    staged: 0,
  };
}
