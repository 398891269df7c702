// Numbers of any units are trained on as standard scores, and then the scores are folded into the weights: the finished
// network reads and predicts degrees and hectopascals, and nobody needs to know how it was trained.
import type { Span } from '../base/positions.ts';
import type { Block } from '../datasets/blocks.ts';
import type { StepInputs } from '../datasets/dataset.ts';
import type { LayerParameters, Matrix, Parameters } from '../lstm/parameters.ts';

/** Of each feature. */
export interface Scaling {
  readonly means: readonly number[];
  /** Standard deviations; 1 for a feature that never changes. */
  readonly deviations: readonly number[];
}

/**
 * @param values [steps, features]
 * @param runs the steps that train, which alone are looked at
 */
export function scalingOf(values: Float32Array, features: number, runs: readonly Span[]): Scaling {
  const count = runs.reduce((sum, { start, end }) => sum + end - start, 0);
  const average = (of: (value: number, feature: number) => number, feature: number) => {
    let sum = 0;
    for (const { start, end } of runs) {
      for (let t = start; t < end; t++) sum += of(values[t * features + feature]!, feature);
    }
    return sum / count;
  };
  const columns = Array.from({ length: features }, (_, feature) => feature);
  const means = columns.map((feature) => average((value) => value, feature));
  const deviations = columns.map(
    (feature) => Math.sqrt(average((value) => (value - means[feature]!) ** 2, feature)) || 1,
  );
  return { means, deviations };
}

/** Of what a network is given; null of symbols, which have no scale. */
export function scalingFor(inputs: StepInputs, blocks: readonly Block[]): Scaling | null {
  if (inputs.reads === 'symbols') return null;
  const training = blocks.filter(({ split }) => split === 'train');
  return scalingOf(inputs.values, inputs.features, training);
}

/** (x − mean) / deviation, [steps, features]. */
export function standardise(values: Float32Array, { means, deviations }: Scaling): Float32Array {
  const features = means.length;
  return values.map((value, k) => (value - means[k % features]!) / deviations[k % features]!);
}

/**
 * The parameters of a network that does on plain numbers what `parameters` do on standard scores: with x' = (x − m) / s,
 * x'·W + b = x·(W / s) + (b − (m / s)·W), and y = s·(h·V + d) + m likewise. The outputs are the features.
 */
export function foldScaling(parameters: Parameters, scaling: Scaling): Parameters {
  const { means, deviations } = scaling;
  const output = parameters.dense.at(-1)!;
  return {
    ...foldInputScaling(parameters, scaling),
    dense: [...parameters.dense.slice(0, -1), foldOutput(output.kernel, output.bias, means, deviations)],
  };
}

/** The same of what is read alone, where the outputs are something else than the features. */
export function foldInputScaling(parameters: Parameters, { means, deviations }: Scaling): Parameters {
  const [first, ...layers] = parameters.layers;
  return { ...parameters, layers: [foldInput(first!, means, deviations), ...layers] };
}

const like = ({ rows, columns }: Matrix, data: Float32Array): Matrix => ({ rows, columns, data });

function foldInput(layer: LayerParameters, means: readonly number[], deviations: readonly number[]): LayerParameters {
  const { kernel, bias } = layer;
  const { columns } = kernel;
  const scaled = kernel.data.map((weight, k) => weight / deviations[Math.floor(k / columns)]!);
  const shifted = bias.data.map((value, column) =>
    means.reduce((sum, mean, row) => sum - mean * scaled[row * columns + column]!, value),
  );
  return { ...layer, kernel: like(kernel, scaled), bias: like(bias, shifted) };
}

function foldOutput(kernel: Matrix, bias: Matrix, means: readonly number[], deviations: readonly number[]) {
  return {
    kernel: like(
      kernel,
      kernel.data.map((weight, k) => weight * deviations[k % kernel.columns]!),
    ),
    bias: like(
      bias,
      bias.data.map((value, column) => value * deviations[column]! + means[column]!),
    ),
  };
}
