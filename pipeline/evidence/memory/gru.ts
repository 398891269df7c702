// How far back a stack of GRU layers looks, by the measures that there are for LSTM layers: gradient × input by lag, what is
// lost with everything older cut off, and the half-life of h, of which the share z is kept at each step.
import { InputError } from '../../base/errors.ts';
import { evenlySpaced } from '../../base/lists.ts';
import type { Engine } from '../../engines/engine.ts';
import type { CellFunctions } from '../../lstm/cell.ts';
import { type GruParameters, type GruShape, gruComputation, gruValues } from '../../lstm/gru.ts';
import { gruInfluenceComputation, inStack, stackValues } from '../../lstm/gru-influence.ts';
import { type LayerHalfLives, layerHalfLives, SEGMENTS } from '../half-life/half-life.ts';
import { estimate } from '../sample.ts';
import type { ContextPoint } from './context.ts';
import type { Influence } from './influence.ts';

export interface GruLayer extends CellFunctions {
  readonly parameters: GruParameters;
}

export interface GruStack {
  readonly engine: Engine;
  /** Of which each reads the one before it, forwards. */
  readonly layers: readonly GruLayer[];
  /** What the first one reads, [steps, inputs]. */
  readonly rows: Float32Array;
}

/** A cell, layer and unit from 0; the sum of all h of the last layer where left out. */
export type GruTarget = { readonly layer: number; readonly unit: number } | undefined;

/** Positions that are averaged over, at most; and how many are explained at once. */
const POSITIONS = 256;
const STREAMS = 32;
/** Steps of a window of the whole reading. */
const STEPS = 32;

const shapeOf = ({ parameters, cellActivation, recurrentActivation }: GruLayer): GruShape => ({
  inputs: parameters.kernel.rows,
  units: parameters.recurrentKernel.rows,
  resetsAfter: parameters.recurrentBias !== undefined,
  cellActivation,
  recurrentActivation,
});

/** One layer's reading: z and h of every step, [steps, units]. */
interface LayerReading {
  readonly z: Float32Array;
  readonly h: Float32Array;
}

/** Reads everything, layer by layer. @throws InputError a sequence that is not longer than the largest lag */
export async function readGruStack({ engine, layers, rows }: GruStack, lags: number): Promise<LayerReading[]> {
  const steps = rows.length / layers[0]!.parameters.kernel.rows;
  if (steps <= lags) {
    const what = `There are ${steps} steps to read, too few for a lag of ${lags}.`;
    throw new InputError(what, {}, 'Give more to read, or ask for smaller lags.');
  }
  const readings: LayerReading[] = [];
  let below = rows;
  for (const layer of layers) {
    const { inputs, units } = shapeOf(layer);
    const reading = { z: new Float32Array(steps * units), h: new Float32Array(steps * units) };
    let h0: Float32Array = new Float32Array(units);
    for (let start = 0; start < steps; ) {
      const count = steps - start >= STEPS ? STEPS : steps - start;
      const program = await engine.compile(
        gruComputation(shapeOf(layer), { steps: count, streams: 1 }),
        gruValues(layer.parameters),
      );
      try {
        for (; steps - start >= count; start += count) {
          const values = below.slice(start * inputs, (start + count) * inputs);
          const found = await program.run({ values, h0 });
          reading.z.set(found.z!, start * units);
          reading.h.set(found.h!, start * units);
          h0 = found.hT!;
        }
      } finally {
        await program.dispose();
      }
    }
    readings.push(reading);
    below = reading.h;
  }
  return readings;
}

/** Rows of several windows side by side, time-major. @param starts one a stream; rows before the first are zeros */
function windowsOf(rows: Float32Array, width: number, starts: readonly number[], steps: number): Float32Array {
  const values = new Float32Array(steps * starts.length * width);
  starts.forEach((start, b) => {
    for (let t = 0; t < steps; t++) {
      const row = rows.subarray((start + t) * width, (start + t + 1) * width);
      values.set(row, (t * starts.length + b) * width);
    }
  });
  return values;
}

/** h before each start, [streams, units]. */
function before(h: Float32Array, units: number, starts: readonly number[]): Float32Array {
  const states = new Float32Array(starts.length * units);
  starts.forEach((start, b) => {
    if (start > 0) states.set(h.subarray((start - 1) * units, start * units), b * units);
  });
  return states;
}

/** For every lag from 0 the mean of |x·∂s/∂x| on a cell's h, or on the sum of the last layer's. */
export async function gruInfluence(
  { engine, layers, rows }: GruStack,
  readings: readonly LayerReading[],
  lags: number,
  target: GruTarget,
): Promise<Influence[]> {
  const stack = target === undefined ? layers : layers.slice(0, target.layer + 1);
  const shapes = stack.map(shapeOf);
  const { inputs } = shapes[0]!;
  const steps = rows.length / inputs;
  const starts = evenlySpaced(
    Array.from({ length: steps - lags }, (_, start) => start),
    POSITIONS,
  );
  const streams = Math.min(STREAMS, starts.length);
  const computation = gruInfluenceComputation(shapes, { steps: lags + 1, streams });
  const program = await engine.compile(computation, stackValues(stack.map(({ parameters }) => parameters)));
  const { units } = shapes.at(-1)!;
  const weights = Float32Array.from({ length: streams * units }, (_, k) =>
    target === undefined || k % units === target.unit ? 1 : 0,
  );
  const found = Array.from({ length: lags + 1 }, () => new Float64Array(starts.length));
  try {
    for (let first = 0; first < starts.length; first += streams) {
      const places = Array.from({ length: streams }, (_, b) => Math.min(first + b, starts.length - 1));
      const own = places.map((place) => starts[place]!);
      const states = shapes.map((shape, layer): [string, Float32Array] => [
        inStack(layer, 'h0'),
        before(readings[layer]!.h, shape.units, own),
      ]);
      const values = windowsOf(rows, inputs, own, lags + 1);
      const { influence } = await program.run({ ...Object.fromEntries(states), values, weights });
      places.forEach((place, b) => {
        for (let lag = 0; lag <= lags; lag++) {
          found[lag]![place] = Math.abs(influence![(lags - lag) * streams + b]!);
        }
      });
    }
  } finally {
    await program.dispose();
  }
  return found.map((values, lag) => ({ lag, ...estimate(values) }));
}

/**
 * The mean squared difference of the last layer's h from what it is with everything known, for each number of known steps
 * from 1 to one more than the lags; and last of all, zero, with everything known.
 */
export async function gruContext(
  { engine, layers, rows }: GruStack,
  readings: readonly LayerReading[],
  lags: number,
): Promise<ContextPoint[]> {
  const shapes = layers.map(shapeOf);
  const { inputs } = shapes[0]!;
  const { units } = shapes.at(-1)!;
  const steps = rows.length / inputs;
  const all = Array.from({ length: steps + 1 }, (_, end) => end).filter((end) => end > lags);
  const ends = evenlySpaced(all, POSITIONS);
  if (ends.length < 2) return [];
  const known = readings.at(-1)!.h;
  const points: ContextPoint[] = [];
  for (let count = 1; count <= lags + 1; count++) {
    const starts = ends.map((end) => end - count);
    let values = windowsOf(rows, inputs, starts, count);
    let last: Float32Array = new Float32Array();
    for (const [layer, shape] of shapes.entries()) {
      const window = { steps: count, streams: ends.length };
      const program = await engine.compile(gruComputation(shape, window), gruValues(layers[layer]!.parameters));
      const found = await program.run({ values, h0: new Float32Array(ends.length * shape.units) });
      await program.dispose();
      values = found.h!;
      last = found.hT!;
    }
    const losses = ends.map((end, b) => {
      let squares = 0;
      for (let k = 0; k < units; k++) squares += (last[b * units + k]! - known[(end - 1) * units + k]!) ** 2;
      return squares / units;
    });
    points.push({ known: count, ...estimate(losses) });
  }
  return [...points, { known: null, ...estimate(ends.map(() => 0)) }];
}

/** How long each cell keeps half of its h, by the share z that is kept at each step: ln ½ over the mean of ln z. */
export function gruHalfLives(layers: readonly GruLayer[], readings: readonly LayerReading[]): LayerHalfLives[] {
  return readings.map(({ z }, layer) => {
    const { units } = shapeOf(layers[layer]!);
    const steps = z.length / units;
    const segments = Math.min(SEGMENTS, steps);
    const counts = new Float64Array(segments);
    const sums = new Float64Array(segments * units);
    for (let step = 0; step < steps; step++) {
      const segment = Math.floor((step * segments) / steps);
      counts[segment]! += 1;
      for (let unit = 0; unit < units; unit++) sums[segment * units + unit]! += Math.log(z[step * units + unit]!);
    }
    return layerHalfLives(sums, counts, units);
  });
}
