// What one cell's page needs: its passages, their signals, and what the numbers say of it.

import { DOMAINS, fromByte } from '../../base/bytes.ts';
import { seededRandom } from '../../base/random.ts';
import type { Domains } from '../../base/schemas.ts';
import type { Signal } from '../../base/signals.ts';
import { type Cell, FORMAT } from '../../contract/index.ts';
import type { Neighbour } from '../../evidence/neighbours.ts';
import type { Label } from '../../scoring/plan/labels.ts';
import type { Score } from '../../scoring/rank.ts';
import { choosePassages, type Judged, type Passage, type Sample } from './excerpts.ts';

/** Of the random passages. */
const PASSAGE_SEED = 7;

/** The held-out sample with the labels of all hypotheses over it. */
export interface HeldOutSample extends Sample {
  /** Position in the text of each of its characters. */
  readonly positions: Int32Array;
}

type Given = 'id' | 'layer' | 'unit' | 'explanation' | 'interpretable' | 'distances' | 'associations' | 'evidence';

export interface CellInput extends Readonly<Pick<Cell, Given>> {
  /** What a person, or the file that it comes from, calls it. */
  readonly name: string | undefined;
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
  const { signals, sample, labels } = context;
  const signal = score?.signal ?? 'h';
  const bytes = signalBytes(heldOut, signals, signal);
  const direction = score?.direction ?? 1;
  const oriented = mapped(bytes, new Float64Array(bytes.length), (byte) => direction * byte);
  const judged = score === undefined ? undefined : labels.get(score.hypothesis);
  if (score === undefined || judged?.kind !== 'binary') {
    return { signal: oriented, label: undefined, predicted: undefined };
  }
  const ahead = score.alignment === 'predicting' ? 1 : 0;
  const { values } = judged;
  const label = mapped(sample.positions, new Uint8Array(bytes.length), (position) => values[position + ahead] ?? 0);
  return { signal: oriented, label, predicted: score.threshold === null ? undefined : called };
}

/** Texts of all passages one after another, and the signals over them in one block. */
function gatherExcerpts(input: CellInput, { sample, signals }: CellContext, passages: readonly Passage[]) {
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
  const { name, scores, heldOut, called, generated, neighbours, ...given } = input;
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
    ...given,
    ...(name === undefined ? {} : { name }),
    signal,
    alignment: best?.alignment ?? 'reading',
    excerpts: entries,
    calls: countCalls(judged),
    characters,
    signals: [...signals],
    bytes: { path: `cells/${given.id}.bin`, bytes: bytes.length },
    scores: scores.map((score) => ({ ...score, ...(name === undefined ? {} : { name }) })),
    histogram: {
      signal,
      hypothesis: judged.label === undefined ? null : best!.hypothesis,
      low,
      high,
      ...histogramOf(shown, judged.label),
    },
    gates: gateUses(heldOut, signals),
    distances: input.distances,
    neighbours: neighbours.map(({ cell: other, correlation }) => ({ id: context.nameOf(other), correlation })),
  };
  return { cell, bytes };
}

// What is counted of a cell on the held-out sample: its values, how its gates spend their time, and how its threshold judges.

const HISTOGRAM_BINS = 32;
/** Two of them at each end are what counts as saturated. */
const GATE_BINS = 20;
/** A gate is saturated to the left below, to the right above: Karpathy, Johnson and Fei-Fei (2015). */
const SATURATED = { left: 0.1, right: 0.9 };

/** @param label of the sample's characters; undefined where none splits them, and all of them count as off */
export function histogramOf(bytes: Uint8Array, label: ArrayLike<number> | undefined): { on: number[]; off: number[] } {
  const on = new Array<number>(HISTOGRAM_BINS).fill(0);
  const off = new Array<number>(HISTOGRAM_BINS).fill(0);
  bytes.forEach((byte, t) => {
    const counts = label !== undefined && label[t]! > 0 ? on : off;
    counts[Math.floor((byte * HISTOGRAM_BINS) / 256)]! += 1;
  });
  return { on, off };
}

/** @param bytes of a gate, over [0, 1] */
export function gateUse(bytes: Uint8Array): NonNullable<Cell['gates']['i']> {
  let sum = 0;
  let left = 0;
  let right = 0;
  const bins = new Array<number>(GATE_BINS).fill(0);
  for (const byte of bytes) {
    const value = fromByte(byte, DOMAINS.i);
    sum += value;
    bins[Math.min(GATE_BINS - 1, Math.floor(value * GATE_BINS))]! += 1;
    if (value < SATURATED.left) left += 1;
    if (value > SATURATED.right) right += 1;
  }
  const count = bytes.length;
  return { mean: sum / count, leftSaturated: left / count, rightSaturated: right / count, bins };
}

/** How the training threshold judged the characters of the sample. */
export function countCalls({ label, predicted }: Judged): Cell['calls'] {
  if (label === undefined || predicted === undefined) return null;
  const calls = { called: 0, falseAlarms: 0, labelled: 0, missed: 0 };
  for (let t = 0; t < label.length; t++) {
    const [on, called] = [label[t]! > 0, predicted[t]! > 0];
    if (called) calls.called += 1;
    if (on) calls.labelled += 1;
    if (called && !on) calls.falseAlarms += 1;
    if (on && !called) calls.missed += 1;
  }
  return calls;
}
