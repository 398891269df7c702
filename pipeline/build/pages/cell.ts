// What one cell's page needs: its passages, their signals, and what the numbers say of it.

import { domainOf } from '../../base/bytes.ts';
import { foldValues } from '../../base/excerpt-values.ts';
import { seededRandom } from '../../base/random.ts';
import type { Domains } from '../../base/schemas.ts';
import type { Signal } from '../../base/signals.ts';
import { type Cell, FORMAT } from '../../contract/index.ts';
import type { Neighbour } from '../../evidence/neighbours.ts';
import { deflated } from '../../files/compressed.ts';
import { type Label, labelOffset } from '../../scoring/plan/labels.ts';
import type { Score } from '../../scoring/rank.ts';
import { countCalls, gateUse, histogramOf } from './counts.ts';
import { choosePassages, type Judged, type Passage, type Sample } from './excerpts.ts';
import { opensWith, type Shown } from './opening.ts';
import { type Drawn, type Widths, widened } from './widths.ts';

/** Of the random passages. */
const PASSAGE_SEED = 7;

/** The held-out sample with the labels of all hypotheses over it. */
export interface HeldOutSample extends Sample {
  /** Position in the text of each of its steps. */
  readonly positions: Int32Array;
  /** How its steps are drawn as characters; null where each is drawn as one. */
  readonly drawn: Drawn | null;
}

type Given =
  | 'id'
  | 'layer'
  | 'unit'
  | 'explanation'
  | 'heading'
  | 'interpretable'
  | 'distances'
  | 'associations'
  | 'evidence';

export interface CellInput extends Readonly<Pick<Cell, Given>> {
  /** What a person, or the file that it comes from, calls it. */
  readonly name: string | undefined;
  /** The signal that a person's note is about. */
  readonly noted: Signal | undefined;
  /** Best first. */
  readonly scores: readonly Score[];
  /** [signals][characters] of the held-out sample. */
  readonly heldOut: Uint8Array;
  /** [characters] of the held-out sample: 1 where the first score's threshold calls it on. */
  readonly called: Uint8Array;
  /** [signals][characters] of the generated text; undefined where there is none. */
  readonly generated: { readonly bytes: Uint8Array; readonly characters: readonly string[] } | undefined;
  readonly neighbours: readonly Neighbour[];
}

export interface CellContext {
  /** Those that there are. */
  readonly signals: readonly Signal[];
  readonly sample: HeldOutSample;
  readonly domains: Domains;
  readonly labels: ReadonlyMap<string, Label>;
  readonly nameOf: (cell: number) => string;
}

/** Of one signal, out of the bytes of all of them. */
export function signalBytes(bytes: Uint8Array, signals: readonly Signal[], signal: Signal): Uint8Array {
  const length = bytes.length / signals.length;
  const at = signals.indexOf(signal) * length;
  return bytes.subarray(at, at + length);
}

/** `map` over `from`, written into `into`: several times as fast as `from` of a typed array with a callback. */
function mapped<A extends Uint8Array | Float64Array>(
  from: ArrayLike<number>,
  into: A,
  map: (value: number) => number,
): A {
  for (let index = 0; index < into.length; index++) into[index] = map(from[index]!);
  return into;
}

/** A signal of the sample, the label that is paired with it, and what the first score's threshold calls on. */
function judge({ heldOut, called }: CellInput, context: CellContext, shown: Shown, score: Score | undefined): Judged {
  const { signals, sample, labels } = context;
  const bytes = signalBytes(heldOut, signals, shown.signal);
  const oriented = mapped(bytes, new Float64Array(bytes.length), (byte) => shown.direction * byte);
  const judged = score === undefined ? undefined : labels.get(score.hypothesis);
  if (score === undefined || judged?.kind !== 'binary') {
    return { signal: oriented, label: undefined, predicted: undefined };
  }
  const ahead = labelOffset(shown.alignment);
  const { values } = judged;
  const label = mapped(sample.positions, new Uint8Array(bytes.length), (position) => values[position + ahead] ?? 0);
  return { signal: oriented, label, predicted: score.threshold === null ? undefined : called };
}

/** Texts of all passages one after another, and the signals over them in one block. */
function gatherExcerpts(input: CellInput, { sample, signals }: CellContext, passages: readonly Passage[]) {
  const { heldOut, generated } = input;
  const { drawn } = sample;
  const written = generated?.characters.length ?? 0;
  const width = (from: number, to: number): number =>
    drawn === null ? to - from : drawn.widths.slice(from, to).reduce((sum, one) => sum + one, 0);
  const total = passages.reduce((sum, { start, end }) => sum + width(start, end), 0) + written;
  const bytes = new Uint8Array(signals.length * total);
  const entries: Cell['excerpts'] = [];
  let offset = 0;
  const add = (
    entry: Omit<Cell['excerpts'][number], 'offset'>,
    length: number,
    from: Uint8Array,
    at: number,
    widths: Widths | null = null,
  ) => {
    const steps = from.length / signals.length;
    const taken = widths?.reduce((sum, one) => sum + one, 0) ?? length;
    signals.forEach((_, s) => {
      const own = from.subarray(s * steps + at, s * steps + at + length);
      bytes.set(widened(own, widths), s * total + offset);
    });
    entries.push({ ...entry, offset });
    offset += taken;
  };
  for (const { start, end, peak, ...passage } of passages) {
    const text = sample.characters.slice(start, end).join('');
    if (drawn === null) {
      const peaked = peak === undefined ? {} : { peak };
      add({ ...passage, ...peaked, start: sample.positions[start]!, text }, end - start, heldOut, start);
      continue;
    }
    const widths = drawn.widths.slice(start, end);
    const tokens = { first: sample.positions[start]!, lengths: widths };
    const peaked = peak === undefined ? {} : { peak: width(start, start + peak) };
    add({ ...passage, ...peaked, start: drawn.places[start]!, text, tokens }, end - start, heldOut, start, widths);
  }
  if (generated !== undefined) {
    add({ kind: 'generated', start: null, text: generated.characters.join('') }, written, generated.bytes, 0);
  }
  return { entries, bytes, characters: total };
}

function gateUses(heldOut: Uint8Array, signals: readonly Signal[]): Cell['gates'] {
  const gates = (['i', 'f', 'o'] as const).filter((gate) => signals.includes(gate));
  return Object.fromEntries(gates.map((gate) => [gate, gateUse(signalBytes(heldOut, signals, gate))]));
}

export function cellArtifact(input: CellInput, context: CellContext): Cell {
  const { name, noted, scores, heldOut, called, generated, neighbours, ...given } = input;
  const { signals } = context;
  const best = scores[0];
  const shown = opensWith(best, noted, input.associations, signals);
  const { signal } = shown;
  // The colour of a token is what the cell is when it has been read, whichever label that is paired with.
  const alignment = context.sample.drawn === null ? shown.alignment : 'reading';
  const judged = judge(input, context, shown, best);
  // Whatever the page shows, mistakes are those of the signal that was scored.
  const tested = judge(input, context, best ?? shown, best);
  const passages = choosePassages(context.sample, judged, seededRandom(PASSAGE_SEED), tested);
  const { entries, bytes, characters } = gatherExcerpts(input, context, passages);
  const { low, high } = domainOf(context.domains, signal);
  return {
    format: FORMAT,
    ...given,
    ...(name === undefined ? {} : { name }),
    signal,
    alignment,
    excerpts: entries,
    calls: countCalls(tested),
    characters,
    signals: [...signals],
    values: deflated(foldValues(bytes, signals, entries)).toString('base64'),
    scores: scores.map((score) => ({ ...score, ...(name === undefined ? {} : { name }) })),
    histogram: {
      signal,
      hypothesis: judged.label === undefined ? null : best!.hypothesis,
      low,
      high,
      ...histogramOf(signalBytes(heldOut, signals, signal), judged.label),
    },
    gates: gateUses(heldOut, signals),
    distances: input.distances,
    neighbours: neighbours.map(({ cell: other, correlation }) => ({ id: context.nameOf(other), correlation })),
  };
}
