// Scripts and manifests for clusters. The script is run by a real shell, with commands in the place of Slurm's that write down
// what they were given.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { quoteWord } from '../../pipeline/base/shell.ts';
import { kubernetesManifest } from '../../pipeline/distributed/kubernetes.ts';
import { slurmScript } from '../../pipeline/distributed/slurm.ts';

const folder = mkdtempSync(join(tmpdir(), 'cellarium-slurm-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Whatever a shell might take for something else than a name. */
const HOSTILE = `it's $(touch ${folder}/hacked) \`touch ${folder}/hacked\` "$HOME"; touch ${folder}/hacked & * \\ END`;

function command(name: string, script: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** Runs a script with Slurm's commands beside it. */
function sh(script: string, env: Record<string, string> = {}, ...args: string[]): { status: number; stdout: string } {
  try {
    const path = `${folder}:${process.env.PATH}`;
    const stdout = execFileSync('sh', ['-s', '--', ...args], {
      input: script,
      encoding: 'utf8',
      env: { ...env, PATH: path },
    });
    return { status: 0, stdout };
  } catch (error) {
    const { status, stdout } = error as { status: number; stdout: string };
    return { status, stdout };
  }
}

const words = (file: string) => readFileSync(join(folder, file), 'utf8').split('\u0000').slice(0, -1);
const JOB = {
  ...{
    scored: HOSTILE,
    shards: 8,
    cellShares: 1,
    store: `${folder}/a store`,
    threads: 2,
    options: ['--content', HOSTILE],
  },
  ...{ folder, out: `${folder}/it's.json` },
};

describe('a word in a script', () => {
  it('is what it was, whatever it holds', () => {
    for (const word of [HOSTILE, '', "'", "''", '-n', 'ä “b”', '\\']) {
      expect(sh(`printf %s ${quoteWord(word)}`).stdout).toBe(word);
    }
  });

  it('is refused with a line break', () => {
    expect(() => quoteWord('a\nEND\ntouch b')).toThrow('cannot stand in a script');
  });
});

describe('the script for Slurm', () => {
  const program = command(
    'program',
    `printf '%s\\0' "$@" > ${folder}/words; pwd -P > ${folder}/where; exit \${EXIT:-0}`,
  );
  command(
    'sbatch',
    `printf '%s\\0' "$@" > "${folder}/sbatch-$(ls ${folder} | grep -c ^task)"
cat > "${folder}/task-$(ls ${folder} | grep -c ^task)"; echo 7`,
  );
  command('scontrol', `printf '%s\\0' "$@" > ${folder}/requeued`);
  const script = slurmScript({ ...JOB, program: [program] });

  it('submits an array with a task a shard, and the merge for when all of them have ended well', () => {
    expect(sh(script, {}, '--partition=short', '--comment=a b').stdout).toBe('array 7, and then merge 7\n');
    expect(words('sbatch-0')).toEqual([
      ...['--parsable', '--cpus-per-task=2', '--requeue', '--array=0-7', `--job-name=shards of ${HOSTILE}`],
      ...['--partition=short', '--comment=a b'],
    ]);
    expect(words('sbatch-1')).toContain('--dependency=afterok:7');
  });

  it('gives each task its shard, and the merge all of them, and hands no shell a word of theirs', () => {
    const common = ['score', HOSTILE, '--store', JOB.store, '--shards', '8', '--threads', '2', '--content', HOSTILE];
    const task = readFileSync(join(folder, 'task-0'), 'utf8');
    expect(sh(task, { SLURM_ARRAY_TASK_ID: '5', SLURM_JOB_ID: '9' }).status).toBe(0);
    expect(words('words')).toEqual([...common, '--index', '5']);
    expect(readFileSync(join(folder, 'where'), 'utf8')).toBe(`${folder}\n`);
    expect(sh(readFileSync(join(folder, 'task-1'), 'utf8')).status).toBe(0);
    expect(words('words')).toEqual([...common, '--json', '--out', JOB.out]);
    expect(() => readFileSync(join(folder, 'hacked'))).toThrow();
  });

  it('hands a task back to the queue that waits for others, and lets one fail that fails', () => {
    const task = readFileSync(join(folder, 'task-0'), 'utf8');
    const env = { SLURM_ARRAY_TASK_ID: '5', SLURM_JOB_ID: '9' };
    expect(sh(task, { ...env, EXIT: '1' }).status).toBe(1);
    expect(() => words('requeued')).toThrow();
    expect(sh(task, { ...env, EXIT: '75' }).status).toBe(0);
    expect(words('requeued')).toEqual(['requeue', '9']);
  });
});

it('a task is a shard of one share of the cells', () => {
  const script = slurmScript({ ...JOB, cellShares: 4, program: ['cellarium'] });
  expect(script).toContain('--array=0-31 ');
  expect(script).toContain("'--shards' '8' '--cell-shares' '4'");
});

describe('the manifest for Kubernetes', () => {
  const job = { ...JOB, image: 'registry.example/cellarium:1', claim: 'scores' };

  it('is the one that a validator of Kubernetes has accepted', () => {
    const plain = {
      ...job,
      scored: 'alice',
      store: '/store',
      options: ['--content', 'content', '--engine', 'onnx'],
      out: '/store/scores.json',
    };
    const stored = new URL('../fixtures/kubernetes/alice.json', import.meta.url);
    expect(kubernetesManifest(plain)).toEqual(JSON.parse(readFileSync(stored, 'utf8')));
  });

  it('writes in nothing but the index of the pod', () => {
    const json = JSON.stringify(kubernetesManifest(job));
    const replaced = [...json.matchAll(/(?<!\$)\$\([^)]*\)/g)].map(([found]) => found);
    expect(replaced).toEqual(['$(JOB_COMPLETION_INDEX)']);
  });
});
