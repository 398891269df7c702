// How long each cell keeps what it holds. With c' = f∘c + i∘g the share of c that is left after some steps is the
// product of their forget gates, exp Σ ln f. So it is halved after ln ½ / mean(ln f) steps, on the geometric average
// (the time constants −1 / ln f of Mahto, Vo, Turek and Huth 2021, times ln 2).
import { signalName } from '../../lstm/names.ts';
import { forEachStep, type Observer } from '../../trace/observers.ts';
import { observe, type Reader } from '../reading.ts';
import { estimate, requireForwards } from '../sample.ts';

export interface HalfLife {
  /** From 0. */
  readonly unit: number;
  /** Steps after which half of c is left; infinite for a cell that never forgets, 0 for one that at some step forgets all. */
  readonly steps: number;
  /** 95%, over segments of the sequence. */
  readonly interval: readonly [low: number, high: number];
}

export interface LayerHalfLives {
  readonly cells: readonly HalfLife[];
  /** Of the cells' half-lives. */
  readonly lowerQuartile: number;
  readonly median: number;
  readonly upperQuartile: number;
}

/** Segments that the intervals are over: long ones, for neighbouring steps are no independent evidence. */
export const SEGMENTS = 40;

/** The half-life that belongs to a mean of ln f. */
const halfLife = (meanLogarithm: number) => (meanLogarithm >= 0 ? Number.POSITIVE_INFINITY : -Math.LN2 / meanLogarithm);

/**
 * The half-lives of each layer, when the reading is over.
 * @param counted positions of the steps that count, rising; all of them where left out
 */
export function observeForgetting(
  { architecture, sequence }: Reader,
  counted?: ArrayLike<number>,
): Observer & { halfLives(): LayerHalfLives[] } {
  const steps = counted?.length ?? sequence.length;
  const segments = Math.min(SEGMENTS, steps);
  const rankOf = counted === undefined ? undefined : ranks(counted, sequence.length);
  const segmentOf = (position: number) => {
    const rank = rankOf === undefined ? position : rankOf[position]!;
    return rank < 0 ? -1 : Math.floor((rank * segments) / steps);
  };
  const counts = new Float64Array(segments);
  /** Of each layer Σ ln f, [segments, units] */
  const sums = architecture.units.map((units) => new Float64Array(segments * units));
  return {
    begin() {
      counts.fill(0);
      for (const sum of sums) sum.fill(0);
    },
    window(window) {
      forEachStep(window, (position, row) => {
        const segment = segmentOf(position);
        if (segment < 0) return;
        counts[segment]! += 1;
        architecture.units.forEach((units, layer) => {
          const f = window.outputs[signalName(layer, 'f')]!;
          const to = sums[layer]!;
          for (let unit = 0; unit < units; unit++) to[segment * units + unit]! += Math.log(f[row * units + unit]!);
        });
      });
    },
    halfLives: () => sums.map((sum, layer) => layerHalfLives(sum, counts, architecture.units[layer]!)),
  };
}

/** For each position of a sequence its place among those that count, or −1. */
function ranks(counted: ArrayLike<number>, length: number): Int32Array {
  const places = new Int32Array(length).fill(-1);
  for (let rank = 0; rank < counted.length; rank++) places[counted[rank]!] = rank;
  return places;
}

/**
 * The half-lives of each layer's cells, in a reading for them alone.
 * @param counted positions of the steps that count, rising; all of them where left out
 * @throws {InputError} for a network that reads backwards too
 */
export async function halfLives(reader: Reader, counted?: ArrayLike<number>): Promise<LayerHalfLives[]> {
  requireForwards(reader.architecture);
  const observer = observeForgetting(reader, counted);
  await observe(reader, [observer]);
  return observer.halfLives();
}

/** @param sums of each segment Σ ln of the share that is kept, [segments, units]; @param counts steps of each segment */
export function layerHalfLives(sums: Float64Array, counts: Float64Array, units: number): LayerHalfLives {
  const steps = counts.reduce((sum, count) => sum + count, 0);
  const cells = Array.from({ length: units }, (_, unit): HalfLife => {
    const own = Float64Array.from(counts, (_, segment) => sums[segment * units + unit]!);
    const mean = own.reduce((sum, value) => sum + value, 0) / steps;
    if (mean === Number.NEGATIVE_INFINITY) return { unit, steps: 0, interval: [0, 0] };
    const [low, high] = estimate(own.map((sum, segment) => sum / counts[segment]!)).interval;
    const half = (high - low) / 2;
    return { unit, steps: halfLife(mean), interval: [halfLife(mean - half), halfLife(mean + half)] };
  });
  const sorted = cells.map(({ steps }) => steps).sort((a, b) => a - b);
  return {
    cells,
    lowerQuartile: quantile(sorted, 0.25),
    median: quantile(sorted, 0.5),
    upperQuartile: quantile(sorted, 0.75),
  };
}

/** Between the two values that are nearest, in proportion (definition 7 of Hyndman and Fan 1996). */
function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const low = sorted[Math.floor(place)]!;
  const high = sorted[Math.ceil(place)]!;
  return low === high ? low : low + (high - low) * (place % 1);
}

// After how many steps a cell has lost half of what it held at some step: where the product of its forget gates since then
// has come down to ½. Unlike the half-life on the geometric average, it separates a cell that keeps everything until it is
// emptied at a stroke from one that always fades.

export interface Halving {
  /** Steps, over all starts; null where more than half of them are not halved within the horizon. */
  readonly median: number | null;
  readonly lowerQuartile: number | null;
  readonly upperQuartile: number | null;
}

/**
 * @param runs forget gates of one cell, each over consecutive steps; every step is a start from which `horizon` more
 *   follow in its run
 * @param horizon how many steps are waited for
 * @returns null where no run is long enough
 */
export function halving(runs: readonly ArrayLike<number>[], horizon: number): Halving | null {
  /** How many starts are halved after so many steps. */
  const counts = new Uint32Array(horizon + 1);
  let starts = 0;
  for (const gates of runs) {
    const lost = lossesOf(gates);
    let end = 0;
    for (let start = 0; start + horizon < gates.length; start++) {
      starts += 1;
      end = Math.max(end, start);
      while (end < start + horizon && lost[end]! - lost[start]! < Math.LN2) end++;
      if (lost[end]! - lost[start]! >= Math.LN2) counts[end - start]! += 1;
    }
  }
  if (starts === 0) return null;
  const after = (share: number): number | null => {
    let halved = 0;
    for (let steps = 0; steps <= horizon; steps++) {
      halved += counts[steps]!;
      if (halved >= share * starts) return steps;
    }
    return null;
  };
  return { lowerQuartile: after(0.25), median: after(0.5), upperQuartile: after(0.75) };
}

/** −Σ ln f over all steps up to each, that one included; what is held at a step is first faded by the next one's gate. */
function lossesOf(gates: ArrayLike<number>): Float64Array {
  const lost = new Float64Array(gates.length);
  for (let step = 1; step < gates.length; step++) {
    // A gate that is quite shut leaves nothing, however much was lost before: no infinities, which have no difference.
    lost[step] = lost[step - 1]! - Math.max(LEAST_LOGARITHM, Math.log(gates[step]!));
  }
  return lost;
}

/** Far below ln ½, and above the logarithm of zero. */
const LEAST_LOGARITHM = -100;

// The forget gates of all cells at some steps of a sequence, kept from a reading of all of it.

/**
 * @param positions of the steps to keep, rising
 * @returns what gives the gates of one cell at the positions, in their order, when the reading is over; layers from 0
 */
export function observeForgetGates(
  { architecture, sequence }: Pick<Reader, 'architecture' | 'sequence'>,
  positions: ArrayLike<number>,
): Observer & { gates(layer: number, unit: number): Float32Array } {
  const width = positions.length;
  const rowOf = ranks(positions, sequence.length);
  /** Of each layer [units, positions] */
  const kept = architecture.units.map((units) => new Float32Array(units * width));
  return {
    // A step that is read again takes the place of what was read before.
    begin() {},
    window(window) {
      forEachStep(window, (position, row) => {
        const to = rowOf[position]!;
        if (to < 0) return;
        architecture.units.forEach((units, layer) => {
          const f = window.outputs[signalName(layer, 'f')]!;
          for (let unit = 0; unit < units; unit++) kept[layer]![unit * width + to] = f[row * units + unit]!;
        });
      });
    },
    gates: (layer, unit) => kept[layer]!.subarray(unit * width, (unit + 1) * width),
  };
}
