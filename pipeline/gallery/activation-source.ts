// The arrays of a file of activations, whatever its format, which its first bytes tell: safetensors, NumPy's `.npy` and
// `.npz`, or HDF5.
import { InputError } from '../base/errors.ts';
import { readBeginning, readBytes } from '../files/files.ts';
import { ENOUGH_TO_TELL, refuseOtherKind } from '../files/kinds.ts';
import { type NumberArray, openNpy, openNpz } from '../files/numpy.ts';
import { openSafetensors } from '../files/safetensors.ts';
import { decodeHdf5 } from '../models/formats/keras/hdf5.ts';

export interface ArraySource {
  readonly arrays: readonly NumberArray[];
  /** Of a safetensors file; of the others a `text` that they may hold. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Whether its tensors are the signals by name, and nothing else. */
  readonly named: boolean;
  close(): void;
}

/** Endings of the names of such files, which the text beside one of them has not. */
export const ENDING = /\.(?:safetensors|npy|npz|h5|hdf5)$/i;

/** A safetensors file, of which nothing but the header is read until it is asked for. */
export function safetensorsSource(file: string): ArraySource {
  const reader = openSafetensors(file);
  const arrays = reader.entries.map(
    (entry): NumberArray => ({ ...entry, read: (index, count) => reader.read(entry, index, count) }),
  );
  return { arrays, metadata: reader.metadata, named: true, close: reader.close };
}

/** @throws InputError a file of none of the formats, called what it is; a broken one */
export async function openSource(file: string): Promise<ArraySource> {
  const beginning = readBeginning(file, ENOUGH_TO_TELL);
  refuseOtherKind(beginning, file);
  const startsWith = (signature: string, at = 0) =>
    beginning.toString('latin1', at, at + signature.length) === signature;
  const held = { named: false, close() {} };
  if (startsWith('\x93NUMPY')) return { ...held, arrays: [openNpy(file)], metadata: {} };
  if (startsWith('PK\x03\x04')) {
    const { arrays, texts } = openNpz(file);
    const text = texts.get('text');
    return { ...held, arrays, metadata: text === undefined ? {} : { text } };
  }
  if (startsWith('\x89HDF\r\n\x1a\n') || startsWith('\x89HDF\r\n\x1a\n', 512)) return hdf5Source(file);
  if (startsWith('\x80\x02') || startsWith('\x80\x03') || startsWith('\x80\x04') || startsWith('\x80\x05')) {
    throw new InputError(
      'It is a pickle of Python, and to read a pickle is to run it.',
      { file },
      `Save the array with NumPy, in Python:
    import pickle, numpy
    array = pickle.load(open("states.pkl", "rb"))
    numpy.save("states.npy", array)`,
    );
  }
  // The length of a header, and its brace.
  if (beginning.length > 8 && beginning[8] !== 0x7b && !file.endsWith('.safetensors')) {
    const fix = 'Known are safetensors, NumPy (.npy, .npz) and HDF5, each with an array [characters, units].';
    throw new InputError('It holds no activations in a format that is known.', { file }, fix);
  }
  return safetensorsSource(file);
}

async function hdf5Source(file: string): Promise<ArraySource> {
  const { arrays, attributes } = await decodeHdf5(readBytes(file), file, true);
  const text = attributes.get('')?.get('text');
  return {
    arrays: [...arrays].map(([name, { shape, data }]) => ({
      name,
      shape,
      read: (index, count) => data.slice(index, index + count),
    })),
    metadata: typeof text === 'string' ? { text } : {},
    named: false,
    close() {},
  };
}
