// The cells that one thread looks after: it tallies their training rows, keeps the values of their judging rows, and at
// the end chooses and evaluates. Cells have nothing to do with each other until their nulls are compared, so any
// division of them among threads gives the same numbers.
import { type Domain, domainOf, type SignalDomains, toBytes } from '../../base/bytes.ts';
import { giveBack } from '../../base/give-back.ts';
import { ALIGNMENTS } from '../../base/signals.ts';
import { cohenD, isOn, pearson } from '../../statistics/association.ts';
import { type Choice, choose } from '../choose.ts';
import { createJudge } from '../judge/judge.ts';
import { type Evaluation, evaluateCell } from '../judge/judged-cell.ts';
import { type Labels, labelShards } from '../plan/labels.ts';
import type { JudgeInput } from '../plan/plan.ts';
import type { JudgedSegments, JudgedShard } from '../plan/segments.ts';
import { type BinEdges, columnsOf } from '../tally/bin-edges.ts';
import { type Batch, createColumns } from '../tally/binning.ts';
import { BinSums } from '../tally/label-sums.ts';
import { createMoments } from '../tally/moments.ts';
import { JudgingSample, type ShardSample } from '../tally/sample.ts';
import type { Layout } from '../tally/staging.ts';
import { addShard, addTally, createTally, isShort, loadLabels, type Tally } from '../tally/tally.ts';

/**
 * Training rows that are tallied together: few enough for their labels to stay in the cache from column to column, and as many
 * as that, for what they add up to is added to the tally after each. All rows of a training sample fit.
 */
const SHARD_ROWS = 12_288;

export interface PartitionInput {
  /** The cells [from, to). */
  readonly from: number;
  readonly to: number;
  readonly layout: Layout;
  /** Of these cells' columns. */
  readonly edges: BinEdges;
  /** [length of the text]: 1 where a character is a training row. */
  readonly trainRows: Uint8Array;
  /** [length of the text]: the judging row of each character, or -1. */
  readonly sampleRow: Int32Array;
  /** Real ones as doubled midranks among those that train. */
  readonly trainLabels: Labels;
  /** [alignments, real]: sums of the squares of all training rows' doubled midranks. */
  readonly rankSquares: Float64Array;
  readonly segments: JudgedSegments;
  /** Real ones as they are. */
  readonly plainLabels: Labels;
  readonly judge: JudgeInput;
  readonly domains: SignalDomains;
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
  /** The cells [from, to). */
  readonly from: number;
  readonly to: number;
  /** Cells × hypotheses. */
  readonly rows: PartitionRow[];
  /** [rows, shifts] */
  readonly nullStrengths: Float32Array;
  /** [rows, signals, alignments] */
  readonly associations: Float32Array;
  /** Of all cells; see `CellEvaluation`. */
  readonly strongByChance: number;
  /** [columns, judging rows] over the signals' domains. */
  readonly bytes: Uint8Array;
  /**
   * Of each row, a bit for each judging row, [rows, {@link callBytes}]: where its threshold calls the cell on; null where nobody
   * asks for more than the value of each choice.
   */
  readonly called: Uint8Array | null;
}

/** Bytes of the calls at so many judging rows. */
export const callBytes = (judgingRows: number): number => Math.ceil(judgingRows / 8);

/** What a shard of the text has left of a partition's cells. */
export interface ShardTally {
  readonly tally: Tally;
  readonly sample: ShardSample;
}

/** The memory of a tally, which goes from thread to thread instead of being copied: it may be hundreds of megabytes. */
export const buffersOf = ({ tally, sample }: ShardTally): ArrayBuffer[] => owned([...largeOf(tally), sample.values]);

const largeOf = ({ counts, positives, rankSums }: Tally) => [counts, positives, rankSums];

/** That of a result. */
export const buffersOfResult = ({ called, bytes, nullStrengths, associations }: PartitionResult): ArrayBuffer[] =>
  owned([...(called === null ? [] : [called]), bytes, nullStrengths, associations]);

const owned = (arrays: readonly { readonly buffer: ArrayBufferLike }[]): ArrayBuffer[] =>
  arrays.map(({ buffer }) => buffer).filter((buffer) => buffer instanceof ArrayBuffer);

export interface Partition {
  /** Takes in the staged rows of the characters at `positions`. */
  add(staging: Float32Array, positions: Int32Array): void;
  /** What was added, which must have been all of a shard. */
  collect(shard: JudgedShard): ShardTally;
  /** Takes in what a partition of the same cells and edges collected of a shard of which nothing was added here. */
  merge(shard: JudgedShard, tally: ShardTally): void;
  finish(): PartitionResult;
}

export function createPartition(input: PartitionInput): Partition {
  const { from, to, layout, edges, trainLabels, judge: judgeInput } = input;
  const { hypotheses } = judgeInput;
  const { signals } = layout;
  const { positions } = judgeInput;
  const judgingRows = positions.length;
  const rowsOfCell = signals.length * judgingRows;
  const values = new Float32Array((to - from) * rowsOfCell);
  const sample = new JudgingSample({ columns: edges.columns, positions, sampleRow: input.sampleRow, values });
  const trainingRows = input.trainRows.reduce((count, trains) => count + trains, 0);
  const short = isShort(trainingRows, input.trainRows.length);
  const tallyOf = (of: BinEdges) => createTally(of, trainLabels.binary.length, trainLabels.real.length, short);
  /** Of all cells: hundreds of megabytes, which are not needed where one shard holds all rows. */
  let whole: Tally | undefined;
  const shard = new Uint8Array(edges.columns * SHARD_ROWS);
  const shardPositions = new Int32Array(SHARD_ROWS);
  const binSums = new BinSums();
  const labelsAt = labelShards(trainLabels, SHARD_ROWS);
  const batchWhere = createSelection(layout.capacity);
  const columns = createColumns(layout, from, to, edges);
  let shardRows = 0;

  const shardLabels = () => loadLabels(labelsAt(shardPositions.subarray(0, shardRows)), binSums);

  /** The tally of all that was added. */
  function wholeTally(): Tally {
    whole ??= tallyOf(edges);
    if (shardRows > 0) addShard(whole, { bins: shard, stride: SHARD_ROWS, labels: shardLabels() });
    shardRows = 0;
    return whole;
  }

  /** What the training rows choose for each hypothesis, by the tally of all cells. */
  function chooseByWhole(cells: readonly number[]): Choice[][] {
    const tally = wholeTally();
    tally.rankSquares.set(input.rankSquares);
    const choices = cells.map((cell) => hypotheses.map((label) => choose(tally, cell, label, signals)));
    giveBack(largeOf(tally));
    return choices;
  }

  /** The same where all rows are in the shard: a tally of one cell after another, in the same room. */
  function chooseOneByOne(cells: readonly number[]): Choice[][] {
    const labels = shardLabels();
    const width = signals.length;
    const room = tallyOf(columnsOf(edges, 0, width));
    return cells.map((cell) => {
      const [first, end] = [cell * width, (cell + 1) * width];
      for (const numbers of largeOf(room)) numbers.fill(0);
      const own = { ...room, edges: columnsOf(edges, first, end) };
      addShard(own, { bins: shard.subarray(first * SHARD_ROWS, end * SHARD_ROWS), stride: SHARD_ROWS, labels });
      own.rankSquares.set(input.rankSquares);
      return hypotheses.map((label) => choose(own, 0, label, signals));
    });
  }

  function addTraining({ staging, rows, positions }: Batch): void {
    for (let first = 0; first < rows.length; ) {
      if (shardRows === SHARD_ROWS) wholeTally();
      const end = Math.min(rows.length, first + SHARD_ROWS - shardRows);
      const batch = { staging, rows: rows.subarray(first, end), positions: positions.subarray(first, end) };
      columns.bins(batch, (column, bins) => shard.set(bins, column * SHARD_ROWS + shardRows));
      shardPositions.set(batch.positions, shardRows);
      shardRows += end - first;
      first = end;
    }
  }

  return {
    add(staging, positions) {
      addTraining(batchWhere(staging, positions, (position) => input.trainRows[position] === 1));
      const judging = batchWhere(staging, positions, (position) => input.sampleRow[position]! >= 0);
      sample.add(judging, columns);
    },
    collect(judged) {
      return { tally: wholeTally(), sample: sample.collect(judged) };
    },
    merge(judged, other) {
      addTally(wholeTally(), other.tally);
      sample.merge(judged, other.sample);
    },
    finish() {
      const cells = Array.from({ length: to - from }, (_, cell) => cell);
      const choices = whole === undefined && shardRows > 0 ? chooseOneByOne(cells) : chooseByWhole(cells);
      // From here on the values alone are asked, and what is found takes room too.
      giveBack([shard]);
      sample.sort();
      const moments = createMoments(positions, input.segments, input.plainLabels);
      const judge = createJudge(judgeInput);
      const rows: PartitionRow[] = [];
      const count = (to - from) * hypotheses.length;
      const nullStrengths = new Float32Array(count * judgeInput.shifts.length);
      const associations = new Float32Array(count * signals.length * ALIGNMENTS.length);
      const called = judgeInput.valuesOnly ? null : new Uint8Array(count * callBytes(judgingRows));
      let strongByChance = 0;
      for (const cell of cells) {
        const ofCell = signals.map((_, signal) => {
          const start = cell * rowsOfCell + signal * judgingRows;
          return values.subarray(start, start + judgingRows);
        });
        const result = evaluateCell(signals, ofCell, choices[cell]!, judge);
        nullStrengths.set(result.nullStrengths, cell * result.nullStrengths.length);
        associations.set(result.associations, cell * result.associations.length);
        strongByChance += result.strongByChance;
        const sumsOf = signals.map((_, signal) => once(() => moments.of(ofCell[signal]!)));
        result.evaluations.forEach((evaluation, hypothesis) => {
          const label = hypotheses[hypothesis]!;
          const { signal, alignment } = evaluation.choice;
          // Where nobody asks for more than the values, they are not made.
          if (called !== null) writeCalls(called, rows.length, ofCell[signals.indexOf(signal)]!, evaluation.choice);
          const sums = judgeInput.valuesOnly ? NO_SUMS : sumsOf[signals.indexOf(signal)]!()(label, alignment);
          const d = label.kind === 'binary' ? cohenD(sums) : Number.NaN;
          rows.push({ ...evaluation, cell: from + cell, hypothesis, pearson: pearson(sums), cohenD: d });
        });
      }
      const bytes = bytesOf(
        values,
        signals.map((signal) => domainOf(input.domains, signal)),
        judgingRows,
      );
      return { from, to, rows, nullStrengths, associations, strongByChance, bytes, called };
    },
  };
}

/** The bits of a row; zeros for a real label, which calls nothing on. */
function writeCalls(called: Uint8Array, row: number, values: Float32Array, { boundary, direction }: Choice): void {
  if (boundary === null) return;
  const start = row * callBytes(values.length);
  for (let k = 0; k < values.length; k++) {
    called[start + (k >> 3)]! |= Number(isOn(values[k]!, boundary, direction)) << (k & 7);
  }
}

/** @param values [columns, rows] @param domains of neighbouring columns, in turn */
function bytesOf(values: Float32Array, domains: readonly Domain[], rows: number): Uint8Array {
  const bytes = new Uint8Array(values.length);
  for (let start = 0, column = 0; start < values.length; start += rows, column++) {
    bytes.set(toBytes(values.subarray(start, start + rows), domains[column % domains.length]!), start);
  }
  return bytes;
}

const NO_SUMS = { n: 0, x: 0, xx: 0, y: 0, yy: 0, xy: 0 } as const;

/** What a function gives, which is called when it is first asked for. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Those of the staged rows that are wanted; a batch holds until the next. @param capacity most rows that are staged */
function createSelection(capacity: number) {
  const [rows, wantedPositions] = [new Int32Array(capacity), new Int32Array(capacity)];
  return (staging: Float32Array, positions: Int32Array, wanted: (position: number) => boolean): Batch => {
    let count = 0;
    positions.forEach((position, row) => {
      if (!wanted(position)) return;
      rows[count] = row;
      wantedPositions[count] = position;
      count += 1;
    });
    return { staging, rows: rows.subarray(0, count), positions: wantedPositions.subarray(0, count) };
  };
}
