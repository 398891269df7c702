// What lies before and behind the LSTM of a state dict, as far as names and shapes tell: an embedding, linear layers. A
// state dict says of no module where it is called, so what is unclear is left out and said, and never asked for.
import type { Activation, Matrix, OutputActivation } from '../../../lstm/parameters.ts';
import type { ForeignDense } from '../../foreign.ts';
import { transposed } from '../../gate-rows.ts';
import { inOrder } from '../../stack.ts';
import type { DenseActivations } from './activations.ts';
import type { OtherModule, WeightModule } from './modules.ts';

/** The functions that follow linear layers, of which a state dict says nothing. */
export interface HeadOptions {
  /** Of the last one; softmax where it has an output for each entry of the embedding, else linear. */
  readonly outputActivation?: OutputActivation;
  /** Of those below it, which must be given where there are any. */
  readonly hiddenActivation?: Activation;
}

const EMBEDDING_NAME = /emb|enc|lookup|wte|token|char|word/i;

export interface FoundEmbedding {
  readonly embedding?: WeightModule;
  /** Why a matrix that may be one was not taken for one. */
  readonly doubt?: string;
}

/**
 * A weight without a bias whose rows are what the LSTM reads; where a linear layer may be that too, the name decides.
 * @param reads how many numbers the LSTM reads
 * @param gives how many it gives
 */
export function findEmbedding(weights: readonly WeightModule[], reads: number, gives: number): FoundEmbedding {
  const candidates = weights.filter(({ inputs, bias }) => inputs === reads && bias === undefined);
  const named = candidates.filter(({ name }) => EMBEDDING_NAME.test(name));
  const [found, ...others] = named.length > 0 ? named : candidates;
  if (found === undefined) return {};
  const mayBeLinear = named.length === 0 && weights.some(({ outputs }) => outputs === found.inputs);
  if (others.length === 0 && !mayBeLinear && (named.length > 0 || reads !== gives)) return { embedding: found };
  const doubt = `Nothing says whether "${found.name}" is an embedding or a linear layer without a bias, so it is left out: name its tensor "embedding.weight" if it is one.`;
  return { doubt };
}

/** Shared with an embedding before it, as AWD-LSTM keeps its table under two names. */
export function withoutCopies(weights: readonly WeightModule[]): WeightModule[] {
  return weights.filter(
    ({ weight, bias }, index) =>
      bias !== undefined ||
      !weights.slice(0, index).some((other) => other.bias === undefined && other.weight.data === weight.data),
  );
}

/** A module with its tensors' shapes, as messages name it. */
export function describeModule(module: WeightModule | OtherModule): string {
  if ('shapes' in module) {
    const shapes = [...module.shapes].map(([part, shape]) => `${part === '' ? '' : `${part} `}[${shape.join(', ')}]`);
    return `"${module.name}" (${module.kind ?? shapes.join(', ')})`;
  }
  return `"${module.name}" (${module.inputs} to ${module.outputs})`;
}

/** Linear layers by these names are called beside the others, not behind them. */
const BESIDE = /att(n|ention)|query|key|value|score|gate|crf|transition/i;

export interface Head {
  /** In the order in which they are called, each with the function that follows it. */
  readonly linears: readonly { readonly module: WeightModule; readonly activation: OutputActivation }[];
  readonly assumed: readonly string[];
  readonly withoutHead?: string;
  readonly headOption?: string;
}

/** What the linear layers stand upon. */
export interface HeadPlace {
  /** Of what the layers below give. */
  readonly width: number;
  /** Entries of the embedding, where there is one. */
  readonly vocabulary: number | undefined;
  readonly cells?: 'LSTM' | 'GRU';
}

/**
 * The linear layers behind the LSTM or GRU, where they are all that there is and there is one clear order of them.
 * @param written the functions, where the file names them
 */
export function findHead(
  linears: readonly WeightModule[],
  others: readonly OtherModule[],
  { width, vocabulary, cells = 'LSTM' }: HeadPlace,
  written: (count: number) => Partial<DenseActivations>,
  options: HeadOptions,
): Head {
  const none = { linears: [], assumed: [] };
  const a = cells === 'LSTM' ? 'an LSTM' : 'a GRU';
  if (linears.length + others.length === 0) return none;
  const all = [...linears, ...others].map(describeModule).join(', ');
  const beside = [...others, ...linears.filter(({ name }) => BESIDE.test(name))];
  if (beside.length > 0) {
    const names = beside.map(({ name }) => `"${name}"`).join(', ');
    return {
      ...none,
      withoutHead: `What is not ${a} is left out: ${all}. A state dict does not say where ${names} ${beside.length === 1 ? 'is' : 'are'} called, nor what ${beside.length === 1 ? 'it computes' : 'they compute'}.`,
    };
  }
  const order = inOrder(linears, width);
  if (order === undefined) {
    return {
      ...none,
      withoutHead: `What is not ${a} is left out: there is not one clear order in which ${all} follow ${a} that gives ${width} numbers.`,
    };
  }
  const known = { ...written(order.length), ...options };
  const hidden = order.slice(0, -1).map((_, index) => known.hiddenActivation ?? known.hiddenActivations?.[index]);
  const unknown = hidden.indexOf(undefined);
  if (unknown >= 0) {
    return {
      ...none,
      withoutHead: `The linear layers behind the ${cells} are left out, ${all}: a state dict does not say which function follows "${order[unknown]!.name}". Give it with --hidden-activation: linear, tanh, sigmoid or relu.`,
      headOption: '--hidden-activation',
    };
  }
  const { activation, assumed } = outputOf(order.at(-1)!, vocabulary, known.outputActivation);
  const functions = [...(hidden as Activation[]), activation];
  return { linears: order.map((module, index) => ({ module, activation: functions[index]! })), assumed };
}

function outputOf(
  { name, outputs }: WeightModule,
  vocabulary: number | undefined,
  known: OutputActivation | undefined,
) {
  if (known !== undefined) return { activation: known, assumed: [] };
  const activation: OutputActivation = outputs === vocabulary ? 'softmax' : 'linear';
  const why =
    activation === 'softmax' ? 'as wide as the embedding has entries' : 'not as wide as an embedding has entries';
  const sentence = `A state dict names no activations: the output of "${name}", ${why}, was assumed to be ${activation}.`;
  return { activation, assumed: [sentence] };
}

/** @param change of what the module multiplies by */
export function denseLayer(
  { name, weight, bias }: WeightModule,
  activation: OutputActivation,
  change: (kernel: Matrix) => Matrix = (kernel) => kernel,
): ForeignDense {
  const zeros = { rows: 1, columns: weight.rows, data: new Float32Array(weight.rows) };
  return { kind: 'dense', name, kernel: change(transposed(weight)), bias: bias ?? zeros, activation };
}
