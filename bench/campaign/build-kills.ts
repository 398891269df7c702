// Builds of two galleries that are killed, at aimed moments and at any, all their processes or one: whatever stands in dist
// and public/data must be whole, of before or of now; nothing that was started may go on; and the next build must work.
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { integerBelow, mixedRandom, type Random } from '../../pipeline/base/random.ts';
import { hashTree } from '../../pipeline/files/hash.ts';
import { type Ended, emptied, faultsOfEnd, MOST_WAITED, mustRun, start } from './group.ts';
import { GALLERIES, KILLING, retitle, writeTrainedHome } from './home.ts';
import { Ledger, type PartOptions, type PartResult } from './ledger.ts';

const BUILD = ['build', '--threads', '1'];
const SIZE = { characters: 20_000, units: 3 };
/** Of the galleries; the site of each is whole. */
const TITLES = ['As it was', 'As it is'] as const;
/** After so many kills in a row at most a build is let run to its end. */
const MOST_IN_A_ROW = 4;
/** In one round of so many a gallery's pages are drawn anew, and in one of so many everything is made anew. */
const DRAWN_EVERY = 6;
const COLD_EVERY = 40;

/** The folders that others look at, each with its hash. */
type Standing = Readonly<Record<string, string>>;

/** A site that is whole, and the cache that it is put together from. */
interface Whole {
  readonly title: string;
  readonly cache: string;
  readonly standing: Standing;
}

export async function killBuilds({ tries, until, seed, home }: PartOptions): Promise<PartResult> {
  const ledger = new Ledger('kills of a build of two galleries');
  const random = mixedRandom(seed);
  const { whole, changes, seconds } = await prepare(home);
  for (let round = 1; ledger.tried < tries && performance.now() < until; round++) {
    const target = whole[round % whole.length]!;
    const work = workOf(round);
    begin(home, target, work);
    const longest = work === 'cold' ? 8 * seconds : work === 'drawn' ? 3 * seconds : seconds;
    for (let row = 0; row < 1 + integerBelow(MOST_IN_A_ROW, random); row++) {
      const moment = momentOf(random, changes, longest);
      const ended = await buildUntil(home, target, moment);
      ledger.cost(ended.megabytes, ended.processorSeconds);
      if (ended.status === 0) {
        ledger.see('done before the kill');
        break;
      }
      const left = await emptied(ended.pid, MOST_WAITED);
      ledger.see(moment.at === undefined ? 'at any moment' : 'at a change of the disk');
      ledger.count(`seed ${seed}, round ${round} (${work}), killed ${moment.name}`, [
        ...faultsOfEnd(left),
        ...faultsIn(home, whole, work === 'cold', (what) => ledger.see(what)),
      ]);
    }
    const ended = await buildUntil(home, target);
    ledger.cost(ended.megabytes, ended.processorSeconds);
    ledger.see('builds ended');
    const faults = faultsInTheEnd(home, ended, target.standing);
    if (faults.length > 0) ledger.count(`seed ${seed}, round ${round} (${work}), the build after it`, faults);
  }
  return ledger.result();
}

/** Builds the site with each title, each with a cache of its own. */
async function prepare(home: string): Promise<{ whole: Whole[]; changes: number; seconds: number }> {
  await writeTrainedHome(home, SIZE);
  const whole: Whole[] = [];
  const caches = TITLES.map((_, k) => join(home, '.cellarium', `cache-${k}`));
  for (const [k, title] of TITLES.entries()) {
    const cache = caches[k]!;
    // What the titles do not change is made once.
    if (k > 0) cpSync(caches[k - 1]!, cache, { recursive: true });
    retitle(home, title);
    await mustRun(BUILD, { folder: home, environment: { CELLARIUM_CACHE: cache } });
    whole.push({ title, cache, standing: standing(home) });
  }
  // How often the disk is changed, and how long it takes, where nothing has to be made and everything to be put in place.
  const count = join(home, '.cellarium', 'changes');
  begin(home, whole[0]!, 'placed');
  const environment = { CELLARIUM_CACHE: caches[0]!, ...KILLING, CAMPAIGN_COUNT: count };
  const { seconds } = await mustRun(BUILD, { folder: home, environment });
  return { whole, changes: Number(readFileSync(count, 'utf8')), seconds };
}

/** What there is to do in a round: everything is made already and is put in its place, pages are drawn, or all is made. */
type Work = 'placed' | 'drawn' | 'cold';

const workOf = (round: number): Work =>
  round % COLD_EVERY === 0 ? 'cold' : round % DRAWN_EVERY === 0 ? 'drawn' : 'placed';

function begin(home: string, { title, cache }: Whole, work: Work): void {
  retitle(home, title);
  const remove = (path: string) => rmSync(path, { recursive: true, force: true });
  // The other cache's site was put there in the meantime.
  remove(join(cache, '.published'));
  if (work === 'drawn') for (const part of [join(GALLERIES[0], 'pages'), 'site']) remove(join(cache, part));
  if (work === 'cold') for (const path of [cache, join(home, 'public'), join(home, 'dist')]) remove(path);
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

/** @param moment at which it is killed; let run to its end where left out */
async function buildUntil(folder: string, { cache }: Whole, moment?: Moment): Promise<Ended & { pid: number }> {
  const at = moment?.at;
  const aimed = at === undefined ? {} : { ...KILLING, CAMPAIGN_KILL: String(at), CAMPAIGN_WHO: moment!.who };
  const running = start(BUILD, { folder, environment: { CELLARIUM_CACHE: cache, ...aimed } });
  if (moment?.seconds !== undefined) {
    await Promise.race([setTimeout(1000 * moment.seconds), running.ended]);
    running.signal('SIGKILL', moment.who === 'group' ? 'group' : 'command');
  }
  return { ...(await running.ended), pid: running.pid };
}

/** Every folder that is shown to others. */
const shown = (home: string) =>
  ['dist', ...GALLERIES.map((id) => join('public', 'data', id))].map((path) => [path, join(home, path)] as const);

function standing(home: string): Standing {
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
    if (whole.some((one) => one.standing[name] === now[name])) return [];
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
  return readdirSync(folder).some(
    (name) => name.endsWith('-belongs') && readFileSync(join(folder, name), 'utf8') === path,
  );
}

/** Whether artifacts are those that a gallery is shown with before all its evidence is there: whole files, and so many as they say. */
function isEarly(folder: string): boolean {
  const { pending } = JSON.parse(readFileSync(join(folder, 'gallery.json'), 'utf8')) as { pending?: string[] };
  const sizes = JSON.parse(readFileSync(join(folder, 'sizes.json'), 'utf8')) as { cells: number[] };
  const stored = readdirSync(join(folder, 'cells')).reduce(
    (sum, name) => sum + readFileSync(join(folder, 'cells', name)).length,
    0,
  );
  return (pending?.length ?? 0) > 0 && stored === sizes.cells.reduce((sum, size) => sum + size, 0);
}

function faultsInTheEnd(home: string, ended: Ended, expected: Standing): string[] {
  if (ended.status !== 0) return [`it ended with ${ended.status ?? ended.signal}: ${ended.stderr.slice(0, 500)}`];
  const now = standing(home);
  const other = Object.keys(expected).filter((name) => now[name] !== expected[name]);
  const left = readdirSync(unfinished(home));
  return [
    ...other.map((name) => `${name} is not what an unbroken build makes`),
    ...(left.length === 0 ? [] : [`unfinished: ${left.join(' ')}`]),
  ];
}
