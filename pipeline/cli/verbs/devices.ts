// `cellarium devices`: what can compute here, whether it computes what the reference does, and how fast.
import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import type { Command } from 'commander';
import { formatTable } from '../../base/table.ts';
import { AGREEMENT, type EngineChoice } from '../../engines/index.ts';
import { RATED_WINDOW, type Trial, tryApart } from '../device-trial.ts';
import { addExamples, threadsOption } from '../options.ts';

interface DevicesOptions {
  readonly threads: number;
  readonly json?: true;
}

/** Every way to compute, with the options of a verb that choose it. */
const WAYS: readonly (EngineChoice & { readonly options: string })[] = [
  { engine: 'onnx', device: 'cpu', options: '--engine onnx' },
  { engine: 'onnx-web', device: 'cpu', options: '--engine onnx-web' },
  { engine: 'onnx', device: 'cuda', options: '--device cuda' },
  { engine: 'onnx', device: 'webgpu', options: '--device webgpu' },
  { engine: 'tfjs', options: '--engine tfjs' },
];

export function define(verb: Command): void {
  verb.addOption(threadsOption()).option('--json', 'print JSON instead of a table').action(listDevices);
  addExamples(verb, ['devices', 'devices --threads 4 --json']);
}

/** A way to compute, and what came of trying it. */
export interface Tried extends Trial {
  readonly options: string;
}

/**
 * Prints a table, or as JSON `{format, processor, cores, gpus, agreement, devices}`; of each device the options that
 * choose it, its difference from the reference, whether that is at most `agreement`, and characters a second in training,
 * or the problem with it.
 */
function listDevices({ threads, json }: DevicesOptions): void {
  const processor = cpus()[0]?.model.trim() ?? 'unknown';
  const cores = availableParallelism();
  const gpus = nvidiaGpus();
  const devices = WAYS.map(({ options, ...choice }): Tried => ({ options, ...tryApart({ ...choice, threads }) }));
  if (json) {
    console.log(JSON.stringify({ format: 1, processor, cores, gpus, agreement: AGREEMENT, devices }));
    return;
  }
  console.log([`${processor}, ${cores} cores`, ...gpus, '', ...devicesTable(devices)].join('\n'));
}

/** What the driver of NVIDIA's GPUs says of them; none where there is no driver. */
function nvidiaGpus(): string[] {
  const query = ['--query-gpu=name,memory.total,driver_version', '--format=csv,noheader'];
  const { status, stdout } = spawnSync('nvidia-smi', query, { encoding: 'utf8' });
  return status === 0 ? stdout.trim().split('\n') : [];
}

/** The lines of the table, and below it what its numbers are, and what to do about what is not there. */
export function devicesTable(devices: readonly Tried[]): string[] {
  const table = formatTable(
    ['chosen by', 'engine', 'device', 'from the reference', 'characters/s'],
    devices.map(({ options, engine, device, difference, charactersPerSecond }) => [
      options,
      engine,
      device,
      difference?.toExponential(1) ?? '',
      charactersPerSecond === undefined ? '' : Math.round(charactersPerSecond).toLocaleString('en'),
    ]),
    [3, 4],
  );
  const problems = devices
    .filter(({ agrees }) => !agrees)
    .map(({ options, problem }) => `${options} is not used: ${problem ?? 'it does not agree with the reference.'}`);
  const { steps, streams } = RATED_WINDOW;
  return [
    ...table,
    '',
    `Agreement is a difference of at most ${AGREEMENT}. Characters a second: gradients of a network of twice 512 cells, in`,
    `windows of ${steps} characters and ${streams} streams.`,
    ...(problems.length === 0 ? [] : ['', ...problems, 'docs/gpu.md in the repository says what a GPU needs.']),
  ];
}
