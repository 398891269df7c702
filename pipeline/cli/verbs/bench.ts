// `cellarium bench`: the measurements, which lie beside the sources and are no part of the package.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { InputError } from '../../base/errors.ts';
import { PACKAGE_ROOT } from '../../base/package.ts';
import { isFile } from '../../files/files.ts';

export interface BenchOptions {
  readonly only?: readonly string[];
  readonly scale?: boolean;
}

interface Measurements {
  runBench(options: BenchOptions): Promise<void>;
}

/** @throws InputError where the package was installed, a name that no measurement has, or one that failed */
export async function bench(options: BenchOptions): Promise<void> {
  const path = join(PACKAGE_ROOT, 'bench', 'run.ts');
  if (!isFile(path)) {
    const fix = 'Run it in a clone of the repository.';
    throw new InputError('The measurements are not part of the installed package.', { file: path }, fix);
  }
  const { runBench }: Measurements = await import(pathToFileURL(path).href);
  await runBench(options);
}
