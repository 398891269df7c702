// What one cell's page needs: its passages, their signals, and what the numbers say of it.
import type { Cell, Domains } from '../artifacts/schema.ts';
import { FORMAT } from '../artifacts/schema.ts';
import { seededRandom } from '../random.ts';
import type { Hypothesis } from '../scoring/hypotheses.ts';
import type { Score } from '../scoring/rank.ts';
import type { Signal } from '../signals.ts';
import { countCalls, gateUse, histogramOf } from './cell-counts.ts';
import type { Neighbour } from './neighbours.ts';
import { choosePassages, type Judged, type Passage, type Sample } from './passages.ts';

/** Of the random passages. */
const PASSAGE_SEED = 7;

/** The held-out sample with the labels of all hypotheses over it. */
export interface HeldOutSample extends Sample {
  /** Position in the text of each of its characters. */
  readonly positions: Int32Array;
}

export interface CellInput {
  readonly id: string;
  readonly layer: number;
  readonly unit: number;
  /** What a person, or the file that it comes from, calls it. */
  readonly name: string | undefined;
  readonly explanation: string;
  readonly interpretable: boolean;
  /** Best first. */
  readonly scores: readonly Score[];
  /** [signals][characters] of the held-out sample. */
  readonly heldOut: Uint8Array;
  /** [characters] of the held-out sample: 1 where the first score's threshold calls it on. */
  readonly called: Uint8Array;
  /** [signals][characters] of the generated text; undefined where there is none. */
  readonly generated: { readonly bytes: Uint8Array; readonly characters: readonly string[] } | undefined;
  readonly neighbours: readonly Neighbour[];
  readonly associations: Cell['associations'];
  readonly evidence: Cell['evidence'];
}

export interface CellContext {
  /** Those that there are. */
  readonly signals: readonly Signal[];
  readonly sample: HeldOutSample;
  readonly domains: Domains;
  readonly hypotheses: ReadonlyMap<string, Hypothesis>;
  readonly nameOf: (cell: number) => string;
}

function signalBytes(bytes: Uint8Array, signals: readonly Signal[], signal: Signal): Uint8Array {
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

/** The label that is paired with each character of the sample, and what the threshold makes of the signal. */
function judge({ heldOut, called }: CellInput, context: CellContext, score: Score | undefined): Judged {
  const { signals, sample, hypotheses } = context;
  const signal = score?.signal ?? 'h';
  const bytes = signalBytes(heldOut, signals, signal);
  const direction = score?.direction ?? 1;
  const oriented = mapped(bytes, new Float64Array(bytes.length), (byte) => direction * byte);
  const hypothesis = score === undefined ? undefined : hypotheses.get(score.heuristic);
  if (score === undefined || hypothesis?.kind !== 'binary') {
    return { signal: oriented, label: undefined, predicted: undefined };
  }
  const ahead = score.alignment === 'predicting' ? 1 : 0;
  const { values } = hypothesis;
  const label = mapped(sample.positions, new Uint8Array(bytes.length), (position) => values[position + ahead] ?? 0);
  return { signal: oriented, label, predicted: score.threshold === null ? undefined : called };
}

interface Excerpts {
  readonly entries: Cell['excerpts'];
  readonly bytes: Uint8Array;
  readonly characters: number;
}

/** Texts of all passages one after another, and the signals over them in one block. */
function gatherExcerpts(input: CellInput, { sample, signals }: CellContext, passages: readonly Passage[]): Excerpts {
  const { heldOut, generated } = input;
  const written = generated?.characters.length ?? 0;
  const total = passages.reduce((sum, { start, end }) => sum + end - start, 0) + written;
  const bytes = new Uint8Array(signals.length * total);
  const entries: Cell['excerpts'] = [];
  let offset = 0;
  const add = (entry: Omit<Cell['excerpts'][number], 'offset'>, length: number, from: Uint8Array, at: number) => {
    const width = from.length / signals.length;
    signals.forEach((_, s) => {
      bytes.set(from.subarray(s * width + at, s * width + at + length), s * total + offset);
    });
    entries.push({ ...entry, offset });
    offset += length;
  };
  for (const { start, end, ...passage } of passages) {
    const text = sample.characters.slice(start, end).join('');
    add({ ...passage, start: sample.positions[start]!, text }, end - start, heldOut, start);
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

/** @returns the artifact and the bytes of its side file */
export function cellArtifact(input: CellInput, context: CellContext): { cell: Cell; bytes: Uint8Array } {
  const { id, layer, unit, name, explanation, interpretable, scores, heldOut, neighbours } = input;
  const best = scores[0];
  const signal = best?.signal ?? 'h';
  const judged = judge(input, context, best);
  const passages = choosePassages(context.sample, judged, seededRandom(PASSAGE_SEED));
  const { entries, bytes, characters } = gatherExcerpts(input, context, passages);
  const { signals } = context;
  const shown = signalBytes(heldOut, signals, signal);
  const { low, high } = context.domains[signal];
  const cell: Cell = {
    format: FORMAT,
    id,
    layer,
    unit,
    ...(name === undefined ? {} : { name }),
    explanation,
    interpretable,
    signal,
    alignment: best?.alignment ?? 'reading',
    excerpts: entries,
    calls: countCalls(judged),
    characters,
    signals: [...signals],
    bytes: { path: `cells/${id}.bin`, bytes: bytes.length },
    scores: scores.map((score) => ({ ...score, ...(name === undefined ? {} : { name }) })),
    associations: input.associations,
    histogram: {
      signal,
      heuristic: judged.label === undefined ? null : best!.heuristic,
      low,
      high,
      ...histogramOf(shown, judged.label),
    },
    gates: gateUses(heldOut, signals),
    neighbours: neighbours.map(({ cell: other, correlation }) => ({ id: context.nameOf(other), correlation })),
    evidence: input.evidence,
  };
  return { cell, bytes };
}
