import { cpSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, test } from 'vitest';
import { InputError } from '../../../pipeline/base/errors.ts';
import { encode } from '../../../pipeline/datasets/text/vocabulary.ts';
import { chooseEngine } from '../../../pipeline/engines/index.ts';
import { decodeUtf8 } from '../../../pipeline/files/utf8.ts';
import { canonical } from '../../../pipeline/models/foreign.ts';
import { readMl5 } from '../../../pipeline/models/formats/ml5/read.ts';
import { meanLoss, positionLosses } from '../../../pipeline/trace/loss.ts';
import { characterTargets } from '../../../pipeline/trace/targets.ts';
import { bookBytes } from '../../datasets/text/books.ts';
import { temporaryFolder } from '../../temporary.ts';
import { differenceFrom, type Expected } from '../compare.ts';
import { expectFolderReadOrRefused } from '../mutated-folders.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/ml5/', import.meta.url));
const cases: Record<string, Expected> = JSON.parse(readFileSync(join(fixtures, 'cases.json'), 'utf8'));
const darwin = fileURLToPath(new URL('../../../../shared/data/ml5-charrnn-darwin', import.meta.url));

type Manifest = Record<string, { filename: string; shape: number[] }>;

/** A copy of a folder with its manifest changed. */
function changed(change: (manifest: Manifest, folder: string) => void, name = 'two-cells'): string {
  const folder = join(temporaryFolder(), 'model');
  cpSync(join(fixtures, name), folder, { recursive: true });
  const path = join(folder, 'manifest.json');
  const manifest: Manifest = JSON.parse(readFileSync(path, 'utf8'));
  change(manifest, folder);
  writeFileSync(path, JSON.stringify(manifest));
  return folder;
}

async function refusal(folder: string): Promise<InputError> {
  try {
    canonical(await readMl5(folder), 'characters', folder);
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const KERNEL = 'rnnlm/multi_rnn_cell/cell_0/basic_lstm_cell/weights';
const BIAS = 'rnnlm/multi_rnn_cell/cell_0/basic_lstm_cell/biases';

describe.each(['two-cells', 'one-hot'])('the folder %s', (name) => {
  it("gives what BasicLSTMCells give, by the cell's own equations", async () => {
    const network = canonical(await readMl5(join(fixtures, name)), 'characters', name);
    expect(await differenceFrom(network, cases[name]!)).toBeLessThan(1e-6);
  });

  it("gives what TensorFlow.js's own BasicLSTMCell gives", async () => {
    const foreign = await readMl5(join(fixtures, name));
    const { architecture, parameters } = canonical(foreign, 'characters', name);
    const input = cases[name]!.input as number[];
    const read =
      architecture.embedding === undefined
        ? input.flatMap((id) => Array.from({ length: architecture.inputs }, (_, k) => Number(k === id)))
        : input;
    const output = [...(await foreign.run!(Float32Array.from(read), input.length))];
    expect(await differenceFrom({ architecture, parameters }, { input, output })).toBeLessThan(1e-6);
  });
});

describe('readMl5', () => {
  it('says how a folder holds what it holds, and which number is which character', async () => {
    const { vocabulary, gateOrder, stateful, notes } = await readMl5(join(fixtures, 'two-cells'));
    expect(vocabulary).toEqual(['\n', ' ', 'a', 'b', 'ç', 'd', '😀']);
    expect({ gateOrder, stateful }).toEqual({ gateOrder: 'i j f o', stateful: false });
    expect(notes.at(-1)).toBe('Left out, being single numbers: Variable.');
  });

  it('reads a folder without a vocabulary', async () => {
    const folder = changed((_, folder) => rmSync(join(folder, 'vocab.json')));
    const { vocabulary, notes } = await readMl5(folder);
    expect(vocabulary).toBeUndefined();
    expect(notes).toContain('There is no vocab.json in the folder.');
  });

  it.each<[string, RegExp, (manifest: Manifest, folder: string) => void]>([
    [
      'has peepholes',
      /"rnnlm\/lstm_cell\/w_f_diag" belongs to another kind/,
      (m) => (m['rnnlm/lstm_cell/w_f_diag'] = m.embedding!),
    ],
    ['has another cell', /"rnnlm\/gru_cell\/kernel" belongs/, (m) => (m['rnnlm/gru_cell/kernel'] = m.embedding!)],
    ['lacks a bias', /lacks the variable "cell_0\/bias"/, (m) => Reflect.deleteProperty(m, BIAS)],
    ['lacks the softmax', /lacks the variable "softmax_w"/, (m) => Reflect.deleteProperty(m, 'rnnlm/softmax_w')],
    ['lacks a cell between others', /lacks the variable "cell_0\/kernel"/, (m) => Reflect.deleteProperty(m, KERNEL)],
    ['holds a variable twice', /It holds "embedding" twice/, (m) => (m['rnnlm/embedding'] = m.embedding!)],
    ['says another rank', /dimensions are asked for/, (m) => (m[BIAS]!.shape = [4, 5])],
    ['says another shape of the same size', /make no cell/, (m) => (m[KERNEL]!.shape = [20, 9])],
    ['claims a huge array', /bytes, where the shapes in it ask for/, (m) => (m.embedding!.shape = [2 ** 50, 9])],
    [
      'has a file of many gigabytes',
      /asks for 3200000000 bytes at once/,
      (m, folder) => {
        m.embedding!.shape = [8, 100_000_000];
        truncateSync(join(folder, 'embedding'), 3_200_000_000);
      },
    ],
    ['leads elsewhere', /does not lie beside it/, (m) => (m.embedding!.filename = '../../x')],
    ['names a file that is not there', /no such file/, (m) => (m.embedding!.filename = 'x')],
    ['names a negative size', /is not as it should be/, (m) => (m.embedding!.shape = [-7, 4])],
    [
      'is cut off',
      /108 bytes, where the shapes in it ask for 112/,
      (_, folder) => {
        const path = join(folder, 'embedding');
        writeFileSync(path, readFileSync(path).subarray(4));
      },
    ],
    [
      'holds what is no number',
      /hold NaN/,
      (_, folder) => {
        const bytes = readFileSync(join(folder, 'embedding'));
        bytes.writeFloatLE(Number.NaN, 4);
        writeFileSync(join(folder, 'embedding'), bytes);
      },
    ],
    [
      'has too small a vocabulary',
      /vocab\.json/,
      (_, folder) => writeFileSync(join(folder, 'vocab.json'), '["a", "b"]'),
    ],
  ])('refuses a folder that %s', async (_, message, change) => {
    expect((await refusal(changed(change))).message).toMatch(message);
  });
});

test.each(['two-cells', 'one-hot'])('mutations of the folder %s are read or refused', async (name) => {
  await expectFolderReadOrRefused(join(fixtures, name), 1100, async (folder) => {
    canonical(await readMl5(folder), 'characters', folder);
  });
});

test.skipIf(!existsSync(darwin))(
  'the published Darwin model loses 2.190 nats a character on Moby Dick (needs ../shared)',
  async () => {
    const { vocabulary, ...foreign } = await readMl5(darwin);
    const { architecture, parameters } = canonical(foreign, 'characters', darwin);
    const text = [...decodeUtf8(bookBytes('melville-moby_dick'), 'melville-moby_dick.txt')].slice(2000, 12_000);
    const known = new Set(vocabulary);
    const ids = encode(text.filter((character) => known.has(character)).join(''), vocabulary!);
    const engine = await chooseEngine({});
    const losses = await positionLosses({
      engine,
      architecture,
      parameters,
      targets: characterTargets(ids, architecture.outputs),
    });
    expect(meanLoss(losses, [{ start: 0, end: ids.length }])).toBeCloseTo(2.19, 2);
  },
);
