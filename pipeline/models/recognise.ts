// Which kind of model a file or folder is: by what is in it, and only then by its name.
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { InputError } from '../base/errors.ts';
import { explainingFailure } from '../files/files.ts';

export type ModelFormat =
  | 'cellarium'
  | 'keras-hdf5'
  | 'keras-archive'
  | 'safetensors'
  | 'pickle'
  | 'onnx'
  | 'tfjs'
  | 'ml5';

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
};

const FIX = [
  'Known are Keras (.h5, .hdf5, .keras), PyTorch state dicts as .safetensors, ONNX (.onnx), TensorFlow.js',
  '(model.json), ml5 folders (manifest.json), and models of this project (a folder with card.md, an exported file).',
].join(' ');

/** Whether a path is a file, or a folder that holds a model: what a command takes before it looks for an id. */
export function isModelPath(path: string): boolean {
  if (!existsSync(path)) return false;
  return !explainingFailure('read', path, () => statSync(path).isDirectory()) || folderFormat(path) !== undefined;
}

/** @throws InputError a path that is not there, a file that is none of the known kinds */
export function recogniseFormat(path: string): ModelFormat {
  const isFolder = explainingFailure('read', path, () => statSync(path).isDirectory());
  const found = isFolder ? folderFormat(path) : fileFormat(path);
  if (found !== undefined) return found;
  throw new InputError('It is no model of a known kind.', { file: path }, FIX);
}

function folderFormat(path: string): ModelFormat | undefined {
  return FOLDERS.find(([file]) => existsSync(join(path, file)))?.[1];
}

function fileFormat(path: string): ModelFormat | undefined {
  return (
    FOLDERS.find(([file]) => file === basename(path))?.[1] ??
    formatOf(readBeginning(path)) ??
    ENDINGS[extname(path).toLowerCase()]
  );
}

/** Enough for the name of an archive's first entry, and for HDF5's signature behind a user block of 512 bytes. */
const BEGINNING = 1024;

function readBeginning(path: string): Buffer {
  return explainingFailure('read', path, () => {
    const descriptor = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(BEGINNING);
      return bytes.subarray(0, readSync(descriptor, bytes, 0, BEGINNING, 0));
    } finally {
      closeSync(descriptor);
    }
  });
}

const HDF5 = Buffer.from('\x89HDF\r\n\x1a\n', 'latin1');
const ZIP = Buffer.from('PK\x03\x04', 'latin1');

function formatOf(beginning: Buffer): ModelFormat | undefined {
  const startsWith = (signature: Buffer, at = 0) => beginning.subarray(at, at + signature.length).equals(signature);
  // The length of a header, below 4 GiB, and its brace: first of all, for a length may look like anything.
  if (beginning.length > 8 && beginning[8] === 0x7b && beginning.readUInt32LE(4) === 0) return 'safetensors';
  if (startsWith(HDF5) || startsWith(HDF5, 512)) return 'keras-hdf5';
  // An archive of PyTorch begins with its pickle, `<name>/data.pkl`.
  if (startsWith(ZIP)) return beginning.includes('/data.pkl') ? 'pickle' : 'keras-archive';
  if (beginning[0] === 0x80 && beginning[1]! >= 2 && beginning[1]! <= 5) return 'pickle';
  if (/^\s*\{/.test(beginning.toString('utf8'))) return 'tfjs';
  // A protocol buffer whose first field is number 1, a varint: the version of ONNX's format.
  if (beginning[0] === 0x08 && beginning[1]! > 0 && beginning[1]! < 0x40) return 'onnx';
  return undefined;
}
