// `cellarium bench`: the measurements, which lie beside the sources and are no part of the package.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Command, Option } from 'commander';
import { InputError } from '../../base/errors.ts';
import { PACKAGE_ROOT } from '../../base/package.ts';
import { DEVICE_NAMES, type DeviceName, ENGINE_NAMES, type EngineName } from '../../engines/index.ts';
import { isFile } from '../../files/files.ts';
import { addExamples, commaSeparated, integerWithin, numberWithin } from '../options.ts';

interface BenchOptions {
  readonly only?: readonly string[];
  readonly scale?: boolean;
  readonly device?: DeviceName;
  readonly engine?: EngineName;
  /** Of the campaign. */
  readonly minutes?: number;
  readonly seed?: number;
  readonly parts?: readonly string[];
  readonly json?: true;
}

const SCALE = 'measure how time and memory grow with the text and the cells, which takes many minutes';

/** Leaves room for the number of a mutant beside it. */
const MOST_SEED = 999;

export function define(verb: Command): void {
  verb
    .addOption(new Option('--only <names...>', 'measure only these').conflicts(['scale', 'device', 'engine']))
    .addOption(new Option('--scale', SCALE).conflicts(['device', 'engine']))
    .addOption(new Option('--device <name>', 'measure training and tracing on it alone').choices(DEVICE_NAMES))
    .addOption(new Option('--engine <name>', 'the same of another engine than onnx').choices(ENGINE_NAMES))
    .option('--minutes <count>', 'how long the campaign lasts; 20 when left out', numberWithin(0))
    .option('--seed <integer>', 'of what the campaign tries; 1 when left out', integerWithin(0, MOST_SEED))
    .option('--parts <names>', 'parts of the campaign, separated by commas; all when left out', commaSeparated)
    .option('--json', 'print JSON of a campaign too, instead of its table')
    .action(bench);
  addExamples(verb, [
    'bench',
    'bench --only training tracing',
    'bench --scale',
    'bench --device cuda',
    'bench --only campaign --minutes 20 --seed 1',
  ]);
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
