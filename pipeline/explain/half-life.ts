// How long each cell keeps what it holds. With c' = f∘c + i∘g the share of c that is left after some steps is the
// product of their forget gates, exp Σ ln f. So it is halved after ln ½ / mean(ln f) steps, on the geometric average
// (the time constants −1 / ln f of Mahto, Vo, Turek and Huth 2021, times ln 2).
import { signalName } from '../lstm/names.ts';
import { forEachStep, type Observer, observe, type Subject } from './reading.ts';
import { estimate, requireForwards } from './sample.ts';

export interface HalfLife {
  /** From 0. */
  readonly unit: number;
  /** Steps after which half of c is left; infinite for a cell that never forgets, 0 for one that at some step forgets all. */
  readonly steps: number;
  /** 95%, over stretches of the sequence. */
  readonly interval: readonly [low: number, high: number];
}

export interface LayerHalfLives {
  readonly cells: readonly HalfLife[];
  /** Of the cells' half-lives. */
  readonly lowerQuartile: number;
  readonly median: number;
  readonly upperQuartile: number;
}

/**
 * Stretches of the sequence that the intervals are over: long ones, for neighbouring steps are no independent evidence.
 */
const STRETCHES = 40;

/** The half-life that belongs to a mean of ln f. */
const halfLife = (meanLogarithm: number) => (meanLogarithm >= 0 ? Number.POSITIVE_INFINITY : -Math.LN2 / meanLogarithm);

export interface ForgettingObserver extends Observer {
  /** A layer each, when the reading is over. */
  halfLives(): LayerHalfLives[];
}

/** @param counted positions of the steps that count, rising; all of them where left out */
export function observeForgetting(
  { architecture, sequence }: Subject,
  counted?: ArrayLike<number>,
): ForgettingObserver {
  const steps = counted?.length ?? sequence.length;
  const stretches = Math.min(STRETCHES, steps);
  const rankOf = counted === undefined ? undefined : ranks(counted, sequence.length);
  const stretchOf = (position: number) => {
    const rank = rankOf === undefined ? position : rankOf[position]!;
    return rank < 0 ? -1 : Math.floor((rank * stretches) / steps);
  };
  const counts = new Float64Array(stretches);
  /** Of each layer Σ ln f, [stretches, units] */
  const sums = architecture.units.map((units) => new Float64Array(stretches * units));
  return {
    begin() {
      counts.fill(0);
      for (const sum of sums) sum.fill(0);
    },
    window(window) {
      forEachStep(window, (position, row) => {
        const stretch = stretchOf(position);
        if (stretch < 0) return;
        counts[stretch]! += 1;
        architecture.units.forEach((units, layer) => {
          const f = window.outputs[signalName(layer, 'f')]!;
          const to = sums[layer]!;
          for (let unit = 0; unit < units; unit++) to[stretch * units + unit]! += Math.log(f[row * units + unit]!);
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
export async function halfLives(subject: Subject, counted?: ArrayLike<number>): Promise<LayerHalfLives[]> {
  requireForwards(subject.architecture);
  const observer = observeForgetting(subject, counted);
  await observe(subject, [observer]);
  return observer.halfLives();
}

function layerHalfLives(sums: Float64Array, counts: Float64Array, units: number): LayerHalfLives {
  const steps = counts.reduce((sum, count) => sum + count, 0);
  const cells = Array.from({ length: units }, (_, unit): HalfLife => {
    const own = Float64Array.from(counts, (_, stretch) => sums[stretch * units + unit]!);
    const mean = own.reduce((sum, value) => sum + value, 0) / steps;
    if (mean === Number.NEGATIVE_INFINITY) return { unit, steps: 0, interval: [0, 0] };
    const [low, high] = estimate(own.map((sum, stretch) => sum / counts[stretch]!)).interval;
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
