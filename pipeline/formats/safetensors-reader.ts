// A safetensors file read piece by piece, for tensors that do not fit in memory.
import { closeSync, openSync } from 'node:fs';
import { DTYPES } from './dtypes.ts';
import { explainingFailure } from './files.ts';
import { readHeader, readRange } from './safetensors.ts';
import type { TensorEntry } from './safetensors-header.ts';

export interface SafetensorsReader {
  readonly entries: readonly TensorEntry[];
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * Some neighbouring values of a tensor as float32, from an index on. What is not finite comes as it is.
   * @throws {InputError} a file that has become shorter
   */
  read(entry: TensorEntry, index: number, count: number): Float32Array;
  close(): void;
}

/** @throws {InputError} a file that is not there, cut off or inconsistent; no tensor is read yet */
export function openSafetensors(path: string): SafetensorsReader {
  const descriptor = explainingFailure('read', path, () => openSync(path, 'r'));
  try {
    const { header, dataStart } = explainingFailure('read', path, () => readHeader(descriptor, path));
    return {
      ...header,
      read({ dtype, begin }, index, count) {
        const { size, toFloat32 } = DTYPES[dtype];
        const position = dataStart + begin + index * size;
        return toFloat32(explainingFailure('read', path, () => readRange(descriptor, position, count * size, path)));
      },
      close: () => closeSync(descriptor),
    };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}
