// A layer of GRU cells over a window, forwards, as equations over the primitive operations. Cho, van Merriënboer, Gulcehre,
// Bahdanau, Bougares, Schwenk and Bengio (2014), "Learning phrase representations using RNN encoder–decoder", with the
// gate z the way round that Keras, PyTorch and ONNX have it: h is kept by z, and n is let in by 1 − z.
//
//     r = σ(x·W_r + b_r + h·U_r + b'_r)        z = σ(x·W_z + b_z + h·U_z + b'_z)
//     n = φ(x·W_n + b_n + r∘(h·U_n + b'_n))    or   n = φ(x·W_n + b_n + (r∘h)·U_n)
//     h' = (1 − z)∘n + z∘h
//
// Of n there are two variants. The first resets after the product (PyTorch, cuDNN, Keras with reset_after=True, ONNX with
// linear_before_reset=1), and its two biases cannot be added, for one of them is reset too. The second resets before it.
import { activate } from './activations.ts';
import { activateGate, type CellFunctions } from './cell.ts';
import type { Named, Window } from './names.ts';
import type { Computation, Ops } from './ops.ts';
import type { Matrix } from './parameters.ts';

/** The gates in the order of their columns in a kernel; n is the candidate, which Keras and ONNX call h. */
export const GRU_GATES = ['r', 'z', 'n'] as const;
export type GruGate = (typeof GRU_GATES)[number];

/** One direction of one layer. */
export interface GruParameters<M = Matrix> {
  /** [inputs, 3·units] */
  readonly kernel: M;
  /** [units, 3·units] */
  readonly recurrentKernel: M;
  /** [1, 3·units] */
  readonly bias: M;
  /** What is added to h·U, [1, 3·units], of a layer that resets after the product; left out of one that resets before it. */
  readonly recurrentBias?: M;
}

export interface GruShape extends CellFunctions {
  readonly inputs: number;
  readonly units: number;
  /** Which of the two variants it is. */
  readonly resetsAfter: boolean;
}

/** The signals of a GRU cell, in the order in which files store them. */
export const GRU_SIGNALS = ['r', 'z', 'n', 'h'] as const;
type Signal = (typeof GRU_SIGNALS)[number];

/** One step's signals, each [B, H]. */
export type GruStep<M> = Readonly<Record<Signal, M>>;

/** A layer's weights taken apart as a step needs them. */
export interface GruWeights<M> {
  /** [H, 3H] of a layer that resets after the product; [H, 2H], r and z, of one that resets before it. */
  readonly recurrent: M;
  /** [H, H], U_n of a layer that resets before the product. */
  readonly candidate: M | undefined;
  readonly recurrentBias: M | undefined;
}

/** Once for all steps. */
export function gruWeights<M>(ops: Ops<M>, { recurrentKernel, recurrentBias }: GruParameters<M>): GruWeights<M> {
  if (recurrentBias !== undefined) return { recurrent: recurrentKernel, candidate: undefined, recurrentBias };
  const [r, z, n] = ops.splitColumns(recurrentKernel, 3) as [M, M, M];
  return { recurrent: ops.concatColumns([r, z]), candidate: n, recurrentBias };
}

/**
 * One step forward.
 * @param x x·W + b, [B, 3H], gates in the order r z n
 */
export function gruStep<M>(
  ops: Ops<M>,
  x: M,
  before: M,
  { recurrent, candidate, recurrentBias }: GruWeights<M>,
  { cellActivation, recurrentActivation }: CellFunctions,
): GruStep<M> {
  const [xr, xz, xn] = ops.splitColumns(x, 3) as [M, M, M];
  const gate = (x: M, h: M) => activateGate(ops, ops.add(x, h), recurrentActivation);
  let r: M;
  let z: M;
  let reset: M;
  if (candidate === undefined) {
    const [hr, hz, hn] = ops.splitColumns(ops.matmul(before, recurrent, { addend: recurrentBias! }), 3) as [M, M, M];
    r = gate(xr, hr);
    z = gate(xz, hz);
    reset = ops.mul(r, hn);
  } else {
    const [hr, hz] = ops.splitColumns(ops.matmul(before, recurrent), 2) as [M, M];
    r = gate(xr, hr);
    z = gate(xz, hz);
    reset = ops.matmul(ops.mul(r, before), candidate);
  }
  const n = activate(ops, ops.add(xn, reset), cellActivation);
  const h = ops.add(ops.mul(ops.sub(ops.constant(1, 1, 1), z), n), ops.mul(z, before));
  return { r, z, n, h };
}

const TENSORS = {
  kernel: 'kernel',
  recurrentKernel: 'recurrent_kernel',
  bias: 'bias',
  recurrentBias: 'recurrent_bias',
};

/** The values of a layer's tensors by their names, as the inputs of its computation. */
export function gruValues({
  kernel,
  recurrentKernel,
  bias,
  recurrentBias,
}: GruParameters): Record<string, Float32Array> {
  return {
    [TENSORS.kernel]: kernel.data,
    [TENSORS.recurrentKernel]: recurrentKernel.data,
    [TENSORS.bias]: bias.data,
    ...(recurrentBias === undefined ? {} : { [TENSORS.recurrentBias]: recurrentBias.data }),
  };
}

/** The layer's tensors out of a computation's inputs. */
export function gruParameters<M>(inputs: Named<M>): GruParameters<M> {
  const recurrentBias = inputs[TENSORS.recurrentBias];
  return {
    kernel: inputs[TENSORS.kernel]!,
    recurrentKernel: inputs[TENSORS.recurrentKernel]!,
    bias: inputs[TENSORS.bias]!,
    ...(recurrentBias === undefined ? {} : { recurrentBias }),
  };
}

/** What its computations take: the tensors, `h0` [B, H] and `values` [T·B, inputs]. */
export function gruInputs({ inputs, units, resetsAfter }: GruShape, { steps, streams }: Window): Computation['inputs'] {
  const gates = 3 * units;
  return {
    [TENSORS.kernel]: { rows: inputs, columns: gates },
    [TENSORS.recurrentKernel]: { rows: units, columns: gates },
    [TENSORS.bias]: { rows: 1, columns: gates },
    ...(resetsAfter ? { [TENSORS.recurrentBias]: { rows: 1, columns: gates } } : {}),
    h0: { rows: streams, columns: units },
    values: { rows: steps * streams, columns: inputs },
  };
}

/**
 * Reads a window, time-major. Inputs: {@link gruInputs}. Outputs: the signals r z n h, [T·B, H], and `hT`, h at the end,
 * [B, H].
 */
export function gruComputation(shape: GruShape, window: Window): Computation {
  return {
    inputs: gruInputs(shape, window),
    body<M>(ops: Ops<M>, inputs: Named<M>): Record<string, M> {
      const parameters = gruParameters(inputs);
      const weights = gruWeights(ops, parameters);
      const { states, outputs } = ops.loop({
        steps: window.steps,
        states: [inputs.h0!],
        slices: [inputs.values!],
        step([before], [row]) {
          const x = ops.matmul(row!, parameters.kernel, { addend: parameters.bias });
          const step = gruStep(ops, x, before!, weights, shape);
          return { states: [step.h], outputs: GRU_SIGNALS.map((signal) => step[signal]) };
        },
      });
      return { ...Object.fromEntries(GRU_SIGNALS.map((signal, k) => [signal, outputs[k]!])), hT: states[0]! };
    },
  };
}
