// Build times: cold, with nothing changed, and after an edit of a hypothesis's prose. Each build is a process of its own,
// on a copy of the content, with a cache of its own.
import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Built {
  readonly seconds: number;
  /** Stages that ran, out of the lines that the build prints. */
  readonly ran: string[];
}

export function benchBuilding() {
  const folder = mkdtempSync(join(tmpdir(), 'cellarium-bench-'));
  const content = join(folder, 'content');
  cpSync('content', content, { recursive: true });
  const build = (): Built => {
    const started = performance.now();
    const options = ['--content', content, '--data', join(folder, 'data'), '--out', join(folder, 'dist')];
    const { status, stdout, stderr } = spawnSync(process.execPath, ['pipeline/cli/main.ts', 'build', ...options], {
      encoding: 'utf8',
      env: { ...process.env, CELLARIUM_CACHE: join(folder, 'cache') },
    });
    if (status !== 0) throw new Error(`The build failed:\n${stderr}`);
    const ran = [...stdout.matchAll(/^(\S+)\s+run\b/gm)].map(([, stage]) => stage!);
    return { seconds: (performance.now() - started) / 1000, ran };
  };
  try {
    const cold = build();
    const again = build();
    appendFileSync(join(content, 'hypotheses', 'inside-quotes.md'), '\nOne more sentence.\n');
    const prose = build();
    return {
      coldSeconds: cold.seconds,
      unchangedSeconds: again.seconds,
      unchangedRan: again.ran,
      proseSeconds: prose.seconds,
      proseRan: prose.ran,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
