// A model for a program that uses this package.

import { InputError } from '../base/errors.ts';
import type { InspectedSequence } from '../inspect/inspect.ts';
import { rowSequence, textSequence } from '../inspect/sources.ts';
import { type LayerGates, splitGates as splitParameters } from '../lstm/gates.ts';
import { readsNumbers } from '../lstm/parameters.ts';
import { type ImportOptions, type OpenedLayers, type OpenedModel, openAny } from '../models/open.ts';
import { gatesOfLayers, type NamedLayerGates, type OneInput } from './layers.ts';

/** A plain stack of LSTM layers, with what follows them. */
export type WholeModel = OpenedModel;
/** A model of any other shape: its LSTM and GRU layers are opened. */
export type LayeredModel = OpenedLayers;
export type Model = WholeModel | LayeredModel;

/** Whether a model is opened by its layers alone. */
export function isLayered(model: Model): model is LayeredModel {
  return 'graph' in model;
}

export interface LoadOptions extends ImportOptions {
  /** The folder that ids are looked for in, `content` below the folder that the program runs in where left out. */
  readonly content?: string;
}

/**
 * Loads a model that any supported framework saved: a file, a folder, or the id of a model of content/models.
 * @param source as `model.h5`, `model.keras`, `weights.safetensors`, `model.onnx`, `tfjs/model.json`, or `alice`
 * What is no plain stack of LSTM layers is opened by its LSTM and GRU layers; see {@link isLayered}.
 * @throws InputError where there is no such model, or it is broken or of a kind that is not supported
 */
export function loadModel(source: string, { content = 'content', ...options }: LoadOptions = {}): Promise<Model> {
  return openAny(source, content, options);
}

// The weights of each gate for a program's own use.

/**
 * Which weights belong to which gate: for each layer W, U and b of i, f, g and o, cut out of the arrays that Keras lists as
 * `kernel`, `recurrent_kernel` and `bias`. Time steps are nowhere among them: the same weights serve at each step. A layered
 * model's come with the names of the layers, and of GRU cells r, z and n.
 */
export function splitGates(model: WholeModel): LayerGates[];
export function splitGates(model: LayeredModel): NamedLayerGates[];
export function splitGates(model: Model): LayerGates[] | NamedLayerGates[];
export function splitGates(model: Model): LayerGates[] | NamedLayerGates[] {
  return isLayered(model) ? gatesOfLayers(model) : splitParameters(model.architecture, model.parameters);
}

// What a program gives a model to read.

/** A text, which is read as it is, or a series: for each time step a row with a number for each feature. */
export type Input = OneInput;

/**
 * An input as its network reads it.
 * @throws InputError a character that the model does not know, or rows that do not have its features
 */
export function readInput(model: WholeModel, input: Input): InspectedSequence {
  if (typeof input === 'string') return textSequence(input, model, 'the text');
  const { architecture, name } = model;
  if (!readsNumbers(architecture)) {
    throw new InputError(`The model "${name}" reads characters, and was given numbers.`, {}, 'Give it a text.');
  }
  const wrong = input.findIndex((row) => row.length !== architecture.inputs || !row.every(Number.isFinite));
  if (wrong < 0) return rowSequence('the series', input, model);
  throw new InputError(
    `Row ${wrong} of the input is [${input[wrong]!.join(', ')}], where the model "${name}" reads ${architecture.inputs} finite numbers.`,
    {},
    'Give a row for each time step, with a number for each feature.',
  );
}
