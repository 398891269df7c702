// Every verb is sent SIGINT or SIGTERM at any moment, and must have ended within a second, with all that it had started, and
// with nothing left beside what it was writing.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { integerBelow, mixedRandom, type Random } from '../../pipeline/base/random.ts';
import { prose } from '../../test/fixtures/build/prose.ts';
import { emptied, faultsOfEnd, MOST_WAITED, mustRun, processesOf, run, start } from './group.ts';
import { copyOf, GALLERIES, MODEL, writeCache, writeTrainedHome } from './home.ts';
import { Ledger, type PartOptions, type PartResult } from './ledger.ts';

/** Milliseconds from the signal to the end of the command, and of all that it had started, on a machine that is not busy. */
const MOST = 1000;
/** Nothing is waited for longer before it is sent the signal. */
const LONGEST_SECONDS = 8;
/** A command that is done before its moment has come is run again, so often. */
const ATTEMPTS = 3;
/** Words of each stage of the cache that is exported: some megabytes. */
const STAGE = 400_000;

/** A command of each verb, and of what once held signals up. */
interface Attacked {
  readonly name: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

const [GALLERY] = GALLERIES;
const CHARACTERS = 400_000;
const SERIES = 20_000;

/** Whatever the verbs need, in a home of their own. @returns a command of each verb that is wanted */
async function prepareVerbs(home: string, wanted: readonly string[] | undefined): Promise<Attacked[]> {
  await writeTrainedHome(home, { characters: 20_000 });
  const content = join(home, 'content');
  mkdirSync(join(home, 'elsewhere'));
  writeFileSync(join(home, 'long.txt'), prose(CHARACTERS));
  copyOf('test/fixtures/keras/keras3-characters.keras', join(home, 'model.keras'));
  copyOf('test/fixtures/keras/keras3-forecast.keras', join(home, 'forecast.keras'));
  writeFileSync(join(home, 'many.csv'), manySeries());
  // A model that takes long to train, and a study.
  const another = join(content, 'models', 'another');
  mkdirSync(another);
  const training = readFileSync(join(content, 'models', MODEL, 'training.yaml'), 'utf8');
  writeFileSync(join(another, 'training.yaml'), training.replace(/^epochs: .*$/m, 'epochs: 400'));
  mkdirSync(join(content, 'studies'));
  writeFileSync(join(content, 'studies', `${GALLERY}.yaml`), STUDY);
  writeRunaway(content);
  await writeCache(join(home, '.cellarium', 'cache'), join(home, 'cache.tar.gz'), STAGE);
  const attacked = verbs(join(home, 'elsewhere')).filter(({ name }) => wanted === undefined || wanted.includes(name));
  for (const shard of attacked.some(({ name }) => name === 'merge') ? ['1/2', '2/2'] : []) {
    const out = ['--out', `${shard[0]}.tally`];
    await mustRun(['score', GALLERY, '--shard', shard, '--threads', '1', ...out], { folder: home });
  }
  return attacked;
}

const STUDY = `seeds: [6]
steps: { seed: 6, kept: [4, 64] }
shuffled: { seed: 5, order: 7 }
hypotheses: [inside-quotes, upper-case]
probes: { hypotheses: [inside-quotes], cells: [1, 2] }
`;

/** @param elsewhere a folder that unfinished files lie beside their targets in, as on another disk */
function verbs(elsewhere: string): Attacked[] {
  const one = ['--threads', '1'];
  const cold = { CELLARIUM_CACHE: join(elsewhere, 'cache') };
  const command = (name: string, args: readonly string[], environment = {}): Attacked => ({ name, args, environment });
  return [
    command('train', ['train', 'another', ...one]),
    command('generate', ['generate', MODEL, '--length', '100000']),
    command('import', ['import', 'model.keras', '--as', 'imported', '--force']),
    command('export', ['export', MODEL, '--to', 'onnx', '--out', join(elsewhere, 'model.onnx')]),
    command('weights', ['weights', MODEL]),
    command('evaluate', ['evaluate', MODEL, '--text', 'long.txt', ...one]),
    command('inspect', ['inspect', MODEL, '--text-file', 'long.txt', '--layer', '2', '--csv', ...one]),
    command('memory', ['memory', MODEL, '--text-file', 'long.txt', ...one]),
    command('trace', ['trace', MODEL, 'long.txt', '--out', join(elsewhere, 'trace.safetensors'), ...one]),
    command('devices', ['devices', ...one]),
    command('gpu', ['gpu', 'install', '--wheel', 'long.txt']),
    command('score', ['score', GALLERY, ...one]),
    command('merge', ['merge', '1.tally', '2.tally', '--out', join(elsewhere, 'scores.txt'), ...one]),
    command('gallery', ['gallery', 'new', 'fresh', '--text', 'long.txt', '--content', join(elsewhere, 'content')]),
    command('build', ['build', ...one, '--data', join(elsewhere, 'data'), '--out', join(elsewhere, 'dist')], cold),
    command('cache export', ['cache', 'export', join(elsewhere, 'cache.tar.gz')]),
    command('cache import', ['cache', 'import', 'cache.tar.gz'], cold),
    command('bench', ['bench', '--only', 'tally']),
    command('study', ['study', GALLERY, ...one]),
    command('a runaway pattern', ['score', GALLERY, '--hypotheses', 'runaway', ...one]),
    command('many series', ['inspect', 'forecast.keras', '--series', 'many.csv', '--csv', ...one]),
  ];
}

/** A pattern that tries more ways to match the text than anybody can wait for. */
function writeRunaway(content: string): void {
  const matter = ['title: Runaway', 'kind: binary', "pattern: '(\\w+\\s?)+#'", 'on: On', 'off: Off'];
  writeFileSync(join(content, 'hypotheses', 'runaway.md'), `---\n${matter.join('\n')}\n---\n\nNever ends.\n`);
}

function manySeries(): string {
  const rows = Array.from({ length: SERIES }, (_, k) => `${k},${k % 7},${k % 5}\n${k},${k % 3},${k % 2}\n`);
  return `series,a,b\n${rows.join('')}`;
}

/** @param verbs those that are sent signals; all where left out. Each is so many times */
export async function sendSignals(
  { tries, until, seed, home }: PartOptions,
  wanted: readonly string[] | undefined = undefined,
): Promise<PartResult> {
  const ledger = new Ledger('signals');
  const random = mixedRandom(seed);
  const attacked = await prepareVerbs(home, wanted);
  const longest = new Map<Attacked, number>();
  // All verbs in turn, so that each has had some when the time is over.
  for (let round = 0; round < tries; round++) {
    for (const one of attacked) {
      if (performance.now() > until) return ledger.result();
      clear(home, one);
      const undisturbed =
        longest.get(one) ?? (await run(one.args, { folder: home, ...environmentOf(one) }, LONGEST_SECONDS)).seconds;
      longest.set(one, undisturbed);
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        clear(home, one);
        const seconds = Math.min(LONGEST_SECONDS, undisturbed) * random.uniform();
        if (await sendOne(ledger, one, seconds, { random, seed, home })) break;
        ledger.see('ended before the signal');
      }
    }
  }
  return ledger.result();
}

const environmentOf = ({ environment }: Attacked) => (environment === undefined ? {} : { environment });

/** What a run of before would spare the next. */
function clear(home: string, { name }: Attacked): void {
  rmSync(join(home, 'elsewhere'), { recursive: true, force: true });
  mkdirSync(join(home, 'elsewhere'));
  if (name === 'study') rmSync(join(home, '.cellarium', 'studies'), { recursive: true, force: true });
}

interface Sending {
  readonly random: Random;
  readonly seed: number;
  readonly home: string;
}

/** @returns whether the command was still there when the signal was sent */
async function sendOne(
  ledger: Ledger,
  one: Attacked,
  seconds: number,
  { random, seed, home }: Sending,
): Promise<boolean> {
  const signal = (['SIGINT', 'SIGTERM'] as const)[integerBelow(2, random)]!;
  const to = (['command', 'group'] as const)[integerBelow(2, random)]!;
  const running = start(one.args, { folder: home, ...environmentOf(one) });
  const isOver = await Promise.race([setTimeout(1000 * seconds, false), running.ended.then(() => true)]);
  // On a busy machine it may have ended, and nobody have heard of it yet.
  if (isOver || processesOf(running.pid).length === 0) {
    await running.ended;
    return false;
  }
  const sent = performance.now();
  running.signal(signal, to);
  const left = await emptied(running.pid, MOST_WAITED);
  const milliseconds = performance.now() - sent;
  running.signal('SIGKILL', 'group');
  const ended = await running.ended;
  if (milliseconds > MOST) ledger.see('later than a second by the clock');
  ledger.count(`seed ${seed}, ${one.name}, ${signal} to the ${to} after ${seconds.toFixed(2)} s`, [
    ...faultsOfEnd(left),
    ...(ended.status === 0 ? ['it ended as if all was well'] : []),
    ...(/^\s+at /m.test(ended.stderr) ? [`a stack trace: ${ended.stderr}`] : []),
    ...partials(join(home, 'elsewhere')).map((path) => `${path} is left beside what it was writing`),
  ]);
  ledger.cost(ended.megabytes, left.processorSeconds);
  return true;
}

const partials = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.includes('.partial'));
