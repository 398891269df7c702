// Which kinds of layers can be written down as a part of a graph, and how.
import { innerLayer, type LayerConfig } from '../model-config.ts';
import { innerTopology, isModel, type LayerCall, type Reference } from '../topology.ts';
import { attention, multiHeadAttention } from './attention.ts';
import { type PartContext, rankOf, read, refuse, type WriteLayer, type Written } from './context.ts';
import { convolution } from './convolution.ts';
import {
  arithmetic,
  batchNormalization,
  concatenate,
  dense,
  dot,
  embedding,
  layerNormalization,
  masking,
  normalization,
  rescaling,
  unitNormalization,
} from './elements.ts';
import { activation, functionLayer } from './functions.ts';
import { isOtherRecurrent, otherRecurrent } from './recurrent.ts';
import {
  cropping,
  flatten,
  globalPooling,
  permute,
  pooling,
  repeatVector,
  reshape,
  upSampling,
  zeroPadding,
} from './shapes.ts';

/** Layers that do something in training alone, or nothing at all. */
const IDLE = new Set(
  'InputLayer Dropout SpatialDropout1D SpatialDropout2D GaussianDropout GaussianNoise AlphaDropout ActivityRegularization'.split(
    ' ',
  ),
);
export const isIdle = ({ className }: LayerConfig): boolean => IDLE.has(className);

const WRITERS: Readonly<Record<string, WriteLayer>> = {
  Embedding: embedding,
  Masking: masking,
  Dense: dense,
  TimeDistributedDense: dense,
  Activation: activation,
  ReLU: functionLayer,
  LeakyReLU: functionLayer,
  PReLU: functionLayer,
  ELU: functionLayer,
  Softmax: functionLayer,
  ThresholdedReLU: functionLayer,
  BatchNormalization: batchNormalization,
  BatchNormalizationV1: batchNormalization,
  LayerNormalization: layerNormalization,
  UnitNormalization: unitNormalization,
  Rescaling: rescaling,
  Normalization: normalization,
  Add: arithmetic,
  Subtract: arithmetic,
  Multiply: arithmetic,
  Average: arithmetic,
  Maximum: arithmetic,
  Minimum: arithmetic,
  Merge: arithmetic,
  Concatenate: concatenate,
  Dot: dot,
  Flatten: flatten,
  Reshape: reshape,
  Permute: permute,
  RepeatVector: repeatVector,
  ZeroPadding1D: zeroPadding,
  Cropping1D: cropping,
  UpSampling1D: upSampling,
  MaxPooling1D: pooling,
  AveragePooling1D: pooling,
  GlobalMaxPooling1D: globalPooling,
  GlobalAveragePooling1D: globalPooling,
  Conv1D: convolution,
  DepthwiseConv1D: convolution,
  SeparableConv1D: convolution,
  Attention: attention,
  AdditiveAttention: attention,
  MultiHeadAttention: multiHeadAttention,
};

/** Layers of which there is more to say than that they are not supported. */
const REASONS: Readonly<Record<string, string>> = {
  Lambda: 'holds code of its own, which is not run',
  TFOpLambda: 'is an operation of TensorFlow without a layer, which is not supported',
  SlicingOpLambda: 'cuts a piece out of a value, which is not supported',
};

/** @throws InputError a layer that cannot be written, by its name and kind */
export const writeLayer: WriteLayer = (context) => {
  const { layer, file } = context;
  if (isIdle(layer)) return [read(context)];
  if (layer.className === 'TimeDistributed') return eachStep(context);
  if (layer.module.startsWith('keras.src.ops'))
    throw refuse(context, 'is an operation without a layer, which is not supported');
  if (isModel(layer)) return writeModel(context);
  if (hasLstm(layer, file)) throw refuse(context, 'runs an LSTM once for each step');
  if (isOtherRecurrent(layer, file)) return otherRecurrent(context);
  const write = Object.hasOwn(WRITERS, layer.className) ? WRITERS[layer.className] : undefined;
  if (write === undefined) throw refuse(context, REASONS[layer.className] ?? 'is of a kind that is not supported');
  return write(context);
};

const LSTMS = /^(CuDNN)?LSTM(Cell)?$/;

function hasLstm(layer: LayerConfig, file: string): boolean {
  if (layer.className === 'Bidirectional') return hasLstm(innerLayer(layer, 'layer', file), file);
  return LSTMS.test(layer.className) || layer.className === 'StackedRNNCells' || layer.className === 'ConvLSTM1D';
}

/** Layers that give the same whether they are called on each step or on all of them. */
const STEPWISE = new Set(
  'Dense Activation ReLU LeakyReLU ELU BatchNormalization LayerNormalization UnitNormalization Rescaling'.split(' '),
);

/** The layer inside, on each step as a sequence of its own. */
function eachStep(context: PartContext): readonly Written[] {
  const { writer, layer, file } = context;
  const inner = innerLayer(layer, 'layer', file);
  const own = { ...context, layer: { ...inner, name: layer.name }, masks: [] };
  const { name, sides } = read(context);
  if (STEPWISE.has(inner.className) || isIdle(inner)) return writeLayer(own);
  if (rankOf(context) < 3) throw refuse(context, 'reads no steps');
  // [sequences, steps, …] as [sequences · steps, …], and back.
  const [steps, ...rest] = sides!;
  const known = rest.map((side) => {
    if (side === undefined) throw refuse(context, 'reads a value of which one more side may have any length');
    return side;
  });
  const single = writer.node('Reshape', [name, writer.integers([-1, ...known])]);
  const outputs = writeLayer({ ...own, layer: inner, inputs: [{ name: single, sides: known }], initial: [] });
  return outputs.map((output) => {
    const after = output.sides?.map((side) => {
      if (side === undefined) throw refuse(context, 'gives a value of which one more side may have any length');
      return side;
    });
    if (after === undefined) throw refuse(context, 'gives a value whose shape the model does not say');
    const together = writer.node('Reshape', [output.name, writer.integers([1, -1, ...after])]);
    return { name: together, sides: [steps, ...after] };
  });
}

/** All layers of a model within a model. */
function writeModel(context: PartContext): readonly Written[] {
  const { layer, file, weights, inputs } = context;
  const topology = innerTopology(layer, file);
  const scope = weights.within(layer, topology.layers);
  const found = new Map<string, readonly Written[]>();
  const key = ({ layer: name, call }: Pick<Reference, 'layer' | 'call'>) => `${call} ${name}`;
  const at = (reference: Reference): Written => {
    const value = found.get(key(reference))?.[reference.output];
    if (value === undefined) throw refuse(context, `reads an output of "${reference.layer}" that is not written here`);
    return value;
  };
  topology.inputs.forEach((input, k) => {
    const given = inputs[k];
    if (given !== undefined) found.set(key(input), [given]);
  });
  for (const call of topology.calls) {
    const name = key({ layer: call.layer.name, call: call.call });
    if (found.has(name)) continue;
    found.set(
      name,
      writeLayer({ ...context, ...innerContext(call, at), weights: scope, arrays: scope.of(call.layer) }),
    );
  }
  return topology.outputs.map(at);
}

function innerContext(call: LayerCall, at: (reference: Reference) => Written) {
  return { layer: call.layer, inputs: call.inputs.map(at), masks: [], initial: [], call: call.options };
}
