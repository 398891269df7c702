import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { InputError } from '../../../../pipeline/base/errors.ts';
import { readPytorch } from '../../../../pipeline/models/formats/pytorch/read.ts';
import { temporaryFolder } from '../../../temporary.ts';

const python = process.env.PYTHON ?? 'python3';
const hasPytorch = spawnSync(python, ['-c', 'import torch']).status === 0;
const fixture = fileURLToPath(new URL('../../../fixtures/pytorch/saved/no_lstm.pth', import.meta.url));

it.skipIf(!hasPytorch)('the Python that a refusal prints saves what is then read (needs torch)', async () => {
  const folder = temporaryFolder();
  const refusal: InputError = await readPytorch(fixture).then(
    () => expect.unreachable('it was read'),
    (error) => error,
  );
  const [line = ''] = /torch\.save\(.*"\)/.exec(refusal.fix) ?? [];
  const script = `import torch\nmodel = torch.nn.LSTM(2, 3)\n${line}`;
  expect(spawnSync(python, ['-c', script], { cwd: folder }).status).toBe(0);
  const { layers } = await readPytorch(join(folder, 'model.pt'));
  expect(layers.map(({ kind, name }) => [kind, name])).toEqual([['lstm', 'l0']]);
});
