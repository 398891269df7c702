// Training that is killed again and again, at aimed moments and at any, and gone on with: it must lose no epoch that it has
// told of, leave nothing half written, and end in the very weights of a run that nobody disturbed.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { integerBelow, mixedRandom, type Random } from '../../pipeline/base/random.ts';
import { hashFile } from '../../pipeline/files/hash.ts';
import { readMetadata } from '../../pipeline/files/safetensors.ts';
import { type Ended, mustRun, start } from './group.ts';
import { KILLING, MODEL, writeHome } from './home.ts';
import { Ledger, type PartOptions, type PartResult } from './ledger.ts';

/** Little to read, so that most of a run's time is spent where it matters: at the ends of epochs. */
const SIZE = { epochs: 6, characters: 16_000 };
/** The share of a run in which its programs are loaded, and nothing is at stake. */
const LOADING = 0.25;
const TRAIN = ['train', MODEL, '--threads', '1', '--resume'];

const modelOf = (folder: string) => join(folder, 'content', 'models', MODEL);
const checkpointOf = (folder: string) => join(modelOf(folder), 'checkpoints', 'last.safetensors');

export async function killTraining({ tries, until, seed, home }: PartOptions): Promise<PartResult> {
  const ledger = new Ledger('kills of training');
  const random = mixedRandom(seed);
  const unbroken = join(home, 'unbroken');
  writeHome(unbroken, SIZE);
  const count = join(home, 'changes');
  const whole = await mustRun(TRAIN, { folder: unbroken, environment: { ...KILLING, CAMPAIGN_COUNT: count } });
  const changes = Number(readFileSync(count, 'utf8'));
  const expected = outcomeOf(unbroken);

  for (let model = 0; ledger.tried < tries && performance.now() < until; model++) {
    const folder = join(home, `broken-${model}`);
    writeHome(folder, SIZE);
    for (;;) {
      const moment = momentOf(random, changes, whole.seconds);
      const before = epochOf(folder);
      const ended = await trainUntil(folder, moment);
      ledger.cost(ended.megabytes, ended.processorSeconds);
      const name = `seed ${seed}, model ${model}, killed ${moment.name}`;
      if (ended.signal === 'SIGKILL') {
        ledger.see(moment.at === undefined ? 'at any moment' : 'at a change of the disk');
        ledger.count(name, faultsAfterKill(folder, ended, before));
        continue;
      }
      // It was done before it could be killed: what all these kills have left of it is compared.
      const faults =
        ended.status === 0 ? differences(folder, expected) : [`it ended with ${ended.status}: ${ended.stderr}`];
      ledger.see('runs ended');
      if (faults.length > 0) ledger.count(`${name}, in the end`, faults);
      break;
    }
    rmSync(folder, { recursive: true, force: true });
  }
  return ledger.result();
}

interface Moment {
  readonly name: string;
  /** The number of a change of the disk. */
  readonly at?: number;
  readonly seconds?: number;
}

function momentOf(random: Random, changes: number, seconds: number): Moment {
  if (random.uniform() < 0.5) {
    const at = 1 + integerBelow(changes, random);
    return { name: `at change ${at} of the disk`, at };
  }
  const after = seconds * (LOADING + (1 - LOADING) * random.uniform());
  return { name: `after ${after.toFixed(2)} s`, seconds: after };
}

async function trainUntil(folder: string, { at, seconds }: Moment): Promise<Ended> {
  const environment = at === undefined ? {} : { ...KILLING, CAMPAIGN_KILL: String(at), CAMPAIGN_WHO: 'first' };
  const running = start(TRAIN, { folder, environment });
  if (seconds !== undefined) {
    await Promise.race([setTimeout(1000 * seconds), running.ended]);
    running.signal('SIGKILL', 'command');
  }
  return running.ended;
}

/** Epochs that are done as the checkpoint has it. */
function epochOf(folder: string): number {
  const path = checkpointOf(folder);
  if (!existsSync(path)) return 0;
  return (JSON.parse(readMetadata(path).checkpoint ?? '{}') as { epoch: number }).epoch;
}

function faultsAfterKill(folder: string, { stdout }: Ended, before: number): string[] {
  const told = Math.max(0, ...Array.from(stdout.matchAll(/^epoch +(\d+) {2}/gm), ([, epoch]) => Number(epoch)));
  let kept: number;
  try {
    kept = epochOf(folder);
  } catch (error) {
    return [`its checkpoint cannot be read: ${error}`];
  }
  if (kept >= Math.max(told, before)) return [];
  return [`epoch ${Math.max(told, before)} is lost: the checkpoint is of epoch ${kept}`];
}

interface Outcome {
  readonly weights: string;
  readonly card: string;
  readonly log: string;
  readonly files: readonly string[];
}

/** All that training leaves, but for how fast it was. */
function outcomeOf(folder: string): Outcome {
  const model = modelOf(folder);
  const read = (name: string) => readFileSync(join(model, name), 'utf8');
  mkdirSync(join(folder, '.cellarium', 'unfinished'), { recursive: true });
  return {
    weights: hashFile(join(model, 'model.safetensors')),
    card: read('card.md'),
    log: read('log.jsonl').replace(/"charactersPerSecond":[\d.]+/g, ''),
    files: [
      ...readdirSync(model, { recursive: true, encoding: 'utf8' }).sort(),
      ...readdirSync(join(folder, '.cellarium', 'unfinished')),
    ],
  };
}

function differences(folder: string, expected: Outcome): string[] {
  const found = outcomeOf(folder);
  return (Object.keys(expected) as (keyof Outcome)[])
    .filter((part) => JSON.stringify(found[part]) !== JSON.stringify(expected[part]))
    .map((part) => `the ${part} are not those of an unbroken run: ${part === 'files' ? found.files.join(' ') : ''}`);
}
