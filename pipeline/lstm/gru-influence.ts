// How much a number at the end of a window owes to the input at each of its steps, in a stack of GRU layers: gradient ×
// input, as for LSTM layers, back through the equations of their steps.
import { slopeOf } from './activations.ts';
import { type CellFunctions, gateSlope } from './cell.ts';
import {
  type GruParameters,
  type GruShape,
  type GruWeights,
  gruInputs,
  gruParameters,
  gruStep,
  gruValues,
  gruWeights,
} from './gru.ts';
import type { Named, Window } from './names.ts';
import type { Computation, Ops, Shape } from './ops.ts';

/** Name of a tensor or a state of a layer, from 0, among a stack's inputs. */
export const inStack = (layer: number, name: string) => `layer${layer + 1}.${name}`;

/** The tensors of a stack by their names. */
export function stackValues(layers: readonly GruParameters[]): Record<string, Float32Array> {
  return Object.fromEntries(
    layers.flatMap((parameters, layer) =>
      Object.entries(gruValues(parameters)).map(([name, values]) => [inStack(layer, name), values]),
    ),
  );
}

interface Read<M> {
  readonly parameters: GruParameters<M>;
  readonly weights: GruWeights<M>;
  /** x·W + b of every step, [T·B, 3H]; and what it was before b was added. */
  readonly product: M;
  readonly signals: readonly M[];
  readonly before: M;
  readonly end: M;
}

function readLayer<M>(ops: Ops<M>, shape: GruShape, inputs: Named<M>, rows: M, h0: M, steps: number): Read<M> {
  const parameters = gruParameters(inputs);
  const weights = gruWeights(ops, parameters);
  const product = ops.matmul(rows, parameters.kernel);
  const { states, outputs } = ops.loop({
    steps,
    states: [h0],
    slices: [ops.add(product, parameters.bias)],
    step([before], [x]) {
      const step = gruStep(ops, x!, before!, weights, shape);
      return { states: [step.h], outputs: [step.r, step.z, step.n, step.h] };
    },
  });
  return { parameters, weights, product, signals: outputs, before: ops.shiftRows(outputs[3]!, h0), end: states[0]! };
}

/**
 * One step backward.
 * @param dh gradient by h of the step, [B, H]
 * @returns the gradient by x·W + b, [B, 3H], and by the h before
 */
function stepBack<M>(
  ops: Ops<M>,
  { r, z, n, before }: { readonly r: M; readonly z: M; readonly n: M; readonly before: M },
  dh: M,
  { recurrent, candidate, recurrentBias }: GruWeights<M>,
  { cellActivation, recurrentActivation }: CellFunctions,
): { dx: M; dBefore: M } {
  const one = ops.constant(1, 1, 1);
  const dn = ops.mul(ops.mul(dh, ops.sub(one, z)), slopeOf(ops, n, cellActivation));
  const dz = ops.mul(ops.mul(dh, ops.sub(before, n)), gateSlope(ops, z, recurrentActivation));
  const kept = ops.mul(dh, z);
  const slope = gateSlope(ops, r, recurrentActivation);
  if (candidate === undefined) {
    const [, , product] = ops.splitColumns(ops.matmul(before, recurrent, { addend: recurrentBias! }), 3) as [M, M, M];
    const dr = ops.mul(ops.mul(dn, product), slope);
    const ofState = ops.concatColumns([dr, dz, ops.mul(dn, r)]);
    const dBefore = ops.matmul(ofState, recurrent, { transposeB: true, addend: kept });
    return { dx: ops.concatColumns([dr, dz, dn]), dBefore };
  }
  const dReset = ops.matmul(dn, candidate, { transposeB: true });
  const dr = ops.mul(ops.mul(dReset, before), slope);
  const through = ops.add(kept, ops.mul(dReset, r));
  const dBefore = ops.matmul(ops.concatColumns([dr, dz]), recurrent, { transposeB: true, addend: through });
  return { dx: ops.concatColumns([dr, dz, dn]), dBefore };
}

/** Back through a window's steps: the gradient by x·W + b of each, [T·B, 3H]. */
function back<M>(ops: Ops<M>, shape: GruShape, read: Read<M>, steps: number, after: M, above?: M): M {
  const [r, z, n] = read.signals as [M, M, M, M];
  const { outputs } = ops.loop({
    steps,
    states: [after],
    slices: [r, z, n, read.before, ...(above === undefined ? [] : [above])],
    reversed: true,
    step([next], [r, z, n, before, own]) {
      const dh = own === undefined ? next! : ops.add(next!, own);
      const step = { r: r!, z: z!, n: n!, before: before! };
      const { dx, dBefore } = stepBack(ops, step, dh, read.weights, shape);
      return { states: [dBefore], outputs: [dx] };
    },
  });
  return outputs[0]!;
}

/**
 * The influence of every step's input on the sum of `weights` times the last layer's h at the window's end.
 * Inputs: of each layer its tensors and `h0`, named by {@link inStack}; `values` [T·B, inputs]; `weights` [B, units].
 * Output: `influence` [T·B, 1].
 * @param shapes of layers of which each reads the one before it
 */
export function gruInfluenceComputation(shapes: readonly GruShape[], window: Window): Computation {
  const own = shapes.flatMap((shape, layer) =>
    Object.entries(gruInputs(shape, window))
      .filter(([name]) => name !== 'values')
      .map(([name, size]): [string, Shape] => [inStack(layer, name), size]),
  );
  const { steps, streams } = window;
  return {
    inputs: {
      ...Object.fromEntries(own),
      values: { rows: steps * streams, columns: shapes[0]!.inputs },
      weights: { rows: streams, columns: shapes.at(-1)!.units },
    },
    body<M>(ops: Ops<M>, inputs: Named<M>): Record<string, M> {
      const reads: Read<M>[] = [];
      let rows: M = inputs.values!;
      shapes.forEach((shape, layer) => {
        const start = inStack(layer, '');
        const tensors = Object.entries(inputs).filter(([name]) => name.startsWith(start));
        const named = Object.fromEntries(tensors.map(([name, value]) => [name.slice(start.length), value]));
        reads.push(readLayer(ops, shape, named, rows, named.h0!, steps));
        rows = reads.at(-1)!.signals[3]!;
      });
      let after: M = inputs.weights!;
      let above: M | undefined;
      let dx: M = after;
      for (let layer = shapes.length - 1; layer >= 0; layer--) {
        dx = back(ops, shapes[layer]!, reads[layer]!, steps, after, above);
        if (layer === 0) break;
        above = ops.matmul(dx, reads[layer]!.parameters.kernel, { transposeB: true });
        after = ops.constant(0, streams, shapes[layer - 1]!.units);
      }
      const product = ops.mul(dx, reads[0]!.product);
      return { influence: ops.matmul(product, ops.constant(1, 3 * shapes[0]!.units, 1)) };
    },
  };
}
