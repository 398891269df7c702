// The formats of models: how one is recognised, by what is in the file and only then by its name, and which module reads
// or writes it. Those modules are loaded when they are needed, and with them the libraries that they use.
import { existsSync, statSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { InputError } from '../base/errors.ts';
import { explainingFailure, readBeginning, refuseDanglingAnnex } from '../files/files.ts';
import { withRanges } from '../files/ranges.ts';
import { openZip } from '../files/zip.ts';
import { isGruNetwork } from '../lstm/parameters.ts';
import type { CanonicalNetwork, ForeignNetwork, FunctionOptions, ReadOptions } from './foreign.ts';
import { tensorflowPlace } from './formats/tensorflow/places.ts';
import type { LayeredModel } from './graph/model.ts';
import { refuseFolder, refuseOtherModel, refuseOtherPickle } from './other-kinds.ts';

export type ModelFormat =
  | 'cellarium'
  | 'keras-hdf5'
  | 'keras-archive'
  | 'safetensors'
  | 'pickle'
  | 'onnx'
  | 'tfjs'
  | 'ml5'
  /** A SavedModel, a checkpoint or a frozen graph, of whatever files. */
  | 'tensorflow'
  | 'tflite';

/** Files that make their folder a model, in the order in which they are looked for. */
const FOLDERS: readonly (readonly [file: string, format: ModelFormat])[] = [
  ['card.md', 'cellarium'],
  ['model.json', 'tfjs'],
  ['manifest.json', 'ml5'],
];

/** Endings of names, for files whose first bytes tell too little. */
const ENDINGS: Readonly<Record<string, ModelFormat>> = {
  '.onnx': 'onnx',
  '.json': 'tfjs',
  '.safetensors': 'safetensors',
  '.h5': 'keras-hdf5',
  '.hdf5': 'keras-hdf5',
  '.keras': 'keras-archive',
  '.pt': 'pickle',
  '.pth': 'pickle',
  '.ckpt': 'pickle',
  '.tflite': 'tflite',
  '.pb': 'tensorflow',
};

const FIX = [
  'Known are Keras (.h5, .hdf5, .keras), PyTorch (.pt, .pth, .ckpt, .bin, .safetensors), ONNX (.onnx), TensorFlow.js',
  '(model.json), ml5 folders (manifest.json), TensorFlow (a SavedModel, a checkpoint, .tflite), and models of this project',
  '(a folder with card.md, an exported file).',
].join(' ');

/** Whether a path is a file, or a folder that holds a model: what a command takes before it looks for an id. */
export function isModelPath(path: string): boolean {
  if (tensorflowPlace(path) !== undefined) return true;
  if (!existsSync(path)) return false;
  return !explainingFailure('read', path, () => statSync(path).isDirectory()) || folderFormat(path) !== undefined;
}

/** @throws InputError a path that is not there, a file that is none of the known kinds */
export function recogniseFormat(path: string): ModelFormat {
  refuseDanglingAnnex(path);
  if (folderFormat(path) === undefined && tensorflowPlace(path) !== undefined) return 'tensorflow';
  const isFolder = explainingFailure('read', path, () => statSync(path).isDirectory());
  const found = isFolder ? folderFormat(path) : fileFormat(path);
  if (found !== undefined) return found;
  if (isFolder) refuseFolder(path);
  throw new InputError('It is not a model of a known kind.', { file: path }, FIX);
}

function folderFormat(path: string): ModelFormat | undefined {
  return FOLDERS.find(([file]) => existsSync(join(path, file)))?.[1];
}

function fileFormat(path: string): ModelFormat | undefined {
  const beginning = readBeginning(path, BEGINNING);
  refuseOtherModel(beginning, path);
  const found =
    FOLDERS.find(([file]) => file === basename(path))?.[1] ??
    formatOf(beginning) ??
    ENDINGS[extname(path).toLowerCase()];
  if (found === 'pickle') refuseOtherPickle(readBeginning(path, NAMES_IN_PICKLE), path);
  return found === 'keras-archive' && holdsPickle(path) ? 'pickle' : found;
}

/** Whether an archive is PyTorch's, by the pickle in it. A broken one is told by its name, to whichever reader. */
function holdsPickle(path: string): boolean {
  try {
    return withRanges(path, (bytes) => openZip(bytes, path).names.some((name) => /^([^/]*\/)?data\.pkl$/.test(name)));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return ENDINGS[extname(path).toLowerCase()] === 'pickle';
  }
}

/** Bytes of a pickle in which its first class is named. */
const NAMES_IN_PICKLE = 2 ** 16;

/** Enough for the name of an archive's first entry, and for HDF5's signature behind a user block of 512 bytes. */
const BEGINNING = 1024;

const HDF5 = Buffer.from('\x89HDF\r\n\x1a\n', 'latin1');
/** Behind the place of its root. */
const TFLITE = Buffer.from('TFL3', 'latin1');
const ZIP = Buffer.from('PK\x03\x04', 'latin1');

function formatOf(beginning: Buffer): ModelFormat | undefined {
  const startsWith = (signature: Buffer, at = 0) => beginning.subarray(at, at + signature.length).equals(signature);
  // The length of a header, below 4 GiB, and its brace: first of all, for a length may look like anything.
  if (beginning.length > 8 && beginning[8] === 0x7b && beginning.readUInt32LE(4) === 0) return 'safetensors';
  if (startsWith(TFLITE, 4)) return 'tflite';
  if (startsWith(HDF5) || startsWith(HDF5, 512)) return 'keras-hdf5';
  if (startsWith(ZIP)) return 'keras-archive';
  if (beginning[0] === 0x80 && beginning[1]! >= 2 && beginning[1]! <= 5) return 'pickle';
  if (/^\s*\{/.test(beginning.toString('utf8'))) return 'tfjs';
  // A protocol buffer whose first field is number 1, a varint: the version of ONNX's format.
  if (beginning[0] === 0x08 && beginning[1]! > 0 && beginning[1]! < 0x40) return 'onnx';
  return undefined;
}

// The readers of other frameworks' files.

export type ForeignFormat = Exclude<ModelFormat, 'cellarium'>;

interface Reader {
  /** The options that it understands: the others are what its files say themselves. */
  readonly takes: readonly (keyof ReadOptions)[];
  read(path: string, options: ReadOptions): Promise<ForeignNetwork | LayeredModel>;
}

/** The folder that is meant by the path of the file that makes it a model. */
export const folderOf = (path: string, file: string): string => (basename(path) === file ? dirname(path) : path);

const pytorch: Reader = {
  takes: ['hiddenActivation', 'outputActivation', 'order', 'assumeStack', 'layer'],
  read: async (path, options) => (await import('./formats/pytorch/read.ts')).readPytorch(path, options),
};

/** Of weights alone, which a whole model says. */
const OF_WEIGHTS = [
  ...(['cellActivation', 'recurrentActivation', 'hiddenActivation', 'outputActivation'] as const),
  ...(['order', 'assumeStack', 'architecture', 'layer'] as const),
];

const READERS: Readonly<Record<ForeignFormat, Reader>> = {
  'keras-hdf5': {
    takes: OF_WEIGHTS,
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
  tensorflow: {
    takes: OF_WEIGHTS,
    read: async (path, options) => (await import('./formats/tensorflow/read.ts')).readTensorflow(path, options),
  },
  tflite: {
    takes: [],
    read: async (path) => (await import('./formats/tflite/read.ts')).readTflite(path),
  },
  safetensors: pytorch,
  pickle: pytorch,
};

/** The options as the command has them. */
const FLAGS: Readonly<Record<keyof FunctionOptions | 'order' | 'assumeStack' | 'architecture', string>> = {
  cellActivation: '--cell-activation',
  recurrentActivation: '--recurrent-activation',
  hiddenActivation: '--hidden-activation',
  outputActivation: '--output-activation',
  order: '--order',
  assumeStack: '--assume-stack',
  architecture: '--architecture',
};

/** @throws InputError a broken file, what is not supported, an option that this kind of file leaves no room for */
export async function readForeign(
  path: string,
  format: ForeignFormat,
  options: ReadOptions,
): Promise<ForeignNetwork | LayeredModel> {
  const reader = READERS[format];
  const given = (Object.keys(FLAGS) as (keyof typeof FLAGS)[]).filter((name) => options[name] !== undefined);
  const refused = given.find((name) => !reader.takes.includes(name));
  if (refused !== undefined) {
    const flag = FLAGS[refused];
    const what =
      refused === 'architecture'
        ? 'An architecture is for weights that Keras saved alone, which these are not.'
        : `Files of this kind already specify what ${flag} sets.`;
    throw new InputError(what, { file: path }, `Leave out ${flag}.`);
  }
  const taken = reader.takes.filter((name) => options[name] !== undefined);
  return reader.read(path, Object.fromEntries(taken.map((name) => [name, options[name]])));
}

// The writers.

export const EXPORT_FORMATS = ['keras', 'pytorch', 'onnx', 'safetensors'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface ExportedModel extends CanonicalNetwork {
  readonly vocabulary: readonly string[];
  readonly features?: readonly string[];
  readonly stateful: boolean;
}

type Writer = (path: string, model: ExportedModel) => Promise<void>;

const WRITERS: Readonly<Record<ExportFormat, Writer>> = {
  keras: async (path, model) => (await import('./formats/keras/write.ts')).writeKerasHdf5(path, model),
  pytorch: async (path, model) => (await import('./formats/pytorch/write.ts')).writePytorch(path, model),
  onnx: async (path, model) => (await import('./formats/onnx/write.ts')).writeOnnx(path, model),
  safetensors: async (path, { architecture, parameters, vocabulary, features, stateful }) => {
    const { writeStandalone } = await import('./formats/own/standalone.ts');
    const names = features === undefined ? {} : { features: [...features] };
    const description = { vocabulary: [...vocabulary], ...names, ...(stateful ? { stateful } : {}), architecture };
    writeStandalone(path, { description, parameters });
  },
};

/**
 * Writes a whole file or none, and every value as it is.
 * @param format `safetensors` is this project's own: it keeps the vocabulary and the names of features too
 * @throws InputError what the framework has no layer or function for; GRU layers for another framework; a path that cannot be
 *   written
 */
export async function writeAs(format: ExportFormat, path: string, model: ExportedModel): Promise<void> {
  if (isGruNetwork(model.architecture) && format !== 'safetensors') {
    const fix = '`--to safetensors` writes it as this project reads it.';
    throw new InputError('A network of GRU layers is not written for other frameworks.', {}, fix);
  }
  await WRITERS[format](path, model);
}
