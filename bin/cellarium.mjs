#!/usr/bin/env node
// The `cellarium` command: starts the pipeline on a Node that runs TypeScript as it is.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../pipeline/cli.ts', import.meta.url));
const [major, minor] = process.versions.node.split('.').map(Number);
const runsTypeScript = major > 22 || (major === 22 && minor >= 18);

if (runsTypeScript) {
  await import(cli);
} else {
  // An older Node starts the one that npm installed beside the project (see optionalDependencies).
  const bundled = fileURLToPath(
    new URL(`../node_modules/node-linux-${process.arch === 'x64' ? 'x64' : 'arm64'}/bin/node`, import.meta.url),
  );
  if (process.platform !== 'linux' || !existsSync(bundled)) {
    console.error(
      `cellarium needs Node 22.18 or newer, and this is Node ${process.versions.node}.\n` +
        'Install a newer Node from https://nodejs.org, or run `npm ci` on Linux, which brings one along.',
    );
    process.exit(1);
  }
  const child = spawn(bundled, [cli, ...process.argv.slice(2)], { stdio: 'inherit' });
  // What stops this process stops the one that works; how that one ended is how this one ends.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}
