// The options that several verbs share, and how their values are checked.
import { availableParallelism } from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { InputError } from '../base/errors.ts';
import { suggestNames } from '../base/suggest.ts';
import { DEVICE_NAMES, type DeviceName, ENGINE_NAMES, type EngineName } from '../engines/index.ts';
import { checkShard, type Shard } from '../scoring/plan/segments.ts';

/** Reads a number in [least, most]. */
export function numberWithin(least: number, most = Number.POSITIVE_INFINITY): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a number ${rangeOf(least, most)}.`);
  };
}

/** Reads an integer in [least, most]. */
export function integerWithin(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^[+-]?\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be an integer ${rangeOf(least, most)}.`);
  };
}

/** Reads an integer of at least 1, or `auto`. */
export function countOrAuto(text: string): number | 'auto' {
  return text === 'auto' ? text : integerWithin(1)(text);
}

/** Reads the path below which a site is served: `/` or `/cellarium/`. */
export function basePath(text: string): string {
  if (/^\/([\w.~-]+\/?)*$/.test(text)) return text;
  throw new InvalidArgumentError('It must be a path such as / or /cellarium/.');
}

/** Reads names separated by commas. */
export function commaSeparated(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.every((name) => name !== '')) return names;
  throw new InvalidArgumentError('It must be names separated by commas.');
}

/** Reads `name=folder` and adds it to those before. */
export function namedFolder(text: string, before: ReadonlyMap<string, string>): Map<string, string> {
  const [name, folder] = [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)];
  if (text.includes('=') && name !== '' && folder !== '') return new Map([...before, [name, folder]]);
  throw new InvalidArgumentError('It must be a name, an equals sign and a folder, such as seed-3=content/models/mine.');
}

/** Reads one of several equal shares, `3/16`. */
export function shardOf(text: string): Shard {
  const found = /^(\d{1,6})\/(\d{1,6})$/.exec(text);
  if (found === null) throw new InvalidArgumentError('It must be a shard and their number, such as 3/16.');
  const [shard, of] = [Number(found[1]), Number(found[2])];
  try {
    checkShard({ shard, of });
  } catch (error) {
    if (error instanceof InputError) throw new InvalidArgumentError(`${error.what} ${error.fix}`);
    throw error;
  }
  return { shard, of };
}

function rangeOf(least: number, most: number): string {
  return most >= Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
}

/** Reads a name. @param other what to say of names that belong to another option */
function nameOf<T extends string>(
  kind: string,
  known: readonly T[],
  other: (text: string) => string | undefined,
): (text: string) => T {
  return (text) => {
    const name = known.find((candidate) => candidate === text);
    if (name !== undefined) return name;
    throw new InvalidArgumentError(`There is no ${kind} "${text}". ${other(text) ?? suggestNames(text, known)}`);
  };
}

export function contentOption(): Option {
  return new Option('--content <folder>', 'where galleries, corpora, hypotheses and models are').default('content');
}

export function engineOption(): Option {
  return new Option(
    '--engine <name>',
    `what computes: ${ENGINE_NAMES.join(', ')}; auto takes a GPU where tfjs can use one, else onnx`,
  )
    .argParser(
      nameOf('engine', ENGINE_NAMES, (text) =>
        DEVICE_NAMES.some((device) => device === text) ? `It is a device: --device ${text}.` : undefined,
      ),
    )
    .default('onnx');
}

function deviceOption(): Option {
  return new Option('--device <name>', `where the onnx engine computes: ${DEVICE_NAMES.join(', ')}`)
    .argParser(
      nameOf('device', DEVICE_NAMES, (text) =>
        ENGINE_NAMES.some((engine) => engine === text) ? `It is an engine: --engine ${text}.` : undefined,
      ),
    )
    .default('cpu');
}

export function threadsOption(): Option {
  return new Option('--threads <count>', "threads of the onnx engines and of TensorFlow's native library")
    .argParser(integerWithin(1))
    .default(availableParallelism(), 'one for each core');
}

/** What {@link contentOption} gives. */
export interface Content {
  readonly content: string;
}

/** What {@link engineOption} and {@link threadsOption} give besides. */
export interface Computing extends Content {
  readonly engine: EngineName;
  readonly threads: number;
}

/** What {@link deviceOption} gives besides. */
export interface Placed extends Computing {
  readonly device: DeviceName;
}

/** What computes, and where. */
export function addEngineOptions(verb: Command): Command {
  return verb.addOption(engineOption()).addOption(deviceOption()).addOption(threadsOption());
}

/** Ends a verb's help. @param examples what follows `npx cellarium` in lines that can be typed */
export function addExamples(verb: Command, examples: readonly string[]): void {
  const lines = examples.map((example) => `  npx cellarium ${example}`);
  verb.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
}
