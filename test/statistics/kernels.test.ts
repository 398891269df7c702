import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { assembledFile, assembleKernels, KERNEL_FOLDERS } from '../../bench/kernels.ts';

it.each(KERNEL_FOLDERS)('the kernels that are committed are what their sources assemble to: %s', async (folder) => {
  expect(readFileSync(assembledFile(folder), 'utf8')).toBe(await assembleKernels(folder));
});
