// How the network goes on with each of the cells clamped that are worth it: where that changes most what comes next.

import { DOMAINS, fromByte, toByte } from '../../base/bytes.ts';
import type { CellPlace } from '../../base/cell-ids.ts';
import { createProgress } from '../../base/progress.ts';
import { symbolsOf } from '../../datasets/dataset.ts';
import { kindOf } from '../../datasets/kinds.ts';
import { signalName } from '../../lstm/names.ts';
import { packParameters, unpackParameters } from '../../lstm/packed.ts';
import { type Architecture, isForwardLstm } from '../../lstm/parameters.ts';
import { type NetworkState, stateFromOutputs, zeroState } from '../../lstm/state.ts';
import { labelOffset } from '../../scoring/plan/labels.ts';
import type { Score } from '../../scoring/rank.ts';
import { strength } from '../../statistics/strength.ts';
import { clampedStart } from '../../trace/clamped-start.ts';
import { pickStreams } from '../../trace/streams.ts';
import { type EvidenceContext, type EvidenceMeasure, scoresOf, signalOf } from '../context.ts';
import { type Clamp, Lanes, type Moment } from './lanes.ts';
import type { CellClamped } from './schema.ts';
import { type Start, startsOf } from './texts.ts';

/** Texts that are tried for each cell, and cells that remember that are clamped at most. */
const TEXTS = 16;
const MOST_REMEMBERING = 64;
/** As on the page where one types, so that a link to it shows the same. */
const SAMPLING = { seed: 1, temperature: 0.7, length: 220 } as const;
/** Characters whose probabilities are kept. */
const NEXT = 6;
/** Of its h on the held-out sample, how much lies beyond what a cell is clamped at, and to what that is rounded. */
const BEYOND = 0.01;
const ROUND = 0.05;
/** A level this far from 0 is one at which a cell says something. */
const AWAY = 0.25;

export const clamped: EvidenceMeasure<CellClamped> = {
  module: import.meta.url,

  applies({ network, labelled }) {
    if (network?.targets == null || !kindOf(labelled).ofCharacters) return false;
    const { outputs, outputActivation = 'softmax' } = network.card.architecture;
    return outputs > 0 && outputActivation === 'softmax' && isForwardLstm(network.card.architecture);
  },

  async measure(context) {
    const { cells, labelled, scores } = context;
    const texts = startsOf(labelled.texts, scores.positions, TEXTS);
    const worthIt = texts.length === 0 ? [] : cellsWorthIt(context);
    if (worthIt.length === 0) return { cells: cells.map(() => null) };
    const found = await goOn(context, texts, worthIt);
    return { cells: cells.map(({ id }) => found.get(id) ?? null) };
  },
};

/** The cells that remember most, and the best cell of each hypothesis. */
function cellsWorthIt(context: EvidenceContext): CellPlace[] {
  const all = context.scores.scores;
  const remembering = all.filter(({ remembers }) => remembers).sort((a, b) => (b.adds ?? 0) - (a.adds ?? 0));
  const most = [...new Set(remembering.map(({ cell }) => cell))].slice(0, MOST_REMEMBERING);
  const each = Map.groupBy(all, ({ hypothesis }) => hypothesis);
  const best = Array.from(each.values(), (ofOne) => ofOne.reduce((a, b) => (strength(b) > strength(a) ? b : a)).cell);
  const chosen = new Set([...most, ...best]);
  return context.cells.filter(({ id }) => chosen.has(id));
}

/**
 * The end of a cell's own range of h at which it is when the label of its best hypothesis is on, or large; the other end
 * where that one is hardly away from 0, which is what a cell passes on that is silent anyway.
 */
function levels({ labelled, scores, ...context }: EvidenceContext): (cell: number, score: Score) => number {
  const sample = context.heldOut();
  return (cell, { hypothesis, alignment }) => {
    const bytes = signalOf(sample, cell, 'h');
    const label = labelled.labels.find(({ id }) => id === hypothesis)!.values;
    const ahead = labelOffset(alignment);
    const values = Array.from(bytes, (byte) => fromByte(byte, DOMAINS.h));
    const mean = values.reduce((sum, value) => sum + value / values.length, 0);
    const covariance = scores.positions.reduce((sum, position, row) => {
      const on = Number(label[position + ahead] ?? Number.NaN);
      return Number.isNaN(on) ? sum : sum + on * (values[row]! - mean);
    }, 0);
    const rising = values.sort((a, b) => a - b);
    const [low, high] = [BEYOND, 1 - BEYOND].map((share) => {
      const level = rising[Math.round(share * (rising.length - 1))]!;
      return Number((Math.round(level / ROUND) * ROUND).toFixed(2));
    }) as [number, number];
    const [own, other] = covariance < 0 ? [low, high] : [high, low];
    return Math.abs(own) >= AWAY || Math.abs(own) >= Math.abs(other) ? own : other;
  };
}

interface Chosen {
  readonly place: CellPlace;
  readonly clamp: Clamp;
  /** Which text. */
  readonly text: number;
  readonly moment: Moment;
}

/** @returns what was found of each cell, by its id */
async function goOn(
  context: EvidenceContext,
  texts: readonly Start[],
  worthIt: readonly CellPlace[],
): Promise<Map<string, CellClamped>> {
  const { engine, network, cells, labelled } = context;
  const { card, parameters, inputs } = network!;
  const { architecture } = card;
  const symbols = symbolsOf(inputs);
  const ids = texts.map(({ start, end }) => Int32Array.from(symbols.slice(start, end)));
  const small = unpackParameters(architecture, packParameters(architecture, parameters));
  const progress = createProgress({ title: 'Clamping cells', total: 3, unit: 'readings' });
  const lanes = await Lanes.compile(engine, architecture, small);
  try {
    const free = await readFree(lanes, architecture, ids, worthIt);
    progress.advance(1);
    const levelOf = levels(context);
    const scores = scoresOf(context);
    const clamps = worthIt.map(({ id, layer, unit }) => {
      const index = cells.findIndex((cell) => cell.id === id);
      return { layer: layer - 1, unit, value: levelOf(index, scores.get(id)![0]!) };
    });
    const chosen = await mostChanged(lanes, ids, free, worthIt, clamps);
    progress.advance(1);
    const used = [...new Set(chosen.map(({ text }) => text))];
    const freeH = used.map(() => new Float32Array(SAMPLING.length * worthIt.length));
    const freely = await lanes.write(
      used.map((text) => ({ moment: free.ends[text]!, clamp: null })),
      SAMPLING,
      (lane, step, outputs, stream) => keepH(freeH[lane]!, step, worthIt, architecture.units, outputs, stream),
    );
    const held = await lanes.write(chosen, SAMPLING);
    progress.advance(1);
    const vocabulary = card.vocabulary!;
    const spell = (written: Iterable<number>): string => Array.from(written, (id) => vocabulary[id]!).join('');
    return new Map(
      chosen.map(({ place, clamp, text, moment }, k): [string, CellClamped] => {
        const { start, end } = texts[text]!;
        const lane = used.indexOf(text);
        const column = (rows: Float32Array): number[] =>
          Array.from({ length: rows.length / worthIt.length }, (_, t) => rows[t * worthIt.length + k]!);
        const h = [...column(free.h[text]!), ...column(freeH[lane]!)].map((value) => toByte(value, DOMAINS.h));
        return [
          place.id,
          {
            value: clamp.value,
            text: labelled.texts.slice(start, end).join(''),
            from: clampedStart(end - start),
            seed: SAMPLING.seed,
            temperature: SAMPLING.temperature,
            free: spell(freely[lane]!),
            held: spell(held[k]!),
            h: Buffer.from(h).toString('base64'),
            next: likeliest(free.ends[text]!.prediction, moment.prediction, vocabulary),
          },
        ];
      }),
    );
  } finally {
    await lanes.dispose();
    progress.finish();
  }
}

/** Copies h of the cells of interest at a step, [steps, cells]. */
function keepH(
  rows: Float32Array,
  step: number,
  worthIt: readonly CellPlace[],
  units: readonly number[],
  outputs: Readonly<Record<string, Float32Array>>,
  stream: number,
): void {
  worthIt.forEach(({ layer, unit }, k) => {
    rows[step * worthIt.length + k] = outputs[signalName(layer - 1, 'h')]![stream * units[layer - 1]! + unit]!;
  });
}

interface FreeReading {
  readonly ends: readonly Moment[];
  /** The state in which clamping begins. */
  readonly starts: readonly NetworkState[];
  /** h of the cells of interest, [steps, cells] of each text. */
  readonly h: readonly Float32Array[];
}

async function readFree(
  lanes: Lanes,
  architecture: Architecture,
  ids: readonly Int32Array[],
  worthIt: readonly CellPlace[],
): Promise<FreeReading> {
  const nothing = zeroState(architecture, 1);
  const starts = ids.map(() => nothing);
  const h = ids.map(({ length }) => new Float32Array(length * worthIt.length));
  const ends = await lanes.read(
    ids.map((text) => ({ start: nothing, clamp: null, ids: text })),
    (lane, step, outputs, stream) => {
      keepH(h[lane]!, step, worthIt, architecture.units, outputs, stream);
      if (step + 1 === clampedStart(ids[lane]!.length)) {
        starts[lane] = pickStreams(architecture, stateFromOutputs(architecture, outputs), [stream]);
      }
    },
  );
  return { ends, starts, h };
}

/**
 * For each cell the text after which clamping makes something likely that was not: the character for which q·ln(q/p), its
 * part of the Kullback–Leibler divergence of what is expected with the cell clamped, is largest.
 */
async function mostChanged(
  lanes: Lanes,
  ids: readonly Int32Array[],
  free: FreeReading,
  worthIt: readonly CellPlace[],
  clamps: readonly Clamp[],
): Promise<Chosen[]> {
  const tried = clamps.flatMap((clamp, cell) => ids.map((_, text) => ({ clamp, cell, text })));
  const ends = await lanes.read(
    tried.map(({ clamp, text }) => ({
      start: free.starts[text]!,
      clamp,
      ids: ids[text]!.subarray(clampedStart(ids[text]!.length)),
    })),
  );
  const gains = tried.map(({ text }, k) =>
    Math.max(...ends[k]!.prediction.map((value, id) => Math.exp(value) * (value - free.ends[text]!.prediction[id]!))),
  );
  return worthIt.map((place, cell) => {
    const own = tried.flatMap((one, k) => (one.cell === cell ? [k] : []));
    const best = own.reduce((a, b) => (gains[b]! > gains[a]! ? b : a));
    return { place, clamp: clamps[cell]!, text: tried[best]!.text, moment: ends[best]! };
  });
}

/** Decimals of a probability that are worth keeping. */
const DECIMALS = 4;

function likeliest(free: Float32Array, held: Float32Array, vocabulary: readonly string[]): CellClamped['next'] {
  const most = (id: number): number => Math.max(free[id]!, held[id]!);
  const probability = (value: number): number => Number(Math.exp(value).toFixed(DECIMALS));
  return Array.from(vocabulary.keys())
    .sort((a, b) => most(b) - most(a))
    .slice(0, NEXT)
    .map((id) => ({ character: vocabulary[id]!, free: probability(free[id]!), held: probability(held[id]!) }));
}
