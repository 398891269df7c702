// PyTorch's own files, which are pickles: recognised and refused, for to read a pickle is to run a program.
import { closeSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { InputError } from '../../../base/errors.ts';
import { explainingFailure } from '../../../files/files.ts';

/** What `torch.save` begins a file with: a zip since PyTorch 1.6, before that a pickle of this number. */
const ZIP = Buffer.from('504b0304', 'hex');
const MAGIC_NUMBER = Buffer.from('8a0a6cfc9c46f9206aa85019', 'hex');
/** A pickle of protocol 4 or newer, from PyTorch or not, has a frame after its first two bytes. */
const FRAME = 0x95;
const PROTOCOL = 0x80;

function isPickle(beginning: Buffer): boolean {
  if (beginning.subarray(0, ZIP.length).equals(ZIP)) return true;
  if (beginning[0] !== PROTOCOL) return false;
  return beginning[2] === FRAME || beginning.subarray(2, 2 + MAGIC_NUMBER.length).equals(MAGIC_NUMBER);
}

/** @throws {InputError} a file that `torch.save` wrote, with the Python that makes a safetensors file of it */
export function refusePickle(path: string): void {
  const beginning = explainingFailure('read', path, () => {
    const descriptor = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(16);
      return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, 0));
    } finally {
      closeSync(descriptor);
    }
  });
  if (!isPickle(beginning)) return;
  const name = basename(path);
  const target = `${name.replace(/\.(pt|pth|bin|ckpt|pkl)$/, '')}.safetensors`;
  throw new InputError(
    'It holds a Python pickle, as torch.save writes it, and to read a pickle is to run whatever program it holds.',
    { file: path },
    `Save the weights as safetensors, in Python:
    import torch, safetensors.torch
    weights = torch.load(${JSON.stringify(name)}, map_location="cpu", weights_only=True)
    safetensors.torch.save_file({k: v.clone().contiguous() for k, v in weights.items()}, ${JSON.stringify(target)})`,
  );
}
