// What is far smaller or larger than anything that the galleries have: each works in 2 GB, or is refused at once with a sentence.
import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { normal, seededRandom } from '../../pipeline/base/random.ts';
import { hashFile } from '../../pipeline/files/hash.ts';
import { untrainedTwin } from '../../pipeline/gallery/twin.ts';
import type { Architecture } from '../../pipeline/lstm/parameters.ts';
import { writeStandalone } from '../../pipeline/models/formats/own/standalone.ts';
import { prose } from '../../test/fixtures/build/prose.ts';
import { type Ended, mustRun, run } from './group.ts';
import { MODEL, writeHome, writeTrainedHome } from './home.ts';
import { Ledger, type PartOptions, type PartResult } from './ledger.ts';

const MOST_MEGABYTES = 2048;
/** Of a processor, within which a refusal comes: that is loading the program, and a look at what it is given. */
const AT_ONCE = 10;
const MOST_SECONDS = 1800;

interface Case {
  readonly name: string;
  /** What is done; makes its inputs in an empty folder. */
  run(folder: string): Promise<Ended>;
  /** What else there is to say against it. */
  faults?(folder: string): string[];
}

const ONE = ['--threads', '1'];

const CASES: readonly Case[] = [
  {
    name: 'a gallery of a text of 1,000 characters',
    async run(folder) {
      writeHome(folder);
      writeFileSync(join(folder, 'short.txt'), prose(1000).slice(0, 1000));
      const begun = await run(['gallery', 'new', 'short', '--text', 'short.txt'], { folder });
      return begun.status === 0 ? run(['build', 'short', ...ONE], { folder }, MOST_SECONDS) : begun;
    },
  },
  {
    name: 'training while the clocks jump',
    async run(folder) {
      const size = { epochs: 3, characters: 16_000 };
      for (const name of ['quiet', 'jumping']) writeHome(join(folder, name), size);
      await mustRun(['train', MODEL, ...ONE], { folder: join(folder, 'quiet') });
      const environment = { NODE_OPTIONS: `--import=${new URL('clock-jumps.ts', import.meta.url).href}` };
      return run(['train', MODEL, ...ONE], { folder: join(folder, 'jumping'), environment });
    },
    faults(folder) {
      const [quiet, jumping] = ['quiet', 'jumping'].map((name) =>
        hashFile(join(folder, name, 'content', 'models', MODEL, 'model.safetensors')),
      );
      return quiet === jumping ? [] : ['the weights are not those of a run whose clocks go right'];
    },
  },
  {
    name: 'a CSV file of 1,000,000 rows of 8 numbers',
    run(folder) {
      writeModel(join(folder, 'model.safetensors'), { reads: 'numbers', inputs: 8, units: [4] });
      writeTable(join(folder, 'table.csv'), 1_000_000, 8);
      const out = ['--csv', '--unit', '0', '--signal', 'h'];
      return run(['inspect', 'model.safetensors', '--series', 'table.csv', ...out, ...ONE], { folder }, MOST_SECONDS);
    },
  },
  {
    name: 'three layers of 1,024 cells',
    run(folder) {
      writeModel(join(folder, 'model.safetensors'), { inputs: 60, units: [1024, 1024, 1024] });
      writeFileSync(join(folder, 'text.txt'), 'a'.repeat(2000));
      return run(['evaluate', 'model.safetensors', '--text', 'text.txt', ...ONE], { folder }, MOST_SECONDS);
    },
  },
  {
    name: 'a trace of 20 MB of text',
    async run(folder) {
      await writeTrainedHome(folder, { characters: 20_000, units: 3 });
      const text = readFileSync(join(folder, 'content', 'corpora', 'text.txt'), 'utf8');
      writeFileSync(join(folder, 'long.txt'), text.repeat(Math.ceil(20e6 / text.length)));
      return run(['trace', MODEL, 'long.txt', '--out', 'trace.safetensors', ...ONE], { folder }, MOST_SECONDS);
    },
  },
  {
    name: 'activations of 4,096 units over 200,000 characters',
    run(folder) {
      writeActivations(join(folder, 'activations.safetensors'), 4096, 200_000);
      mkdirSync(join(folder, 'content'));
      const args = ['score', 'activations.safetensors', '--hypotheses', 'space', ...ONE];
      return run(args, { folder }, MOST_SECONDS);
    },
  },
];

/** @param wanted names of cases; all where left out */
export async function load(
  { tries, until, seed, home }: PartOptions,
  wanted: readonly string[] | undefined = undefined,
): Promise<PartResult> {
  const ledger = new Ledger('load');
  const cases = CASES.filter(({ name }) => wanted?.includes(name) ?? true);
  for (const [k, one] of cases.slice(0, tries).entries()) {
    if (performance.now() > until) break;
    const folder = join(home, String(k));
    mkdirSync(folder);
    const ended = await one.run(folder);
    const { status, signal, stderr, megabytes, processorSeconds } = ended;
    ledger.see(status === 0 ? 'worked' : 'refused');
    const [said = ''] = stderr.split('\n').filter((line) => line.startsWith('error: '));
    console.error(
      `load: ${one.name}: ${status ?? signal}, ${Math.round(megabytes)} MB, ${processorSeconds.toFixed(1)} s ${said}`,
    );
    const isRefusal = status === 1 && said !== '' && !/^\s+at /m.test(stderr);
    ledger.cost(megabytes, processorSeconds);
    ledger.count(`seed ${seed}, ${one.name}`, [
      ...(status === 0 || isRefusal ? [] : [`it ended with ${status ?? signal}: ${stderr.slice(-500)}`]),
      ...(isRefusal && processorSeconds > AT_ONCE ? [`it was refused after ${processorSeconds.toFixed(1)} s`] : []),
      ...(megabytes > MOST_MEGABYTES ? [`it took ${Math.round(megabytes)} MB`] : []),
      ...(status === 0 ? (one.faults?.(folder) ?? []) : []),
    ]);
    rmSync(folder, { recursive: true, force: true });
  }
  return ledger.result();
}

/** A network that was not trained, as one file. */
function writeModel(path: string, shape: Pick<Architecture, 'inputs' | 'units' | 'reads'>): void {
  const architecture: Architecture = {
    ...shape,
    outputs: shape.inputs,
    ...(shape.reads === 'numbers' ? { outputActivation: 'linear' as const } : {}),
    cellActivation: 'tanh',
    recurrentActivation: { kind: 'sigmoid' },
  };
  const vocabulary =
    shape.reads === 'numbers' ? [] : Array.from({ length: shape.inputs }, (_, k) => String.fromCharCode(97 + k));
  const description = { vocabulary, architecture };
  writeStandalone(path, { description, parameters: untrainedTwin(architecture) });
}

function writeTable(path: string, rows: number, columns: number): void {
  const descriptor = openSync(path, 'w');
  const random = seededRandom(1);
  writeSync(descriptor, `${Array.from({ length: columns }, (_, k) => `x${k}`).join(',')}\n`);
  for (let written = 0; written < rows; written += 10_000) {
    const lines = Array.from({ length: 10_000 }, () =>
      Array.from({ length: columns }, () => normal(random).toFixed(4)).join(','),
    );
    writeSync(descriptor, `${lines.join('\n')}\n`);
  }
  closeSync(descriptor);
}

/** Zeros but for some rows, which take no room on the disk. */
function writeActivations(path: string, units: number, rows: number): void {
  const bytes = 4 * units * rows;
  const text = prose(rows).slice(0, rows);
  const header = JSON.stringify({
    h: { dtype: 'F32', shape: [rows, units], data_offsets: [0, bytes] },
    __metadata__: { text },
  });
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(Buffer.byteLength(header)));
  const start = 8 + Buffer.byteLength(header);
  const descriptor = openSync(path, 'w');
  writeSync(descriptor, size, 0, 8, 0);
  writeSync(descriptor, Buffer.from(header), 0, start - 8, 8);
  ftruncateSync(descriptor, start + bytes);
  const random = seededRandom(1);
  for (let row = 0; row < rows; row += 50) {
    const values = Float32Array.from({ length: units }, () => normal(random));
    writeSync(descriptor, Buffer.from(values.buffer), 0, 4 * units, start + 4 * units * row);
  }
  closeSync(descriptor);
}
