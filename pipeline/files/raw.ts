// Files of bare numbers, of which another file says how many there are.
import { InputError } from '../base/errors.ts';
import { readBytes } from './files.ts';
import { withFile } from './open.ts';

/** Bytes that lie in memory as one. */
const LARGEST = 2 ** 31 - 1;

/**
 * The bytes of some files, one after the other, which must be as many as are asked for. Nothing is read before that is
 * known.
 * @param expected bytes of all files together
 * @throws {InputError} a file that is not there or cannot be read, files of another size or of more than 2 GiB
 */
export function readRaw(paths: readonly string[], expected: number, manifest: string): ArrayBuffer {
  const sizes = paths.map((path) => withFile(path, ({ size }) => size));
  const found = sizes.reduce((sum, size) => sum + size, 0);
  if (found !== expected) throw wrongSize(paths, found, expected, manifest);
  if (expected > LARGEST) {
    const fix = 'Write the model as another kind of file, as .safetensors.';
    throw new InputError(`It asks for ${expected} bytes at once, more than ${LARGEST}.`, { file: manifest }, fix);
  }
  const bytes = new Uint8Array(expected);
  let offset = 0;
  paths.forEach((path, index) => {
    const part = readBytes(path);
    if (part.length !== sizes[index]) throw wrongSize([path], part.length, sizes[index]!, manifest);
    bytes.set(part, offset);
    offset += part.length;
  });
  return bytes.buffer;
}

function wrongSize(paths: readonly string[], found: number, expected: number, manifest: string): InputError {
  const rest = paths.length > 1 ? ` and ${paths.length - 1} more` : '';
  return new InputError(
    `${paths[0] ?? 'Its list of files'}${rest}: ${found} bytes, where the shapes in it ask for ${expected}.`,
    { file: manifest },
    'Fetch all files of the model again: one is cut off, or belongs to another model.',
  );
}
