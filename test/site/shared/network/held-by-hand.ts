// The small network read number by number in float64, with cells overwritten from some step on, and going on by itself.
import { mixedRandom } from '../../../../pipeline/base/random.ts';
import {
  gateColumns,
  type LayerParameters,
  type Matrix,
  type Parameters,
} from '../../../../pipeline/lstm/parameters.ts';
import type { Hold } from '../../../../src/shared/network/stepper.ts';

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

function weigh({ columns, data }: Matrix, x: readonly number[], column: number): number {
  return x.reduce((sum, value, row) => sum + value * data[row * columns + column]!, 0);
}

interface State {
  h: number[];
  c: number[];
}

function next({ kernel, recurrentKernel, bias }: LayerParameters, x: readonly number[], { h, c }: State): State {
  const z = (gate: 'i' | 'f' | 'g' | 'o', unit: number): number => {
    const column = gateColumns(gate, h.length).from + unit;
    return weigh(kernel, x, column) + weigh(recurrentKernel, h, column) + bias.data[column]!;
  };
  const kept = c.map((value, unit) => sigmoid(z('f', unit)) * value + sigmoid(z('i', unit)) * Math.tanh(z('g', unit)));
  return { c: kept, h: kept.map((value, unit) => sigmoid(z('o', unit)) * Math.tanh(value)) };
}

/**
 * @param holds cells that are overwritten from the step `from` on, there already what the step before it left
 * @param length characters that are then drawn at the temperature from the seed
 * @returns the probabilities after the text, and what was drawn
 */
export function goOnByHand(
  { layers, dense }: Parameters,
  ids: readonly number[],
  { from, holds }: { from: number; holds: readonly Hold[] },
  { temperature, seed, length }: { temperature: number; seed: number; length: number },
): { after: number[]; written: number[] } {
  let states: State[] = layers.map(({ recurrentKernel: { rows } }) => ({
    h: new Array(rows).fill(0),
    c: new Array(rows).fill(0),
  }));
  const overwrite = (state: State, layer: number): State => {
    for (const hold of holds) if (hold.layer === layer) state.h[hold.unit] = hold.value;
    return state;
  };
  const [output] = dense;
  const read = (id: number, t: number): number[] => {
    if (t >= from) states = states.map(overwrite);
    let x = Array.from({ length: layers[0]!.kernel.rows }, (_, k) => Number(k === id));
    states = layers.map((layer, index) => {
      const state = next(layer, x, states[index]!);
      x = (t >= from ? overwrite(state, index) : state).h;
      return state;
    });
    const powers = Array.from(output!.bias.data, (bias, k) => Math.exp(weigh(output!.kernel, x, k) + bias));
    const sum = powers.reduce((a, b) => a + b, 0);
    return powers.map((power) => power / sum);
  };
  let probabilities: number[] = [];
  ids.forEach((id, t) => {
    probabilities = read(id, t);
  });
  const after = probabilities;
  const random = mixedRandom(seed);
  const written: number[] = [];
  for (let k = 0; k < length; k++) {
    const weights = probabilities.map((p) => p ** (1 / temperature));
    const draw = random.uniform() * weights.reduce((a, b) => a + b, 0);
    const upTo = (place: number): number => weights.slice(0, place + 1).reduce((a, b) => a + b, 0);
    written.push(weights.findIndex((_, place) => draw < upTo(place)));
    probabilities = read(written.at(-1)!, ids.length + k);
  }
  return { after, written };
}
