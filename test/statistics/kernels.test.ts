import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ASSEMBLED, assembleKernels } from '../../bench/kernels.ts';

it('the kernels that are committed are what their sources assemble to', async () => {
  expect(readFileSync(ASSEMBLED, 'utf8')).toBe(await assembleKernels());
});
