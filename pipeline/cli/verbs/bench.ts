// `cellarium bench`: the measurements, which lie beside the sources and are no part of the package.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Command, Option } from 'commander';
import { InputError } from '../../base/errors.ts';
import { PACKAGE_ROOT } from '../../base/package.ts';
import { isFile } from '../../files/files.ts';
import { addExamples } from '../options.ts';

interface BenchOptions {
  readonly only?: readonly string[];
  readonly scale?: boolean;
}

export function define(verb: Command): void {
  verb
    .addOption(new Option('--only <names...>', 'measure only these').conflicts('scale'))
    .option('--scale', 'measure how time and memory grow with the text and the cells, which takes many minutes')
    .action(bench);
  addExamples(verb, ['bench', 'bench --only training tracing', 'bench --scale']);
}

/** @throws InputError where the package was installed, a name that no measurement has, or one that failed */
async function bench(options: BenchOptions): Promise<void> {
  const path = join(PACKAGE_ROOT, 'bench', 'run.ts');
  if (!isFile(path)) {
    const fix = 'Run it in a clone of the repository.';
    throw new InputError('The measurements are not part of the installed package.', { file: path }, fix);
  }
  const measurements: { runBench(options: BenchOptions): Promise<void> } = await import(pathToFileURL(path).href);
  await measurements.runBench(options);
}
