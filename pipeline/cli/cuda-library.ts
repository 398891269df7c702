// onnxruntime's library for CUDA, out of the Python package of the same version: npm's has none, for it is too large.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { InputError } from '../base/errors.ts';
import { readBytes, writeAtomically } from '../files/files.ts';
import { readZip } from '../files/zip.ts';

/** Where the package for Python keeps them, and what they are called. */
const INSIDE = 'onnxruntime/capi';
const LIBRARIES = ['libonnxruntime_providers_shared.so', 'libonnxruntime_providers_cuda.so'] as const;

/**
 * Takes the two libraries out of a wheel and lays them beside onnxruntime's own, where it looks for them.
 * @param wheel a file of the package onnxruntime-gpu
 * @param version of onnxruntime-node, which the wheel has to be of
 * @param folder which holds onnxruntime's own library
 * @returns the paths of what was written
 * @throws InputError a wheel that is damaged, of another version or without CUDA; a folder that cannot be written
 */
export function layLibraries(wheel: string, version: string, folder: string): string[] {
  const record = `onnxruntime_gpu-${version}.dist-info/RECORD`;
  const inside = LIBRARIES.map((name) => `${INSIDE}/${name}`);
  const files = readZip(readBytes(wheel), [record, ...inside], wheel);
  const sums = files.get(record);
  if (sums === undefined) {
    const what = `It is no wheel of onnxruntime-gpu ${version}, the version of onnxruntime-node that is installed.`;
    throw new InputError(what, { file: wheel }, 'Give that version: the two libraries fit no other.');
  }
  const listed = new Map(
    new TextDecoder()
      .decode(sums)
      .split(/\r?\n/)
      .map((line) => line.split(',') as [string, string]),
  );
  const checked = inside.map((path) => {
    const content = files.get(path);
    if (content === undefined) {
      throw new InputError(`It holds no ${path}.`, { file: wheel }, 'Give the wheel for Linux on x86_64.');
    }
    if (listed.get(path) !== `sha256=${createHash('sha256').update(content).digest('base64url')}`) {
      throw new InputError(
        `Its ${path} is not what it lists.`,
        { file: wheel },
        'The wheel is damaged: fetch it again.',
      );
    }
    return content;
  });
  return LIBRARIES.map((name, index) => {
    const path = join(folder, name);
    writeAtomically(path, checked[index]!);
    return path;
  });
}
