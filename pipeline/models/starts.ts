// starts.safetensors beside a model: where the streams start that read the text it was trained on. They belong to one
// network and one text, and whoever reads from them proves them anew; they only save the readings that find them out.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../base/errors.ts';
import { hashContent } from '../files/hash.ts';
import { readSafetensors, type Tensor, writeSafetensors } from '../files/safetensors.ts';
import type { Architecture } from '../lstm/parameters.ts';
import type { NetworkState } from '../lstm/state.ts';

const pathOf = (folder: string) => join(folder, 'starts.safetensors');

/** What the starts belong to. */
export interface StartsOf {
  /** SHA-256 of the weights' file. */
  readonly weights: string;
  /** Cleaned. */
  readonly text: string;
}

const identity = ({ weights, text }: StartsOf) => `weights ${weights}, text ${hashContent(text)}`;

/** Writes them, atomically. */
export function writeStarts(folder: string, of: StartsOf, architecture: Architecture, starts: NetworkState): void {
  const tensors = starts.flatMap(({ h, c }, layer): [string, Tensor][] => {
    const units = architecture.units[layer]!;
    const shape = [h.length / units, units];
    return [
      [`layer${layer + 1}.h`, { shape, data: h }],
      [`layer${layer + 1}.c`, { shape, data: c }],
    ];
  });
  writeSafetensors(pathOf(folder), { tensors: new Map(tensors), metadata: { of: identity(of) } });
}

/**
 * @returns undefined where there are none, or those of another network or text
 * @throws InputError a file that is broken
 */
export function readStarts(folder: string, of: StartsOf, architecture: Architecture): NetworkState | undefined {
  const path = pathOf(folder);
  if (!existsSync(path)) return undefined;
  const { tensors, metadata } = readSafetensors(path);
  if (metadata.of !== identity(of)) return undefined;
  return architecture.units.map((_, layer) => {
    const [h, c] = ['h', 'c'].map((part) => numbersOf(tensors, `layer${layer + 1}.${part}`, path));
    return { h: h!, c: c! };
  });
}

function numbersOf(tensors: ReadonlyMap<string, Tensor>, name: string, file: string): Float32Array {
  const data = tensors.get(name)?.data;
  if (data !== undefined) return data;
  throw new InputError(
    'It is missing.',
    { file, tensor: name },
    'Delete the file: it only saves time, and training writes it anew.',
  );
}
