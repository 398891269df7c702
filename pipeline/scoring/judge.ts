// All that the judging text says about the labels alone, made ready once and used for every cell.
import { ALIGNMENTS, type Alignment } from '../signals.ts';
import { type LabelWeights, type Resampling, weightedSums } from './bootstrap.ts';
import type { LabelIndex } from './choose.ts';
import { type CircularCorrelator, circularCorrelator, type Spectrum } from './correlation.ts';
import { type Labels, labelOffset, labelShard } from './pairs.ts';
import { spanEdges } from './shifts.ts';
import { type LoadedLabels, loadLabels } from './tally.ts';

/** With more spans than this one Fourier transform is cheaper than adding up every span under every shift. */
const SPANS_AT_MOST = 1500;

export interface JudgeInput {
  /** Text positions of the judging rows, rising, all of them paired. */
  readonly positions: Int32Array;
  /** The real ones as doubled midranks. */
  readonly labels: Labels;
  readonly hypotheses: readonly LabelIndex[];
  /** Number of each row's paragraph among those that judge, [rows]. */
  readonly paragraph: Int32Array;
  readonly resampling: Resampling;
  readonly shifts: Int32Array;
}

/** One hypothesis under one alignment. */
export interface JudgedLabel extends LabelIndex {
  readonly alignment: Alignment;
  /** [rows]: 0 or 1, or centred doubled midranks. */
  readonly series: Float64Array;
  /** Rows with a binary label; empty for a real one. */
  readonly positiveRows: Int32Array;
  /** Sum of the squares of `series`; the number of positives of a binary label. */
  readonly squares: number;
  /** The same for each paragraph. */
  readonly squaresByParagraph: Float64Array;
  /** Of a binary label in every replicate. */
  readonly weights: LabelWeights | null;
  /** Ends of the spans where a shift is added up span by span, or else the spectrum. */
  readonly shifted: { readonly edges: Int32Array } | { readonly spectrum: Spectrum };
}

export interface Judge extends JudgeInput {
  readonly loaded: LoadedLabels;
  readonly correlator: CircularCorrelator;
  /** One for each hypothesis. */
  readonly judged: Readonly<Record<Alignment, readonly JudgedLabel[]>>;
}

export function createJudge(input: JudgeInput): Judge {
  const loaded = loadLabels(labelShard(input.positions, input.labels));
  const correlator = circularCorrelator(input.positions.length);
  const [reading, predicting] = ALIGNMENTS.map((alignment) =>
    input.hypotheses.map((label) => judgeLabel(input, correlator, alignment, label)),
  );
  const judged = { reading: reading!, predicting: predicting! };
  return { ...input, loaded, correlator, judged };
}

function judgeLabel(
  { positions, labels, paragraph, resampling }: JudgeInput,
  correlator: CircularCorrelator,
  alignment: Alignment,
  { kind, index }: LabelIndex,
): JudgedLabel {
  const values = labels[kind][index]!;
  const paired = Float64Array.from(positions, (position) => values[position + labelOffset(alignment)]!);
  const series = kind === 'binary' ? paired : centred(paired);
  const squaresByParagraph = new Float64Array(resampling.paragraphs);
  const rowsByParagraph = new Float64Array(resampling.paragraphs);
  series.forEach((value, row) => {
    squaresByParagraph[paragraph[row]!]! += value * value;
    rowsByParagraph[paragraph[row]!]! += 1;
  });
  const edges = kind === 'binary' ? spanEdges(series) : null;
  return {
    kind,
    index,
    alignment,
    series,
    positiveRows:
      kind === 'binary' ? Int32Array.from(series.keys()).filter((row) => series[row] === 1) : new Int32Array(),
    squares: squaresByParagraph.reduce((sum, value) => sum + value, 0),
    squaresByParagraph,
    weights: kind === 'binary' ? labelWeights(squaresByParagraph, rowsByParagraph, resampling) : null,
    shifted: edges !== null && edges.length <= 2 * SPANS_AT_MOST ? { edges } : { spectrum: correlator.shifted(series) },
  };
}

function labelWeights(positives: Float64Array, rows: Float64Array, resampling: Resampling): LabelWeights {
  const negatives = rows.map((count, paragraph) => count - positives[paragraph]!);
  return { positives: weightedSums(resampling, positives), negatives: weightedSums(resampling, negatives) };
}

function centred(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}
