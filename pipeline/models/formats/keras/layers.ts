// From the layers that a Keras model's description names, and their arrays, to the layers of a foreign network.

import { InputError } from '../../../base/errors.ts';
import type { CellFunctions } from '../../../lstm/cell.ts';
import {
  type ForeignDense,
  type ForeignGru,
  type ForeignLayer,
  type ForeignLstm,
  sameFunctions,
  unsupported,
} from '../../foreign.ts';
import { biasOf, checkBuilt, type Layout, matrix, readLstm } from './arrays.ts';
import { cellActivation, outputActivation, recurrentActivation } from './functions.ts';
import { readGru } from './gru-arrays.ts';
import { innerLayer, type LayerConfig } from './model-config.ts';
import type { NamedArray, StoredWeights } from './stored-weights.ts';

/** What layers make of a network, and what there is to say about it. */
export type ReadLayers = Pick<Builder, 'layers' | 'layouts' | 'notes' | 'stateful'>;

/** Layers that do something in training alone. */
const IDLE = new Set(
  'InputLayer Dropout SpatialDropout1D GaussianDropout GaussianNoise AlphaDropout ActivityRegularization'.split(' '),
);

class Builder {
  readonly layers: ForeignLayer[] = [];
  readonly layouts: Layout[] = [];
  readonly notes: string[] = [];
  stateful = false;
  readonly #weights: StoredWeights;
  readonly #version: number;
  readonly #file: string;
  /** Whether what follows the last layer is left out, so that it makes no difference what that layer gives out of a step. */
  readonly #headless: boolean;

  constructor(weights: StoredWeights, version: number, file: string, headless: boolean) {
    this.#headless = headless;
    this.#weights = weights;
    this.#version = version;
    this.#file = file;
  }

  /** @param arrays those of the layer, or of the wrapper around it */
  add(layer: LayerConfig, arrays: readonly NamedArray[] = this.#weights.of(layer)): void {
    if (IDLE.has(layer.className)) return;
    switch (layer.className) {
      case 'Embedding':
        this.#embedding(layer, arrays);
        break;
      case 'LSTM':
      case 'CuDNNLSTM':
      case 'GRU':
      case 'CuDNNGRU':
        this.#pushRecurrent(layer, arrays);
        break;
      case 'Bidirectional':
        this.#bothWays(layer, arrays);
        break;
      case 'Dense':
      case 'TimeDistributedDense':
        this.#dense(layer, arrays);
        break;
      case 'Activation':
        this.#activation(layer);
        break;
      case 'TimeDistributed':
        this.#eachStep(layer, arrays);
        break;
      default:
        throw this.#unsupported(
          layer,
          `is ${/^([AEIO]|RNN|LSTM)/.test(layer.className) ? 'an' : 'a'} ${layer.className} layer`,
        );
    }
  }

  #unsupported({ name }: LayerConfig, what: string, fix?: string): InputError {
    return unsupported(`The layer "${name}" ${what}`, { file: this.#file }, fix);
  }

  #embedding(layer: LayerConfig, arrays: readonly NamedArray[]): void {
    const [table, ...others] = arrays;
    if (layer.options.mask_zero === true) {
      const fix = 'Build the model with mask_zero=False, load the weights into it, save it, and feed no padding.';
      throw this.#unsupported(layer, 'masks padding (mask_zero=True)', fix);
    }
    checkBuilt(arrays, layer.name, this.#file);
    if (table === undefined || others.length > 0) throw this.#wrongCount(layer, arrays.length, 'a table');
    this.layers.push({ kind: 'embedding', name: layer.name, table: matrix(table, this.#file) });
  }

  #wrongCount({ name }: LayerConfig, count: number, expected: string): InputError {
    return new InputError(
      `The layer has ${count} ${count === 1 ? 'array' : 'arrays'}, where it needs ${expected}.`,
      { file: this.#file, tensor: name },
      'The file is damaged, or its weights belong to another model: save the model again.',
    );
  }

  /** One direction of a layer; `reads` is the direction that its place asks for. */
  #recurrent(
    layer: LayerConfig,
    arrays: readonly NamedArray[],
    reads: 'forwards' | 'backwards',
  ): ForeignLstm | ForeignGru {
    const { options, name, className } = layer;
    if ((options.go_backwards === true) !== (reads === 'backwards')) {
      throw this.#unsupported(layer, `reads ${reads === 'backwards' ? 'forwards' : 'backwards'} (go_backwards)`);
    }
    if (options.time_major === true) throw this.#unsupported(layer, 'has time first (time_major=True)');
    this.stateful ||= options.stateful === true;
    const cudnn = className.startsWith('CuDNN');
    const functions: CellFunctions = {
      cellActivation: cudnn ? 'tanh' : cellActivation(layer, this.#version, this.#file),
      recurrentActivation: cudnn ? { kind: 'sigmoid' } : recurrentActivation(layer, this.#version, this.#file),
    };
    if (className.endsWith('GRU')) {
      const { parameters, layout } = readGru(arrays, options.reset_after === true, name, this.#file);
      this.layouts.push(layout);
      return { kind: 'gru', name, forward: parameters, ...functions };
    }
    const { parameters, layout } = readLstm(arrays, name, this.#file);
    this.layouts.push(layout);
    return { kind: 'lstm', name, forward: parameters, ...functions };
  }

  #pushRecurrent(layer: LayerConfig, arrays: readonly NamedArray[]): void {
    this.layers.push(this.#recurrent(layer, arrays, 'forwards'));
    if (layer.options.return_sequences !== true && !this.#headless) {
      this.notes.push(`"${layer.name}" returns only its last step in Keras; here every step has an output.`);
    }
  }

  #bothWays(wrapper: LayerConfig, arrays: readonly NamedArray[]): void {
    const { merge_mode: mode = 'concat' } = wrapper.options;
    if (mode !== 'concat') {
      const fix = "Only merge_mode='concat' is supported, which puts both directions side by side.";
      throw this.#unsupported(wrapper, `has the merge_mode ${typeof mode === 'string' ? `'${mode}'` : 'None'}`, fix);
    }
    const inner = innerLayer(wrapper, 'layer', this.#file);
    if (!/^(CuDNN)?(LSTM|GRU)$/.test(inner.className)) {
      throw this.#unsupported(wrapper, `reads both ways with a ${inner.className} layer`);
    }
    const given = wrapper.options.backward_layer;
    const back =
      given === undefined || given === null
        ? { ...inner, options: { ...inner.options, go_backwards: true } }
        : innerLayer(wrapper, 'backward_layer', this.#file);
    const half = arrays.length / 2;
    const forward = this.#recurrent(inner, arrays.slice(0, half), 'forwards');
    const backward = this.#recurrent(back, arrays.slice(half), 'backwards');
    if (forward.kind !== backward.kind) throw this.#unsupported(wrapper, 'has other cells in each direction');
    if (!sameFunctions(forward, backward)) throw this.#unsupported(wrapper, 'has other activations in each direction');
    this.layers.push({ ...forward, name: wrapper.name, backward: backward.forward });
    if (inner.options.return_sequences === true || this.#headless) return;
    const fix = 'Build it with return_sequences=True, load the weights into it, and save it.';
    throw this.#unsupported(wrapper, 'returns the last step of each direction, two different moments', fix);
  }

  #dense(layer: LayerConfig, arrays: readonly NamedArray[]): void {
    const [kernel, bias, ...others] = arrays;
    checkBuilt(arrays, layer.name, this.#file);
    if (kernel === undefined || others.length > 0) {
      throw this.#wrongCount(layer, arrays.length, 'a kernel and perhaps a bias');
    }
    const weights = matrix(kernel, this.#file);
    this.layers.push({
      kind: 'dense',
      name: layer.name,
      kernel: weights,
      bias: biasOf(bias, weights.columns, this.#file),
      activation: outputActivation(layer, this.#file),
    });
    if (bias === undefined) this.notes.push(`"${layer.name}" has no bias; zeros take its place.`);
  }

  /** A function alone is that of the dense layer before it. */
  #activation(layer: LayerConfig): void {
    const activation = outputActivation(layer, this.#file);
    if (activation === 'linear') return;
    const before = this.layers.at(-1);
    if (before?.kind !== 'dense' || before.activation !== 'linear') {
      throw this.#unsupported(layer, 'is an Activation that does not follow a dense layer without one');
    }
    const folded: ForeignDense = { ...before, activation };
    this.layers.splice(-1, 1, folded);
  }

  #eachStep(wrapper: LayerConfig, arrays: readonly NamedArray[]): void {
    const inner = innerLayer(wrapper, 'layer', this.#file);
    if (inner.className !== 'Dense' && inner.className !== 'Activation' && !IDLE.has(inner.className)) {
      throw this.#unsupported(wrapper, `holds ${inner.className} for each step`);
    }
    this.add({ ...inner, name: wrapper.name }, arrays);
  }
}

/**
 * @param version the major version of Keras that the network was trained with
 * @param headless whether the last layer is an LSTM whose readers are left out
 * @throws {InputError} a layer, an option or a function that is not supported, by its name; arrays that do not fit
 */
export function readLayers(
  chain: readonly LayerConfig[],
  weights: StoredWeights,
  version: number,
  file: string,
  headless = false,
): ReadLayers {
  const builder = new Builder(weights, version, file, headless);
  for (const layer of chain) builder.add(layer);
  return builder;
}
