// Files of which a piece has become zeros, as a disk or a broken download leaves them: they are refused, or the same
// network is read. Numbers may be lost with the piece, where the format has no checksum; parts of the network never.
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../pipeline/base/errors.ts';
import { openActivationsFile } from '../../pipeline/gallery/activations-file.ts';
import { openAny } from '../../pipeline/models/open.ts';
import { temporaryFolder } from '../temporary.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

/** What is read, apart from its numbers; and all its numbers, in order. */
interface Read {
  readonly form: string;
  readonly numbers: readonly number[];
}

/** Everything that a reader returns but functions, so that nobody has to think of what may be lost. */
function taken(found: unknown): Read {
  const numbers: number[][] = [];
  const form = JSON.stringify(found, (_, value: unknown) => {
    if (value instanceof Map) return [...value];
    if (typeof value === 'bigint') return String(value);
    if (typeof value === 'function') return 'function';
    if (!ArrayBuffer.isView(value)) return value;
    const list = Array.from(value as Float32Array);
    numbers.push(list);
    return `${list.length} numbers`;
  });
  return { form, numbers: numbers.flat() };
}

async function readModelAt(path: string): Promise<Read> {
  const isAlone = /weights\.h5|checkpoint|first|frozen/.test(path);
  const found = await openAny(path, 'content', isAlone ? { assumeStack: true } : {});
  if (!('graph' in found)) return taken({ ...found, origin: { ...found.origin, run: undefined, runSteps: undefined } });
  const { parts: _, ...graph } = found.graph as typeof found.graph & { parts?: unknown };
  return taken({ ...found, graph });
}

async function readActivationsAt(path: string): Promise<Read> {
  const found = await openActivationsFile(path, { text: fixture('activations/formats/text.txt') });
  try {
    const { rows, signals, layers, names, textFile: _ } = found;
    return taken({ rows, signals, layers, names, values: signals.map((signal) => found.read(signal, 0, rows)) });
  } finally {
    found.close();
  }
}

/** Every so many bytes a piece is lost; all pieces in a row are tried with MUTATIONS=all. */
const PIECES = process.env.MUTATIONS === 'all' ? Number.POSITIVE_INFINITY : 24;
const SIZES = [16, 64, 512];

/** What a reader says of a model of which it does not open or check all that there is. */
const SAYS = /left out from there on|was not held against onnxruntime: onnxruntime cannot run/;

/** @param file that loses pieces, within the folder of the model or for itself */
async function sweep(
  file: string,
  read: () => Promise<Read>,
): Promise<{ tried: number; refused: number; wrong: string[] }> {
  const good = readFileSync(file);
  const whole = await read();
  const wrong: string[] = [];
  let [tried, refused] = [0, 0];
  for (const [index, size] of SIZES.entries()) {
    const count = Math.ceil(good.length / size);
    const step = Math.max(1, Math.floor(count / PIECES));
    for (let piece = index % step; piece < count; piece += step) {
      const [from, to] = [piece * size, Math.min(good.length, (piece + 1) * size)];
      const lost = Buffer.from(good).fill(0, from, to);
      if (lost.equals(good)) continue;
      tried += 1;
      writeFileSync(file, lost);
      try {
        const found = await read();
        const others = found.numbers.filter((value, at) => value !== whole.numbers[at]).length;
        const isSaid = SAYS.test(found.form) && !SAYS.test(whole.form);
        // A byte is a number at the least.
        if (!isSaid && (found.form !== whole.form || others > size + 1)) wrong.push(`${size} bytes from ${from}`);
      } catch (error) {
        if (!(error instanceof InputError)) throw new Error(`${size} bytes from ${from}`, { cause: error });
        refused += 1;
      }
    }
  }
  writeFileSync(file, good);
  return { tried, refused, wrong };
}

/** Single files, and files in the folder of a model. */
const MODELS: readonly string[][] = [
  ['keras/keras1-functional.h5'],
  ['keras/keras2-characters.weights.h5'],
  ['keras/keras2-bidirectional.h5'],
  ['keras/keras3-characters.weights.h5'],
  ['keras/keras3-bidirectional.weights.h5'],
  ['keras/tfkeras-characters.keras'],
  ['gru/keras-after.weights.h5'],
  ['pytorch/stack.safetensors'],
  ['pytorch/zip.pt'],
  ['pytorch/pickle.pt'],
  ['onnx/torch-two-layers.onnx'],
  ['onnx/torch-both-ways.onnx'],
  ['gru/onnx-both-ways.onnx'],
  ['tfjs/characters', 'model.json'],
  ['tfjs/both-ways', 'model.json'],
  ['tensorflow/checkpoint-subclassed', 'weights.index'],
  ['tensorflow/checkpoint-subclassed', 'weights.data-00000-of-00001'],
  ['tensorflow/first-stacked', 'model.ckpt.index'],
  ['tensorflow/saved-model-both-ways', 'keras_metadata.pb'],
  ['tensorflow/saved-model-both-ways', 'variables/variables.index'],
  ['tensorflow/frozen.pb'],
  ['tensorflow/lstm.tflite'],
  ['ml5/two-cells', 'manifest.json'],
];

describe('a model of which a piece is lost', () => {
  it.each(MODELS)('is refused or the same: %s %s', async (model = '', part?: string) => {
    const path = join(temporaryFolder(), basename(model));
    cpSync(fixture(model), path, { recursive: true });
    const { tried, refused, wrong } = await sweep(part === undefined ? path : join(path, part), () =>
      readModelAt(path),
    );
    expect(wrong).toEqual([]);
    expect(tried).toBeGreaterThan(8);
    expect(refused).toBeGreaterThan(tried / 10);
  });
});

describe('activations of which a piece is lost', () => {
  it.each(['states.h5', 'half.h5', 'layers.npz', 'named.npz', 'little-f4.npy'])(
    'are refused or the same: %s',
    async (name) => {
      const path = join(temporaryFolder(), name);
      cpSync(fixture(`activations/formats/${name}`), path);
      const { tried, refused, wrong } = await sweep(path, () => readActivationsAt(path));
      expect(wrong).toEqual([]);
      expect(tried).toBeGreaterThan(8);
      expect(refused).toBeGreaterThan(0);
    },
  );
});
