#!/usr/bin/env node
// The `cellarium` command: starts the pipeline on a Node that runs TypeScript as it is.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
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
  const { status } = spawnSync(bundled, [cli, ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exit(status ?? 1);
}
