// All that the judging text says about the labels alone, made ready once and used for every cell.
import { ALIGNMENTS, type Alignment } from '../signals.ts';
import type { Resampling } from './bootstrap.ts';
import { type LabelWeights, weightedSums } from './bootstrap.ts';
import type { LabelIndex } from './choose.ts';
import { type CircularCorrelator, circularCorrelator, type Spectrum } from './correlation.ts';
import { LANES, type Labels, labelOffset, type Pairs, pairRows } from './pairs.ts';
import { spanEdges } from './shifts.ts';

/** With more spans than this one Fourier transform is cheaper than adding up every span under every shift. */
const SPANS_AT_MOST = 1500;

export interface JudgeInput {
  /** Text positions of the sample's rows, rising. */
  readonly positions: Int32Array;
  /** [length of the text]: 1 where a label's character judges. */
  readonly evaluated: Uint8Array;
  /** The real ones as doubled midranks. */
  readonly labels: Labels;
  readonly hypotheses: readonly LabelIndex[];
  /** Number of the paragraph of each character among those that judge, [length of the text]. */
  readonly paragraph: Int32Array;
  readonly resampling: Resampling;
  readonly shifts: Int32Array;
}

/** One hypothesis under one alignment. */
export interface JudgedLabel {
  readonly label: LabelIndex;
  /** [pairs]: 0 or 1, or centred doubled midranks. */
  readonly series: Float64Array;
  /** Sum of the squares of `series`. */
  readonly squares: number;
  /** [paragraphs]: sums of the squares of `series`; for a binary label these count its positives. */
  readonly squaresByParagraph: Float64Array;
  /** Of a binary label in every replicate. */
  readonly weights: LabelWeights | null;
  /** Ends of the spans where a shift is added up span by span, or else the spectrum. */
  readonly shifted: { readonly edges: Int32Array } | { readonly spectrum: Spectrum };
}

export interface JudgedAlignment {
  readonly pairs: Pairs;
  /** [pairs] */
  readonly paragraph: Int32Array;
  readonly correlator: CircularCorrelator;
  /** One for each hypothesis. */
  readonly labels: readonly JudgedLabel[];
}

export interface Judge extends JudgeInput {
  readonly alignments: Readonly<Record<Alignment, JudgedAlignment>>;
}

export function createJudge(input: JudgeInput): Judge {
  const [reading, predicting] = ALIGNMENTS.map((alignment) => judgeAlignment(input, alignment));
  return { ...input, alignments: { reading: reading!, predicting: predicting! } };
}

function judgeAlignment(input: JudgeInput, alignment: Alignment): JudgedAlignment {
  const { positions, evaluated, labels, resampling } = input;
  const pairs = pairRows(positions, alignment, evaluated, labels);
  const offset = labelOffset(alignment);
  const labelAt = Int32Array.from(pairs.rows, (row) => positions[row]! + offset);
  const paragraph = labelAt.map((position) => input.paragraph[position]!);
  const correlator = circularCorrelator(pairs.rows.length);

  const judgeLabel = (label: LabelIndex): JudgedLabel => {
    const series =
      label.kind === 'binary'
        ? Float64Array.from(labelAt, (position) => labels.binary[label.index]![position]!)
        : centred(pairs, label.index);
    const squaresByParagraph = new Float64Array(resampling.paragraphs);
    const pairsByParagraph = new Float64Array(resampling.paragraphs);
    series.forEach((value, index) => {
      squaresByParagraph[paragraph[index]!]! += value * value;
      pairsByParagraph[paragraph[index]!]! += 1;
    });
    const edges = label.kind === 'binary' ? spanEdges(series) : null;
    return {
      label,
      series,
      squares: squaresByParagraph.reduce((sum, value) => sum + value, 0),
      squaresByParagraph,
      weights: label.kind === 'binary' ? labelWeights(squaresByParagraph, pairsByParagraph, resampling) : null,
      shifted:
        edges !== null && edges.length <= 2 * SPANS_AT_MOST ? { edges } : { spectrum: correlator.shifted(series) },
    };
  };
  return { pairs, paragraph, correlator, labels: input.hypotheses.map(judgeLabel) };
}

function labelWeights(positives: Float64Array, all: Float64Array, resampling: Resampling): LabelWeights {
  return {
    positives: weightedSums(resampling, positives),
    negatives: weightedSums(
      resampling,
      all.map((count, paragraph) => count - positives[paragraph]!),
    ),
  };
}

function centred({ rows, lanes }: Pairs, k: number): Float64Array {
  const first = Math.floor(k / LANES) * rows.length * LANES + (k % LANES);
  const ranks = Float64Array.from(rows, (_, index) => lanes[first + index * LANES]!);
  const mean = ranks.reduce((sum, rank) => sum + rank, 0) / ranks.length;
  return ranks.map((rank) => rank - mean);
}
