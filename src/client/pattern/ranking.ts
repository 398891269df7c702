// How well each cell's output tells where a label is on, and how well the best would by luck alone.
//
// A value's placement is the number of all values below it, ties counted half. A label's AUROC follows from the sum of
// the placements where it is on (Mann and Whitney 1947), which is a difference of sums along the text at its spans' ends:
// so many labels cost hardly more than one.
import type { Span } from '../../../pipeline/base/positions.ts';
import { mixedRandom } from '../../../pipeline/base/random.ts';
import type { Alignment } from '../../../pipeline/base/signals.ts';
import { HELD_OUT_AT_LEAST } from '../../../pipeline/datasets/blocks.ts';
import { runs } from '../../../pipeline/datasets/labels.ts';
import { drawShifts } from '../../../pipeline/statistics/shifts.ts';

const BINS = 256;
const SEED = 1;

/** Every cell's output over one text. */
export interface Outputs {
  /** [cells, characters], a byte a value. */
  readonly bytes: Uint8Array;
  readonly characters: number;
  /** The first characters of the text's blocks, which do not follow one another: no value predicts them. */
  readonly starts: readonly number[];
}

/** One cell's better alignment. */
export interface RankedCell {
  /** Its row of the outputs. */
  readonly row: number;
  readonly alignment: Alignment;
  /** Unoriented: below 0.5 where the cell is low on the label; NaN where the label is on everywhere or nowhere. */
  readonly auroc: number;
}

/** A way to pair the characters with values. */
interface Pairing {
  readonly alignment: Alignment;
  /** For each character where its value lies; -1 where it has none. */
  readonly places: Int32Array;
  /** [characters + 1]: how many characters before each have a value. */
  readonly paired: Int32Array;
}

function pair(alignment: Alignment, characters: number, placeOf: (character: number) => number): Pairing {
  const places = Int32Array.from({ length: characters }, (_, t) => placeOf(t));
  const paired = new Int32Array(characters + 1);
  for (let t = 0; t < characters; t++) paired[t + 1] = paired[t]! + Number(places[t]! >= 0);
  return { alignment, places, paired };
}

/** [characters + 1]: the sum of the placements of one cell's values before each character. */
function sumPlacements(values: Uint8Array, { places }: Pairing, sums: Float64Array): void {
  const counts = new Uint32Array(BINS);
  for (let t = 0; t < places.length; t++) if (places[t]! >= 0) counts[values[places[t]!]!]!++;
  const placements = new Float64Array(BINS);
  let below = 0;
  for (let value = 0; value < BINS; value++) {
    placements[value] = below + counts[value]! / 2;
    below += counts[value]!;
  }
  for (let t = 0; t < places.length; t++) {
    sums[t + 1] = sums[t]! + (places[t]! >= 0 ? placements[values[places[t]!]!]! : 0);
  }
}

function areaOf(spans: readonly Span[], sums: Float64Array, paired: Int32Array): number {
  let [on, sum] = [0, 0];
  for (const { start, end } of spans) {
    on += paired[end]! - paired[start]!;
    sum += sums[end]! - sums[start]!;
  }
  // Among themselves, those that are on are above each other in half of all their pairs.
  return (sum - on ** 2 / 2) / (on * (paired.at(-1)! - on));
}

const strength = (area: number): number => Math.abs(area - 0.5);

/**
 * @param labels each 1 or 0 a character
 * @returns for each label all cells, in the order of rows, with the alignment under which they do better
 */
export function scoreByLabels({ bytes, characters, starts }: Outputs, labels: readonly Uint8Array[]): RankedCell[][] {
  const first = new Set(starts);
  const pairings = [
    pair('reading', characters, (t) => t),
    pair('predicting', characters, (t) => (first.has(t) ? -1 : t - 1)),
  ];
  const spans = labels.map((label) => runs(label));
  const scores: RankedCell[][] = labels.map(() => []);
  const sums = new Float64Array(characters + 1);
  for (let row = 0; row < bytes.length / characters; row++) {
    const values = bytes.subarray(row * characters, (row + 1) * characters);
    for (const pairing of pairings) {
      sumPlacements(values, pairing, sums);
      for (const [k, ofLabel] of spans.entries()) {
        const score = { row, alignment: pairing.alignment, auroc: areaOf(ofLabel, sums, pairing.paired) };
        const other = scores[k]![row];
        if (other === undefined || strength(score.auroc) > strength(other.auroc)) scores[k]![row] = score;
      }
    }
  }
  return scores;
}

/** The cells by how far they are from chance, the best first. */
export function rankScores(scores: readonly RankedCell[]): RankedCell[] {
  return scores.toSorted((a, b) => strength(b.auroc) - strength(a.auroc));
}

/** What the best of the cells reaches, oriented: at least 0.5. */
export function bestOf(scores: readonly RankedCell[]): number {
  return scores.reduce((most, { auroc }) => Math.max(most, 0.5 + strength(auroc)), 0.5);
}

/**
 * The label on other blocks of the text than its own, in the way in which the written hypotheses are tried: what it
 * has to do with the text is gone. The same shifts for every label. Blocks differ in length: where a label's only span has
 * fallen off the end of all of them, there is nothing to score, and that shift is left out.
 * @param starts the first characters of the blocks
 * @returns none where there are too few blocks to exchange
 */
export function shiftedLabels(label: Uint8Array, starts: readonly number[], shifts: number): Uint8Array[] {
  const stretches = starts.map((start, k) => ({ start, end: starts[k + 1] ?? label.length }));
  if (stretches.length < HELD_OUT_AT_LEAST) return [];
  const moved = drawShifts(stretches, mixedRandom(SEED), shifts).map((from) => {
    const shifted = new Uint8Array(label.length);
    for (const [k, { start, end }] of stretches.entries()) {
      const { start: first, end: last } = stretches[from[k]!]!;
      for (let t = start; t < end; t++) shifted[t] = label[first + ((t - start) % (last - first))]!;
    }
    return shifted;
  });
  return moved.filter((shifted) => shifted.includes(0) && shifted.includes(1));
}
