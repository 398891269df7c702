// Builds of two galleries that are killed, at aimed moments and at any, all their processes or one: whatever stands in dist
// and public/data must be whole, of before or of now; nothing that was started may go on; and the next build must work.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { integerBelow, mixedRandom, type Random } from '../../pipeline/base/random.ts';
import { hashTree } from '../../pipeline/files/hash.ts';
import { type Ended, emptied, mustRun, start } from './group.ts';
import { GALLERIES, KILLING, retitle, writeTrainedHome } from './home.ts';
import { Ledger, type PartOptions, type PartResult } from './ledger.ts';

const BUILD = ['build', '--threads', '1'];
const TITLES = ['As it was', 'As it is'] as const;
/** After so many kills in a row at most a build is let run to its end. */
const MOST_IN_A_ROW = 3;
/** One round of so many begins with an empty cache and no site. */
const COLD_EVERY = 12;
/** Milliseconds in which all that a killed command had started must have ended. */
const MOST_LEFT = 2000;

/** The folders that others look at: each with the hash that it has when the build of a title is whole. */
type Whole = Readonly<Record<string, string>>;

export async function killBuilds({ tries, until, seed, home }: PartOptions): Promise<PartResult> {
  const ledger = new Ledger('kills of a build of two galleries');
  const random = mixedRandom(seed);
  await writeTrainedHome(home);
  const whole: Whole[] = [];
  const count = join(home, '.cellarium', 'changes');
  let seconds = 0;
  for (const title of TITLES) {
    retitle(home, title);
    const ended = await mustRun(BUILD, { folder: home, environment: { ...KILLING, CAMPAIGN_COUNT: count } });
    whole.push(standing(home));
    seconds = ended.seconds;
  }
  const changes = Number(readFileSync(count, 'utf8'));

  for (let round = 1; ledger.tried < tries && performance.now() < until; round++) {
    const isCold = round % COLD_EVERY === 0;
    if (isCold) for (const path of ['.cellarium', 'public', 'dist']) rmSync(join(home, path), { recursive: true, force: true });
    retitle(home, TITLES[round % TITLES.length]!);
    for (let row = 0; row < 1 + integerBelow(MOST_IN_A_ROW, random); row++) {
      const moment = momentOf(random, changes, isCold ? 3 * seconds : seconds);
      const name = `seed ${seed}, round ${round}, killed ${moment.name}${isCold ? ', cold' : ''}`;
      const ended = await buildUntil(home, moment);
      ledger.cost(ended.megabytes, ended.seconds);
      if (ended.status === 0) {
        ledger.see('done before the kill');
        break;
      }
      const group = await emptied(ended.pid, MOST_LEFT);
      const left = group === undefined ? ['something of it goes on'] : [];
      ledger.see(moment.at === undefined ? 'at any moment' : 'at a change of the disk');
      ledger.count(name, [...left, ...faultsIn(home, whole, isCold, (what) => ledger.see(what))]);
    }
    const ended = await buildUntil(home, undefined);
    ledger.cost(ended.megabytes, ended.seconds);
    ledger.see('builds ended');
    const faults = faultsInTheEnd(home, ended, whole[round % TITLES.length]!);
    if (faults.length > 0) ledger.count(`seed ${seed}, round ${round}, the build after it`, faults);
  }
  return ledger.result();
}

interface Moment {
  readonly name: string;
  readonly at?: number;
  readonly who: 'group' | 'first' | 'own';
  readonly seconds?: number;
}

function momentOf(random: Random, changes: number, seconds: number): Moment {
  const who = (['group', 'first', 'own'] as const)[integerBelow(3, random)]!;
  if (random.uniform() < 0.5) {
    const at = 1 + integerBelow(changes, random);
    return { name: `at change ${at} of the disk (${who})`, at, who };
  }
  const after = seconds * random.uniform();
  return { name: `after ${after.toFixed(2)} s (${who === 'group' ? 'group' : 'first'})`, seconds: after, who };
}

async function buildUntil(folder: string, moment: Moment | undefined): Promise<Ended & { pid: number }> {
  const at = moment?.at;
  const aimed = at === undefined ? {} : { ...KILLING, CAMPAIGN_KILL: String(at), CAMPAIGN_WHO: moment!.who };
  const running = start(BUILD, { folder, environment: aimed });
  if (moment?.seconds !== undefined) {
    await Promise.race([setTimeout(1000 * moment.seconds), running.ended]);
    running.signal('SIGKILL', moment.who === 'group' ? 'group' : 'command');
  }
  return { ...(await running.ended), pid: running.pid };
}

/** Every folder that is shown to others. */
const shown = (home: string) => ['dist', ...GALLERIES.map((id) => join('public', 'data', id))].map((path) => [path, join(home, path)] as const);

function standing(home: string): Whole {
  return Object.fromEntries(shown(home).flatMap(([name, path]) => (existsSync(path) ? [[name, hashTree(path)]] : [])));
}

/** What of the shown folders is not whole after a kill. @param see counts what is allowed and worth telling */
function faultsIn(home: string, whole: readonly Whole[], isCold: boolean, see: (what: string) => void): string[] {
  const now = standing(home);
  const faults = shown(home).flatMap(([name, path]) => {
    if (now[name] === undefined) {
      if (isCold) return [];
      // Between two renames; the next process puts it back.
      if (isMovedAway(home, path)) {
        see('between two renames');
        return [];
      }
      return [`${name} is gone`];
    }
    if (whole.some((one) => one[name] === now[name])) return [];
    if (isCold && name !== 'dist' && isEarly(path)) {
      see('shown early');
      return [];
    }
    return [`${name} is neither of before nor of now`];
  });
  const data = join(home, 'public', 'data');
  const strange = (existsSync(data) ? readdirSync(data) : []).filter((name) => !GALLERIES.some((id) => id === name));
  return [...faults, ...strange.map((name) => `public/data holds ${name}`)];
}

const unfinished = (home: string) => join(home, '.cellarium', 'unfinished');

function isMovedAway(home: string, path: string): boolean {
  const folder = unfinished(home);
  return readdirSync(folder).some((name) => name.endsWith('-belongs') && readFileSync(join(folder, name), 'utf8') === path);
}

/** Whether artifacts are those that a gallery is shown with before all its evidence is there: whole files, and so many as they say. */
function isEarly(folder: string): boolean {
  const { pending } = JSON.parse(readFileSync(join(folder, 'gallery.json'), 'utf8')) as { pending?: string[] };
  const sizes = JSON.parse(readFileSync(join(folder, 'sizes.json'), 'utf8')) as { cells: number[] };
  const stored = readdirSync(join(folder, 'cells')).reduce((sum, name) => sum + readFileSync(join(folder, 'cells', name)).length, 0);
  return (pending?.length ?? 0) > 0 && stored === sizes.cells.reduce((sum, size) => sum + size, 0);
}

function faultsInTheEnd(home: string, ended: Ended, expected: Whole): string[] {
  if (ended.status !== 0) return [`it ended with ${ended.status ?? ended.signal}: ${ended.stderr.slice(0, 500)}`];
  const now = standing(home);
  const other = Object.keys(expected).filter((name) => now[name] !== expected[name]);
  const left = readdirSync(unfinished(home));
  return [
    ...other.map((name) => `${name} is not what an unbroken build makes`),
    ...(left.length === 0 ? [] : [`unfinished: ${left.join(' ')}`]),
  ];
}
