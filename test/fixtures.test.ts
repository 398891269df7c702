import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const fixtures = fileURLToPath(new URL('fixtures/', import.meta.url));

/** Paths of someone's machine, as exporters and pickles write them down. */
const MACHINE =
  /(?:^|[^\w.:/-])\/(?:home|root|Users|tmp|work|mnt|opt|private)\/[\w.-]+\/|site-packages|[A-Z]:\\Users\\/;

it('the fixtures hold no paths of the machines that they were made on', () => {
  const files = readdirSync(fixtures, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const found = files
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => MACHINE.test(readFileSync(path, 'latin1')));
  expect(files.length).toBeGreaterThan(100);
  expect(found).toEqual([]);
});
