// Mutants of files of every format: each is read or refused, in little memory and time, and no part of a network vanishes
// without a word.
import { type ChildProcess, fork } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endingWithThis } from '../../pipeline/base/ending-with-this.ts';
import { integerBelow, mixedRandom } from '../../pipeline/base/random.ts';
import { type GoodFile, goodFiles } from './good-files.ts';
import { Ledger, type PartOptions, type PartResult } from './ledger.ts';
import type { Parts, ReadReply, ReadRequest } from './mutant-reader.ts';
import { mutant } from './mutate.ts';

const MOST_MEGABYTES = 1024;
const MOST_SECONDS = 20;
/** By the clock, after which a reader is ended: on a busy machine its own seconds pass slowly. */
const MOST_WAITED = 90_000;
/** A process reads so many, and gives its memory back. */
const READ_BY_ONE = 1000;

/** Where mutants that did not hold are kept, for whoever looks for the reason. */
const KEPT = join('.cellarium', 'campaign');

/** @param withMade whether files are made for it, beside the fixtures */
export async function readMutants({ tries, until, seed, home }: PartOptions, withMade = true): Promise<PartResult> {
  const ledger = new Ledger('mutants');
  const reader = new Reader();
  try {
    const files = await goodFiles(withMade ? join(home, 'made') : undefined);
    const formats = [...new Set(files.map(({ format }) => format))];
    const known = new Map<GoodFile, ReadReply>();
    for (let k = 0; k < tries && performance.now() < until; k++) {
      const random = mixedRandom(2 ** 20 * seed + k);
      const format = formats[integerBelow(formats.length, random)]!;
      const ofFormat = files.filter((file) => file.format === format);
      const file = ofFormat[integerBelow(ofFormat.length, random)]!;
      const good = known.get(file) ?? (await reader.read(lay(file, join(home, 'mutant')).request));
      known.set(file, good);
      // Those that need options to be read are refused whatever is changed in them: that is tried, too.
      if (good.outcome === 'crashed') ledger.count(file.path, [good.message]);
      const { request, changed } = lay(file, join(home, 'mutant'));
      const target = changed[integerBelow(changed.length, random)]!;
      writeFileSync(target, mutant(readFileSync(target), random));
      const reply = await reader.read(request);
      const faults = faultsOf(reply, good.parts);
      ledger.see(reply.outcome);
      ledger.see('s of a processor', reply.processorSeconds);
      ledger.cost(reply.megabytes, reply.processorSeconds);
      const name = `mutant ${k} of seed ${seed}, ${basename(file.path)}, ${relative(join(home, 'mutant'), target)}`;
      if (faults.length > 0) keep(join(home, 'mutant'), `${seed}-${k}`);
      ledger.count(name, faults);
    }
  } finally {
    reader.end();
  }
  return ledger.result();
}

/** Puts a copy of a good file where it may be changed. */
function lay({ path, way, changed, opened, options = {} }: GoodFile, folder: string) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const copy = join(folder, basename(path));
  if (way === 'checkpoint') {
    // Its model's card tells its shapes.
    cpSync(join(path, '..', '..'), copy, { recursive: true });
    const inside = join(copy, 'checkpoints', basename(path));
    return { request: { way, path: inside, options }, changed: [inside] };
  }
  cpSync(path, copy, { recursive: true });
  if (way === 'model' && path.endsWith('.onnx')) copyBeside(path, folder);
  const files = statSync(copy).isDirectory()
    ? (changed ?? readdirSync(copy, { recursive: true, encoding: 'utf8' }).sort())
        .map((name) => join(copy, name))
        .filter((name) => statSync(name).isFile())
    : [copy];
  const request: ReadRequest = { way, path: opened === undefined ? copy : join(copy, opened), options };
  return { request, changed: files };
}

/** What an ONNX file keeps its arrays in, where that is another one. */
function copyBeside(path: string, folder: string): void {
  const stem = basename(path, '.onnx');
  for (const name of [`${stem}.data`, stem]) {
    const beside = join(path, '..', name);
    if (statSync(beside, { throwIfNoEntry: false }) !== undefined)
      cpSync(beside, join(folder, name), { recursive: true });
  }
}

function faultsOf(reply: ReadReply, good: Parts | undefined): string[] {
  const { outcome, message, parts, megabytes, processorSeconds } = reply;
  const faults: string[] = [];
  if (outcome === 'crashed') faults.push(`neither read nor refused: ${message.slice(0, 600)}`);
  if (megabytes > MOST_MEGABYTES) faults.push(`it took ${Math.round(megabytes)} MB`);
  if (processorSeconds > MOST_SECONDS) faults.push(`it took ${processorSeconds.toFixed(1)} s of a processor`);
  // Whoever is told what was left out or assumed has not lost it in silence.
  const isTold = parts?.said.some((sentence) => good?.said.includes(sentence) !== true) ?? false;
  if (parts !== undefined && good !== undefined && !isTold) {
    const fewer = Object.entries(good.counts).filter(([part, count]) => (parts.counts[part] ?? 0) < count);
    for (const [part, count] of fewer) {
      faults.push(`${part}: ${count} became ${parts.counts[part] ?? 'none'}, and nothing says so`);
    }
  }
  return faults;
}

function keep(folder: string, name: string): void {
  const to = join(KEPT, name);
  rmSync(to, { recursive: true, force: true });
  cpSync(folder, to, { recursive: true });
}

/** A process that reads, and its successors. */
class Reader {
  #child: ChildProcess | undefined;
  #reads = 0;
  /** Of the mutant before; a process keeps what it once had. */
  #megabytes = 0;

  async read(request: ReadRequest): Promise<ReadReply> {
    if (this.#reads >= READ_BY_ONE || this.#megabytes > MOST_MEGABYTES / 2) this.end();
    this.#child ??= fork(fileURLToPath(new URL('mutant-reader.ts', import.meta.url)), [], {
      execArgv: endingWithThis(),
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#reads += 1;
    const child = this.#child;
    let said = '';
    const listen = (piece: Buffer) => {
      said = (said + piece).slice(-2000);
    };
    child.stderr!.on('data', listen);
    const gone = (why: string): ReadReply => {
      this.end();
      return { outcome: 'crashed', message: `${why} ${said}`, processorSeconds: 0, megabytes: 0 };
    };
    return new Promise((resolve) => {
      const settle = (reply: () => ReadReply) => {
        clearTimeout(timer);
        child.off('exit', ended).off('message', replied);
        child.stderr!.off('data', listen);
        resolve(reply());
      };
      const ended = (code: number | null, signal: string | null) =>
        settle(() => gone(`The process that read it ended with ${code ?? signal}.`));
      const replied = (reply: ReadReply) => {
        this.#megabytes = reply.megabytes;
        settle(() => reply);
      };
      const timer = setTimeout(() => settle(() => gone(`It was not done after ${MOST_WAITED / 1000} s.`)), MOST_WAITED);
      child.on('exit', ended).on('message', replied);
      child.send(request);
    });
  }

  end(): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
    this.#reads = 0;
    this.#megabytes = 0;
  }
}
