// The cells that one thread looks after: it tallies their training rows, keeps the bins of their judging rows, and at
// the end chooses and evaluates. Cells have nothing to do with each other until their nulls are compared, so any
// division of them among threads gives the same numbers.
import { InputError } from '../errors.ts';
import { ALIGNMENTS, type Alignment, SIGNALS } from '../signals.ts';
import { type BinEdges, binColumn } from './binEdges.ts';
import { choose } from './choose.ts';
import { domainList, type SignalDomains, toByte } from './domains.ts';
import { type Evaluation, evaluateCell } from './evaluate.ts';
import { createJudge, type JudgeInput } from './judge.ts';
import { addColumnMoments, addLabelMoments, createMoments, sumsOf } from './moments.ts';
import { type Labels, pairRows } from './pairs.ts';
import { columnOf, type Layout, placeOf } from './staging.ts';
import { cohenD, pearson } from './statistics.ts';
import { addShard, createTally } from './tally.ts';

/** Training rows that are tallied together: their labels stay in the cache from column to column. */
const SHARD_ROWS = 8192;

export interface PartitionInput {
  /** The cells [from, to). */
  readonly from: number;
  readonly to: number;
  readonly layout: Layout;
  /** Of these cells' columns. */
  readonly edges: BinEdges;
  readonly domains: SignalDomains;
  /** [length of the text]: 1 where a label's character trains. */
  readonly train: Uint8Array;
  /** Real ones as doubled midranks among those that train. */
  readonly trainLabels: Labels;
  /** Real ones as they are. */
  readonly plainLabels: Labels;
  readonly judge: JudgeInput;
  /** [all cells' columns, judge.positions]: bins and, over the domains, bytes; each partition writes its own columns. */
  readonly sampleBins: Uint8Array;
  readonly sampleBytes: Uint8Array;
}

/** One cell against one hypothesis, before any other cell is considered. */
export interface PartitionRow extends Evaluation {
  readonly cell: number;
  /** Number among the hypotheses that are scored. */
  readonly hypothesis: number;
  /** Point-biserial for a binary label. */
  readonly pearson: number;
  /** NaN for a real label. */
  readonly cohenD: number;
}

export interface PartitionResult {
  /** Cells × hypotheses. */
  readonly rows: PartitionRow[];
  /** [rows, shifts] */
  readonly nullStrengths: Float32Array;
  /** [rows, signals, alignments] */
  readonly associations: Float32Array;
}

export interface Partition {
  /** Takes in the staged rows of the characters at `positions`. */
  add(staging: Float32Array, positions: Int32Array): void;
  finish(): PartitionResult;
}

export function createPartition(input: PartitionInput): Partition {
  const { from, to, layout, edges, train, trainLabels, plainLabels, judge: judgeInput } = input;
  const { positions: samplePositions, hypotheses, evaluated } = judgeInput;
  const domains = domainList(input.domains);
  const binary = trainLabels.binary.length;
  const real = trainLabels.real.length;
  const tally = () => createTally(edges, binary, real);
  const moment = () => createMoments(edges.columns, binary, real);
  const tallies = { reading: tally(), predicting: tally() };
  const moments = { reading: moment(), predicting: moment() };
  const sampleRow = new Int32Array(train.length).fill(-1);
  samplePositions.forEach((position, row) => {
    sampleRow[position] = row;
  });
  const shard = new Uint8Array(edges.columns * SHARD_ROWS);
  const shardPositions = new Int32Array(SHARD_ROWS);
  let shardRows = 0;

  function tallyShard(): void {
    const positions = shardPositions.subarray(0, shardRows);
    for (const alignment of ALIGNMENTS) {
      const pairs = pairRows(positions, alignment, train, trainLabels);
      addShard(tallies[alignment], { bins: shard, stride: SHARD_ROWS }, pairs);
    }
    shardRows = 0;
  }

  function eachColumn(visit: (cell: number, signal: number, column: number) => void): void {
    for (let column = 0; column < edges.columns; column++) {
      visit(from + Math.floor(column / SIGNALS.length), column % SIGNALS.length, column);
    }
  }

  function bin(
    staging: Float32Array,
    column: number,
    rows: Int32Array,
    bins: Uint8Array,
    start: number,
    at: Int32Array,
  ) {
    const cell = from + Math.floor(column / SIGNALS.length);
    const signal = SIGNALS[column % SIGNALS.length]!;
    const values = columnOf(layout, staging, cell, signal);
    if (binColumn(edges, column, values, rows, bins, start)) return;
    const row = rows.find((r) => !Number.isFinite(staging[values.offset + r * values.stride]!))!;
    const { layer, unit } = placeOf(layout.layers, cell);
    throw new InputError(
      `Signal ${signal} of cell ${layer + 1}-${unit} is ${staging[values.offset + row * values.stride]} at character ${at[row]}`,
      {},
      'Check the weights for NaN and for values that overflow: a signal that is not a number cannot be scored.',
    );
  }

  function addTraining(staging: Float32Array, positions: Int32Array): void {
    const rows = rowsWhere(positions, (t) => train[t] === 1 || train[t + 1] === 1);
    for (let first = 0; first < rows.length; ) {
      const part = rows.subarray(first, first + SHARD_ROWS - shardRows);
      eachColumn((_cell, _signal, column) => {
        bin(staging, column, part, shard, column * SHARD_ROWS + shardRows, positions);
      });
      part.forEach((row, index) => {
        shardPositions[shardRows + index] = positions[row]!;
      });
      shardRows += part.length;
      first += part.length;
      if (shardRows === SHARD_ROWS) tallyShard();
    }
  }

  function addSample(staging: Float32Array, positions: Int32Array): void {
    const rows = rowsWhere(positions, (t) => sampleRow[t]! >= 0);
    if (rows.length === 0) return;
    const rowPositions = rows.map((row) => positions[row]!);
    const targets = rowPositions.map((position) => sampleRow[position]!);
    const pairsOf = (alignment: Alignment) => pairRows(rowPositions, alignment, evaluated, plainLabels);
    const pairs = { reading: pairsOf('reading'), predicting: pairsOf('predicting') };
    for (const alignment of ALIGNMENTS) addLabelMoments(moments[alignment], pairs[alignment]);

    const bins = new Uint8Array(rows.length);
    const values = new Float32Array(rows.length);
    eachColumn((cell, signal, column) => {
      bin(staging, column, rows, bins, 0, positions);
      const { offset, stride } = columnOf(layout, staging, cell, SIGNALS[signal]!);
      const base = (cell * SIGNALS.length + signal) * samplePositions.length;
      for (let index = 0; index < rows.length; index++) {
        values[index] = staging[offset + rows[index]! * stride]!;
        input.sampleBins[base + targets[index]!] = bins[index]!;
        input.sampleBytes[base + targets[index]!] = toByte(values[index]!, domains[signal]!);
      }
      for (const alignment of ALIGNMENTS) addColumnMoments(moments[alignment], column, values, pairs[alignment]);
    });
  }

  return {
    add(staging, positions) {
      addTraining(staging, positions);
      addSample(staging, positions);
    },
    finish() {
      if (shardRows > 0) tallyShard();
      const judge = createJudge(judgeInput);
      const cells = to - from;
      const rows: PartitionRow[] = [];
      const nullStrengths = new Float32Array(cells * hypotheses.length * judge.shifts.length);
      const associations = new Float32Array(cells * hypotheses.length * SIGNALS.length * ALIGNMENTS.length);
      for (let cell = from; cell < to; cell++) {
        const local = cell - from;
        const bins = SIGNALS.map((_, signal) => {
          const start = (cell * SIGNALS.length + signal) * samplePositions.length;
          return input.sampleBins.subarray(start, start + samplePositions.length);
        });
        const choices = hypotheses.map((label) => choose(tallies, local, label));
        const result = evaluateCell(bins, choices, edges, judge);
        nullStrengths.set(result.nullStrengths, local * result.nullStrengths.length);
        associations.set(result.associations, local * result.associations.length);
        result.evaluations.forEach((evaluation, hypothesis) => {
          const { kind, index } = hypotheses[hypothesis]!;
          const { signal, alignment } = evaluation.choice;
          const column = local * SIGNALS.length + SIGNALS.indexOf(signal);
          const sums = sumsOf(moments[alignment], column, kind === 'binary' ? index : binary + index);
          const d = kind === 'binary' ? cohenD(sums) : Number.NaN;
          rows.push({ ...evaluation, cell, hypothesis, pearson: pearson(sums), cohenD: d });
        });
      }
      return { rows, nullStrengths, associations };
    },
  };
}

function rowsWhere(positions: Int32Array, wanted: (position: number) => boolean): Int32Array {
  return Int32Array.from(positions.keys()).filter((row) => wanted(positions[row]!));
}
