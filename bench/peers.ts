// Training and reading beside PyTorch's, the same network and windows in turn on the same machine. PyTorch is installed for it
// into a folder of its own, which takes some gigabytes; where there is no Python, nothing is measured.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputError } from '../pipeline/base/errors.ts';
import { loadAlice } from './alice.ts';
import { benchTracing } from './tracing.ts';
import { benchTraining } from './training.ts';

const HOME = '.cellarium/peers';
const PACKAGES = ['torch==2.15.0'];
const SCRIPT = fileURLToPath(new URL('peers/pytorch.py', import.meta.url));

interface Rates {
  readonly version: string;
  readonly threads: number;
  /** Characters a second. */
  readonly training: number;
  readonly reading: number;
}

function run(command: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status === 0) return stdout;
  throw new InputError(`${command} failed: ${error?.message ?? stderr.trim()}`, {}, `Remove ${HOME} and run it again.`);
}

/** The interpreter of an environment that has PyTorch; null where there is no Python. */
function python(): string | null {
  if (spawnSync('python3', ['--version']).status !== 0) return null;
  const own = join(HOME, 'bin', 'python');
  if (!existsSync(own)) run('python3', ['-m', 'venv', HOME]);
  run(own, ['-m', 'pip', 'install', '--quiet', ...PACKAGES]);
  return own;
}

export async function benchPeers() {
  const own = python();
  if (own === null) return { skipped: 'There is no python3 here.' };
  const { architecture } = loadAlice().model.card;
  const asked = {
    vocabulary: architecture.outputs,
    units: architecture.units,
    streams: [64, 32],
    steps: 100,
    seconds: 30,
  };
  const pytorch = (): Rates => JSON.parse(run(own, [SCRIPT, JSON.stringify(asked)])) as Rates;
  // In turn, for the machine may be slower for a while.
  const before = pytorch();
  const training = (await benchTraining()).charactersPerSecond;
  const tracing = (await benchTracing()).charactersPerSecond;
  const after = pytorch();
  const best = {
    training: Math.max(before.training, after.training),
    reading: Math.max(before.reading, after.reading),
  };
  return {
    pytorch: { version: after.version, threads: after.threads, ...best },
    cellarium: { training, tracing },
    trainingBesidePytorch: training / best.training,
    allSignalsBesideItsHAlone: tracing / best.reading,
  };
}
