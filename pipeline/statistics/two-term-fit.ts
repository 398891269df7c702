// A regression on two numbers, logistic for a label of 0 or 1 and linear for a real one: η = a + b·z + c·x, by Newton's method
// with steps that are halved while they overshoot. It is fitted tens of thousands of times, so its loops are a kernel.
import { instantiate, reserve } from './kernels.ts';

export interface TwoTermRows {
  readonly kind: 'binary' | 'real';
  /** 0 or 1, or any number of a real label, [rows]. */
  readonly label: Float64Array;
  readonly z: ArrayLike<number>;
  /** Null where there is no second term, and c stays 0. */
  readonly x: ArrayLike<number> | null;
}

export type Fit = readonly [a: number, b: number, c: number];

interface Derivatives {
  readonly deviance: number;
  /** Sums of residuals, and of these times z and x. */
  readonly gradient: Fit;
  /** Sums of weights times 1, z, z², x, z·x, x². */
  readonly curvature: readonly [aa: number, ab: number, bb: number, ac: number, bc: number, cc: number];
}

const NEWTON_STEPS = 25;
/** The share of the deviance that the last step takes away, at most. */
const SETTLED = 1e-4;
const RIDGE = 1e-10;

/** Maximum likelihood. @param start where the first step is taken from */
export function fitTwoTerms(rows: TwoTermRows, start: Fit): Fit {
  const loaded = load(rows);
  let found = start;
  let step: Fit = [0, 0, 0];
  let least = Number.POSITIVE_INFINITY;
  for (let k = 0; k < NEWTON_STEPS; k++) {
    const { deviance, gradient, curvature } = loaded.derivatives(found);
    let settled = false;
    if (deviance <= least) {
      least = deviance;
      step = solve(gradient, curvature);
      if (!step.every(Number.isFinite)) break; // what is parted without a fault has no finite fit
      // What the step takes away where the deviance is a parabola, as it all but is near the end.
      settled = gradient[0] * step[0] + gradient[1] * step[1] + gradient[2] * step[2] <= SETTLED * deviance;
    } else {
      found = [found[0] - step[0], found[1] - step[1], found[2] - step[2]];
      step = [step[0] / 2, step[1] / 2, step[2] / 2];
    }
    found = [found[0] + step[0], found[1] + step[1], found[2] + step[2]];
    if (settled) break;
  }
  return found;
}

/** The deviance of consecutive rows, block by block. @param ends where each block ends, rising; the last at the last row */
export function deviancesOf(rows: TwoTermRows, fit: Fit, ends: ArrayLike<number>): Float64Array {
  const { deviance } = load(rows);
  return Float64Array.from(ends, (end, block) => deviance(fit, block === 0 ? 0 : ends[block - 1]!, end));
}

/** Of one row: twice the nats, or a squared error. */
export function rowDeviance(kind: TwoTermRows['kind'], label: number, eta: number): number {
  if (kind === 'real') return (label - eta) ** 2;
  const wrong = label === 1 ? -eta : eta;
  return 2 * (Math.max(0, wrong) + Math.log1p(Math.exp(-Math.abs(wrong))));
}

interface Loaded {
  derivatives(fit: Fit): Derivatives;
  /** Of the rows [from, to). */
  deviance(fit: Fit, from: number, to: number): number;
}

type AddDerivatives = (
  ...where: [y: number, end: number, z: number, x: number, a: number, b: number, c: number, to: number]
) => number;

const NUMBER_BYTES = 8;
/** Numbers that the kernel adds up, at the beginning of the memory. */
const SUMS = 10;
/** Numbers of a vector of the kernel. */
const LANES = 2;
/** Most rows that it takes at once; even, so that only the last row is ever alone. */
const TAKEN = 1000;

let memory: WebAssembly.Memory | undefined;
let addDerivatives: AddDerivatives | undefined;

/** It holds until the next call: all rows go through the same memory. */
function load(rows: TwoTermRows): Loaded {
  if (rows.kind === 'real') return linear(rows);
  memory ??= new WebAssembly.Memory({ initial: 0 });
  const { label, z, x } = rows;
  const width = Math.ceil(label.length / LANES) * LANES * NUMBER_BYTES;
  const [yAt, zAt, xAt] = [0, 1, 2].map((array) => SUMS * NUMBER_BYTES + array * width) as [number, number, number];
  reserve(memory, xAt + width);
  addDerivatives ??= instantiate<{ addDerivatives: AddDerivatives }>('two-term-logistic', memory).addDerivatives;
  const viewOf = (at: number) => new Float64Array(memory!.buffer, at, label.length);
  viewOf(yAt).set(label);
  viewOf(zAt).set(z);
  if (x === null) viewOf(xAt).fill(0);
  else viewOf(xAt).set(x);
  const add = addDerivatives;
  const sums = new Float64Array(memory.buffer, 0, SUMS);
  /** Fills the sums. @returns the deviance of the rows [from, to) */
  const addUp = ([a, b, c]: Fit, from: number, to: number): number => {
    sums.fill(0);
    let logarithms = 0;
    for (let row = from; row < to; row += TAKEN) {
      const [first, end] = [row * NUMBER_BYTES, Math.min(to, row + TAKEN) * NUMBER_BYTES];
      logarithms += Math.log(add(yAt + first, yAt + end, zAt + first, xAt + first, a, b, c, 0));
    }
    return 2 * (sums[0]! + logarithms);
  };
  return {
    derivatives(fit) {
      const deviance = addUp(fit, 0, label.length);
      const [, ga, gb, gc, aa, ab, bb, ac, bc, cc] = sums;
      return { deviance, gradient: [ga!, gb!, gc!], curvature: [aa!, ab!, bb!, ac!, bc!, cc!] };
    },
    deviance: addUp,
  };
}

function linear({ label, z: given, x: signal }: TwoTermRows): Loaded {
  // All arrays of one type, for the long loops are compiled for what they are given.
  const z = new Float64Array(given);
  const x = signal === null ? new Float64Array(label.length) : new Float64Array(signal);
  return {
    derivatives([a, b, c]) {
      let [deviance, ga, gb, gc, ab, bb, ac, bc, cc] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
      for (let row = 0; row < label.length; row++) {
        const [u, v] = [z[row]!, x[row]!];
        const left = label[row]! - (a + b * u + c * v);
        deviance += left * left;
        ga += left;
        gb += left * u;
        gc += left * v;
        ab += u;
        bb += u * u;
        ac += v;
        bc += u * v;
        cc += v * v;
      }
      return { deviance, gradient: [ga, gb, gc], curvature: [label.length, ab, bb, ac, bc, cc] };
    },
    deviance([a, b, c], from, to) {
      let sum = 0;
      for (let row = from; row < to; row++) sum += (label[row]! - (a + b * z[row]! + c * x[row]!)) ** 2;
      return sum;
    },
  };
}

/** Solves [aa ab ac; ab bb bc; ac bc cc] · s = g by Cramer's rule, with a trace of a ridge where columns say the same. */
function solve([x, y, v]: Fit, [aa, ab, bb, ac, bc, cc]: Derivatives['curvature']): Fit {
  const ridge = RIDGE * (aa + bb + cc);
  const [A, B] = [aa + ridge, bb + ridge];
  const C = cc > 0 ? cc + ridge : 1;
  const determinant = A * (B * C - bc * bc) - ab * (ab * C - bc * ac) + ac * (ab * bc - B * ac);
  return [
    (x * (B * C - bc * bc) - ab * (y * C - bc * v) + ac * (y * bc - B * v)) / determinant,
    (A * (y * C - bc * v) - x * (ab * C - bc * ac) + ac * (ab * v - y * ac)) / determinant,
    (A * (B * v - y * bc) - ab * (ab * v - y * ac) + x * (ab * bc - B * ac)) / determinant,
  ];
}
