import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Parameters } from '../../../pipeline/lstm/parameters.ts';
import { writeStandalone } from '../../../pipeline/models/formats/own/standalone.ts';
import { temporaryFolder } from '../../temporary.ts';
import { ARCHITECTURE, randomParameters } from '../../trace/networks.ts';
import { run } from '../in-process.ts';

/** A model whose weights were changed, and a text for it. */
function example(cellActivation: 'tanh' | 'relu', change: (parameters: Parameters) => void) {
  const folder = temporaryFolder();
  const model = join(folder, 'model.safetensors');
  const parameters = randomParameters(5);
  change(parameters);
  const architecture = { ...ARCHITECTURE, cellActivation };
  writeStandalone(model, { description: { vocabulary: [...'ab\n “”'], architecture }, parameters });
  const file = join(folder, 'text.txt');
  writeFileSync(file, 'ab ba“ba”\nbab a '.repeat(20));
  return [model, '--text', file];
}

/** All of one sign, so that they cannot shut a cell as well as open it. */
const enlarge = ({ data }: { data: Float32Array }, factor: number) => {
  for (let k = 0; k < data.length; k++) data[k] = Math.abs(data[k]!) * factor;
};

describe('cellarium evaluate', () => {
  it('refuses a network whose state overflows on the text, instead of printing a loss that is no number', async () => {
    const model = example('relu', ({ layers }) => {
      for (const { kernel, recurrentKernel } of layers) {
        enlarge(kernel, 100);
        enlarge(recurrentKernel, 100);
      }
    });
    const { status, stdout, stderr } = await run('evaluate', ...model);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain("The network's state overflows on this text: in layer 1, ");
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('refuses one that overflows over its cells alone', async () => {
    const model = example('tanh', ({ dense }) => {
      for (const { kernel, bias } of dense) {
        kernel.data.forEach((value, k) => {
          kernel.data[k] = 3e38 * Math.sign(value);
        });
        bias.data.fill(3e38);
      }
    });
    const { status, stdout, stderr } = await run('evaluate', ...model);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain("The network's predictions overflow on this text");
  });
});
