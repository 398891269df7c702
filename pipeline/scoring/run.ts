// What exists once a scorer's bins are fixed: threads, their buffers, and what they share.
import { type BinEdges, createBinEdges, fixColumn } from './binEdges.ts';
import type { PartitionInput } from './partition.ts';
import { inThisThread, type Partitions } from './partitions.ts';
import type { ScoringPlan } from './plan.ts';
import { columnOf, countCells, type Layout, stagingLength } from './staging.ts';
import { inWorkers } from './workers.ts';

/** While one buffer is being read, the other is filled. */
export const BUFFERS = 2;

/** Training rows from which edges and domains are fixed; the layout is full. */
export interface OpeningSample {
  readonly layout: Layout;
  readonly data: Float32Array;
}

export interface Run {
  readonly partitions: Partitions;
  readonly stagings: readonly Float32Array[];
  /** Of the staged rows. */
  readonly positions: Int32Array;
  readonly sampleBytes: Uint8Array;
  /** For each buffer, until it may be filled anew. */
  readonly pending: Promise<void>[];
  filling: number;
  staged: number;
}

/** @param workers threads; 0 does everything in this one */
export function startRun(plan: ScoringPlan, workers: number, layout: Layout, opening: OpeningSample): Run {
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
  const inputs = Array.from({ length: parts }, (_, part): PartitionInput => {
    const from = Math.floor((part * cells) / parts);
    const to = Math.floor(((part + 1) * cells) / parts);
    const { judge, trainRows, trainLabels, plainLabels, sampleRow } = plan;
    const edges = fixEdges(opening, from, to);
    const common = { layout, trainRows, trainLabels, plainLabels, sampleRow, judge };
    return { from, to, edges, domains, sampleBins, sampleBytes, ...common };
  });
  return {
    partitions: workers === 0 ? inThisThread(inputs, stagings) : inWorkers(inputs, stagings),
    stagings,
    positions: new Int32Array(layout.capacity),
    sampleBytes,
    pending: Array.from({ length: BUFFERS }, () => Promise.resolve()),
    filling: 0,
    staged: 0,
  };
}

function fixEdges({ layout, data }: OpeningSample, from: number, to: number): BinEdges {
  const { signals } = layout;
  const edges = createBinEdges((to - from) * signals.length);
  const rows = Int32Array.from({ length: layout.capacity }, (_, row) => row);
  for (let column = 0; column < edges.columns; column++) {
    const cell = from + Math.floor(column / signals.length);
    fixColumn(edges, column, columnOf(layout, data, cell, signals[column % signals.length]!), rows);
  }
  return edges;
}
