import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { LONGEST, turnOf } from './longest-first.ts';

it('the longest files of tests are there, and come before the other slow ones and those before the quick ones', () => {
  const paths = LONGEST.map((file) => fileURLToPath(new URL(file, import.meta.url)));
  for (const path of paths) expect(existsSync(path), path).toBe(true);
  const all = ['/some/test/statistics/ranks.test.ts', '/some/test/lstm/gradients.slow.test.ts', ...paths.toReversed()];
  expect(all.sort((a, b) => turnOf(a) - turnOf(b))).toEqual([
    ...paths,
    '/some/test/lstm/gradients.slow.test.ts',
    '/some/test/statistics/ranks.test.ts',
  ]);
});
