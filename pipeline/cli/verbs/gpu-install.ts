// `cellarium gpu install`: what onnxruntime-node needs to compute on a GPU of NVIDIA's, laid beside it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { InputError } from '../../base/errors.ts';
import { listFolder, readText } from '../../files/files.ts';
import { layLibraries } from '../cuda-library.ts';
import { tryApart } from '../device-trial.ts';
import { addExamples } from '../options.ts';

interface InstallOptions {
  readonly wheel?: string;
}

export function define(gpu: Command): void {
  const verb = gpu
    .helpCommand(false)
    .command('install')
    .description(
      "Lay onnxruntime's library for CUDA, out of the Python package of the same version, beside onnxruntime-node.",
    )
    .option('--wheel <file>', 'a wheel of onnxruntime-gpu that is here already; fetched by pip if left out')
    .action(install);
  addExamples(verb, [
    'gpu install',
    'gpu install --wheel onnxruntime_gpu-1.30.0-cp312-cp312-manylinux_2_28_x86_64.whl',
  ]);
}

/**
 * Lays the library, and tries the device.
 * @throws InputError another system than Linux on x64, no onnxruntime-node, no pip, a wheel that cannot be had or is not
 *   what it should be
 */
function install({ wheel }: InstallOptions): void {
  const system = `${process.platform} on ${process.arch}`;
  if (system !== 'linux on x64') {
    const what = `onnxruntime for Node computes with CUDA on Linux on x64 alone, and this is ${system}.`;
    throw new InputError(what, {}, 'Try --device webgpu.');
  }
  const { version, folder } = nativePackage();
  const laid = wheel === undefined ? layFetched(version, folder) : layLibraries(wheel, version, folder);
  for (const path of laid) console.log(`wrote ${path}`);
  const { agrees, difference, charactersPerSecond, problem } = tryApart({ engine: 'onnx', device: 'cuda' });
  if (agrees) {
    const rate = Math.round(charactersPerSecond!).toLocaleString('en');
    console.log(`--device cuda is ${difference!.toExponential(1)} from the reference; ${rate} characters a second`);
  } else {
    const reason = problem ?? `It differs from the reference by ${difference!.toExponential(1)}.`;
    console.log(`--device cuda cannot be used yet: ${reason}\ndocs/gpu.md in the repository says what else it needs.`);
  }
}

/** The version of onnxruntime-node, and the folder of its own library. */
function nativePackage(): { version: string; folder: string } {
  let manifest: string | undefined;
  try {
    manifest = findPackageJSON('onnxruntime-node', import.meta.url);
  } catch {
    // It is said below.
  }
  if (manifest === undefined) {
    const fix = 'ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node installs it.';
    throw new InputError('The package onnxruntime-node is not installed, which the library belongs to.', {}, fix);
  }
  const { version } = JSON.parse(readText(manifest)) as { version: string };
  const bin = join(dirname(manifest), 'bin');
  const api = listFolder(bin).find((name) => name.startsWith('napi-'));
  if (api === undefined) throw new InputError('It holds no library.', { file: bin }, 'Install onnxruntime-node again.');
  return { version, folder: join(bin, api, 'linux', 'x64') };
}

/** Any version of Python that the package is made for: the two libraries know none. */
const PYTHON = ['--python-version', '3.12', '--implementation', 'cp', '--abi', 'cp312'];
const PLATFORMS = ['manylinux_2_28_x86_64', 'manylinux_2_27_x86_64'].flatMap((name) => ['--platform', name]);

/** Has pip fetch the wheel, from wherever it is set up to fetch from; it checks the sum that the index gives. */
function layFetched(version: string, folder: string): string[] {
  const work = mkdtempSync(join(tmpdir(), 'cellarium-'));
  try {
    const what = `onnxruntime-gpu==${version}`;
    const only = ['--no-deps', '--only-binary=:all:', ...PYTHON, ...PLATFORMS];
    const args = ['-m', 'pip', 'download', ...only, '--dest', work, what];
    // Its progress is none of the command's output.
    const { status, error } = spawnSync('python3', args, { stdio: ['ignore', 2, 2] });
    if (error !== undefined || status !== 0) {
      const reason = error === undefined ? 'pip says why above' : 'there is no python3 with pip';
      const fix =
        'Fetch the wheel for Linux on x86_64 elsewhere and give it with --wheel <file>, or see docs/gpu.md in the repository.';
      throw new InputError(`${what} cannot be fetched: ${reason}.`, {}, fix);
    }
    const [wheel] = listFolder(work);
    return layLibraries(join(work, wheel!), version, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
