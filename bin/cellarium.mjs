#!/usr/bin/env node
// The `cellarium` command: starts the pipeline on a Node that is new enough.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// In a clone the sources run as they are; of an installed package, in which Node runs no TypeScript, what was compiled.
const isInstalled = /[\\/]node_modules[\\/]/.test(import.meta.url);
const cli = fileURLToPath(new URL(isInstalled ? '../lib/cli/main.js' : '../pipeline/cli/main.ts', import.meta.url));
const [major, minor] = process.versions.node.split('.').map(Number);
const runsTypeScript = major > 22 || (major === 22 && minor >= 18);

if (runsTypeScript) {
  await import(cli);
} else {
  // An older Node starts the one that npm installed beside the project (see optionalDependencies).
  const bundled = bundledNode();
  if (bundled === undefined) {
    console.error(
      `cellarium needs Node 22.18 or newer, and this is Node ${process.versions.node}.\n` +
        'Install a newer Node from https://nodejs.org, or run `npm ci` on Linux, which installs one.',
    );
    process.exit(1);
  }
  const child = spawn(bundled, [cli, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, CELLARIUM_PARENT: String(process.pid) },
  });
  // What stops this process stops the one that works; how that one ended is how this one ends.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

function bundledNode() {
  if (process.platform !== 'linux') return undefined;
  try {
    const { resolve } = createRequire(import.meta.url);
    const node = join(dirname(resolve(`node-linux-${process.arch}/package.json`)), 'bin', 'node');
    return existsSync(node) ? node : undefined;
  } catch {
    return undefined;
  }
}
