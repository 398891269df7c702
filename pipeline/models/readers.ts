// The readers of other frameworks' files, each loaded when a file needs it, and with it the library that it needs.

import { basename, dirname } from 'node:path';
import { InputError } from '../base/errors.ts';
import type { ForeignNetwork, FunctionOptions } from './foreign.ts';
import type { ModelFormat } from './recognise.ts';

export type ForeignFormat = Exclude<ModelFormat, 'cellarium'>;

interface Reader {
  /** The options that it understands: the others are what its files say themselves. */
  readonly takes: readonly (keyof FunctionOptions)[];
  read(path: string, options: FunctionOptions): Promise<ForeignNetwork>;
}

/** The folder that is meant by the path of the file that makes it a model. */
export const folderOf = (path: string, file: string): string => (basename(path) === file ? dirname(path) : path);

const pytorch: Reader = {
  takes: ['hiddenActivation', 'outputActivation'],
  read: async (path, options) => (await import('./formats/pytorch/read.ts')).readPytorch(path, options),
};

const READERS: Readonly<Record<ForeignFormat, Reader>> = {
  'keras-hdf5': {
    takes: ['cellActivation', 'recurrentActivation', 'hiddenActivation', 'outputActivation'],
    read: async (path, options) => (await import('./formats/keras/read.ts')).readKerasHdf5(path, options),
  },
  'keras-archive': {
    takes: [],
    read: async (path) => (await import('./formats/keras/read.ts')).readKerasArchive(path),
  },
  onnx: { takes: [], read: async (path) => (await import('./formats/onnx/read.ts')).readOnnx(path) },
  tfjs: { takes: [], read: async (path) => (await import('./formats/tfjs/read.ts')).readTfjs(path) },
  ml5: {
    takes: [],
    read: async (path) => (await import('./formats/ml5/read.ts')).readMl5(folderOf(path, 'manifest.json')),
  },
  safetensors: pytorch,
  // Recognised by the same reader, which says what to do instead.
  pickle: pytorch,
};

/** The options as the command has them. */
const FLAGS: Readonly<Record<keyof FunctionOptions, string>> = {
  cellActivation: '--cell-activation',
  recurrentActivation: '--recurrent-activation',
  hiddenActivation: '--hidden-activation',
  outputActivation: '--output-activation',
};

/** @throws InputError a broken file, what is not supported, an option that this kind of file leaves no room for */
export async function readForeign(
  path: string,
  format: ForeignFormat,
  { cellActivation, recurrentActivation, hiddenActivation, outputActivation }: FunctionOptions,
): Promise<ForeignNetwork> {
  const reader = READERS[format];
  const options = { cellActivation, recurrentActivation, hiddenActivation, outputActivation };
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const functions: FunctionOptions = Object.fromEntries(given);
  const refused = Object.keys(functions).find((name) => !reader.takes.includes(name as keyof FunctionOptions));
  if (refused !== undefined) {
    const flag = FLAGS[refused as keyof FunctionOptions];
    throw new InputError(`Files of this kind leave no room for ${flag}.`, { file: path }, `Leave out ${flag}.`);
  }
  return reader.read(path, functions);
}
