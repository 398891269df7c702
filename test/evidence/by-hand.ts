// A reading of the small network of test/trace, number by number, in which the h of a cell can be overwritten.
import { gateColumns, type LayerParameters, type Matrix, type Parameters } from '../../pipeline/lstm/parameters.ts';
import { ARCHITECTURE } from '../trace/networks.ts';

/** From which step on the h of a cell is overwritten, and with what; layer and unit from 0. */
export interface Overwritten {
  readonly from: number;
  readonly layer: number;
  readonly unit: number;
  /** A number, or one for the step after which h is that, −1 before the first. */
  readonly value: number | ((t: number) => number);
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** What comes of x through a kernel and its bias, in one column. */
function weigh({ columns, data }: Matrix, x: readonly number[], column: number): number {
  return x.reduce((sum, value, row) => sum + value * data[row * columns + column]!, 0);
}

interface State {
  h: number[];
  c: number[];
}

function step({ kernel, recurrentKernel, bias }: LayerParameters, x: readonly number[], state: State): State {
  const z = (gate: 'i' | 'f' | 'g' | 'o', unit: number) => {
    const column = gateColumns(gate, recurrentKernel.rows).from + unit;
    return weigh(kernel, x, column) + weigh(recurrentKernel, state.h, column) + bias.data[column]!;
  };
  const c = state.c.map(
    (before, unit) => sigmoid(z('f', unit)) * before + sigmoid(z('i', unit)) * Math.tanh(z('g', unit)),
  );
  return { c, h: c.map((value, unit) => sigmoid(z('o', unit)) * Math.tanh(value)) };
}

/** @returns the loss at each position, and of every step each layer's h */
export function readByHand({ layers, dense }: Parameters, ids: Int32Array, overwritten?: Overwritten) {
  let states: State[] = ARCHITECTURE.units.map((units) => ({
    h: new Array(units).fill(0),
    c: new Array(units).fill(0),
  }));
  const [output] = dense;
  const losses: number[] = [Number.NaN];
  const h: number[][][] = [];
  const overwrite = (layer: number, state: State, t: number) => {
    if (layer !== overwritten?.layer) return state;
    const { unit, value } = overwritten;
    state.h[unit] = typeof value === 'number' ? value : value(t);
    return state;
  };
  ids.forEach((id, t) => {
    if (t === overwritten?.from) states = states.map((state, layer) => overwrite(layer, state, t - 1));
    let x = Array.from({ length: ARCHITECTURE.inputs }, (_, k) => Number(k === id));
    states = layers.map((layer, index) => {
      const next = step(layer, x, states[index]!);
      if (overwritten !== undefined && t >= overwritten.from) overwrite(index, next, t);
      x = next.h;
      return next;
    });
    h.push(states.map((state) => [...state.h]));
    const logits = Array.from(output!.bias.data, (bias, k) => weigh(output!.kernel, x, k) + bias);
    const normaliser = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
    losses.push(normaliser - logits[ids[t + 1]!]!);
  });
  return { losses, h };
}
