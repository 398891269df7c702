// Folders of raw float32 files as ml5's charRNN takes them: TensorFlow's BasicLSTMCells with an embedding below and a
// softmax above, a manifest.json that names the files, and a vocab.json.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { runBasicLstm } from '../../../engines/index.ts';
import { readJson } from '../../../files/json.ts';
import { fileBelow } from '../../../files/open.ts';
import type { ForeignNetwork } from '../../foreign.ts';
import { readVocabulary } from '../../vocabulary.ts';
import { cellLayer, FIX, readArrays } from './cells.ts';

const manifestSchema = z.record(
  z.string(),
  z.object({ filename: z.string().min(1), shape: z.array(z.int().positive()) }),
);

/**
 * @param folder with manifest.json, the files that it names, and vocab.json
 * @throws {InputError} files that are missing, cut off or lie elsewhere, arrays of another kind of network
 */
export async function readMl5(folder: string): Promise<ForeignNetwork> {
  const file = fileBelow(folder, 'manifest.json');
  const arrays = readArrays(readJson(file, manifestSchema, FIX), file);
  const { embedding, cells, softmax, scalars } = arrays;
  const layers = cells.map((cell) => cellLayer(cell, file));
  const size = embedding?.rows ?? softmax.kernel.columns;
  const vocabulary = existsSync(join(folder, 'vocab.json'))
    ? readVocabulary(fileBelow(folder, 'vocab.json'), size)
    : undefined;
  return {
    format: 'ml5, TensorFlow BasicLSTMCell',
    layers: [
      ...(embedding === undefined ? [] : [{ kind: 'embedding' as const, name: 'embedding', table: embedding }]),
      ...layers,
      { kind: 'dense', name: 'softmax', ...softmax, activation: 'softmax' },
    ],
    gateOrder: 'i j f o',
    biases: 'one, and 1 added to the forget gate',
    stateful: false,
    ...(vocabulary === undefined ? {} : { vocabulary }),
    notes: [
      'The 1 that a BasicLSTMCell adds to its forget gate is part of the bias here.',
      ...(vocabulary === undefined ? ['There is no vocab.json in the folder.'] : []),
      ...(scalars.length === 0 ? [] : [`Left out, being single numbers: ${scalars.join(', ')}.`]),
    ],
    run: (sequence, steps) => runBasicLstm(arrays, sequence, steps),
  };
}
