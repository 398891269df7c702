// `npm run bench`: each measurement in a process of its own, so that one's memory is not another's, and the figures as
// JSON beside their budgets.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { endingWithThis } from '../pipeline/base/ending-with-this.ts';
import { InputError, UsageError } from '../pipeline/base/errors.ts';
import { suggestNames } from '../pipeline/base/suggest.ts';
import { runCommand } from '../pipeline/base/terminal.ts';
import type { EngineChoice } from '../pipeline/engines/index.ts';
import type { CampaignOptions } from './campaign/campaign.ts';

/** Attacks everything for many minutes, and is left out unless it is asked for. */
const CAMPAIGN = 'campaign';

/** What a measurement is told. */
type Told = EngineChoice & CampaignOptions;

const MEASUREMENTS: Record<string, (told: Told) => Promise<unknown>> = {
  training: async () => (await import('./training.ts')).benchTraining(),
  tracing: async () => (await import('./tracing.ts')).benchTracing(),
  tally: async () => (await import('./tally.ts')).benchTally(),
  ablation: async () => (await import('./ablation.ts')).benchAblation(),
  building: async () => (await import('./building.ts')).benchBuilding(),
  pages: async () => (await import('./pages.ts')).benchPages(),
  live: async () => (await import('./live.ts')).benchLive(),
  walking: async () => (await import('./walking.ts')).benchWalking(),
  throttled: async () => (await import('./throttled.ts')).benchThrottled(),
  lighthouse: async () => (await import('./lighthouse.ts')).benchLighthouse(),
  peers: async () => (await import('./peers.ts')).benchPeers(),
  scale: async () => (await import('./scale.ts')).benchScale(),
  device: async (told) => (await import('./device.ts')).benchDevice(told),
  [CAMPAIGN]: async (told) => (await import('./campaign/campaign.ts')).benchCampaign(told),
};

/** Takes many minutes, and is left out unless it is asked for. */
const SCALE = 'scale';
/** Installs gigabytes, and is left out unless it is asked for. */
const PEERS = 'peers';
/** Is for one device, and left out unless that is named. */
const DEVICE = 'device';

const KILOBYTE = 1024;

/** What each figure may at most be, or must at least be. */
const BUDGETS: Record<string, Record<string, string>> = {
  training: { shareOfMatmul: 'at least 0.6, aim for 0.75', megabytes: 'at most 2048' },
  tracing: { charactersPerSecond: 'at least 15000, aim for 30000', megabytes: 'at most 2048' },
  tally: { seconds: 'at most 20, aim for 10', megabytes: 'at most 2048' },
  ablation: {
    shareOfMatmul: 'at least 0.6, aim for 0.75',
    stageSeconds: 'at most 120, aim for 60',
    megabytes: 'at most 2048',
  },
  building: {
    coldSeconds: 'at most 120, aim for 60',
    unchangedSeconds: 'at most 20',
    proseRan: 'no stage but site',
  },
  pages: {
    'cell.htmlGzipped': `at most ${25 * KILOBYTE}`,
    'cell.html': `at most ${200 * KILOBYTE}`,
    'cell.elements': 'at most 6000',
    'cell.assetsGzipped': `at most ${8 * KILOBYTE}`,
    cellFileBytes: `at most ${45 * KILOBYTE}`,
    'disk.megabytes': 'at most 120 for a gallery of 1,024 cells, and 500 for all',
    'disk.files': 'below 6000',
    wallPageBytes: `at most ${120 * KILOBYTE}`,
    fontBytes: `at most ${70 * KILOBYTE}`,
  },
  live: {
    networkBytes: 'at most 4000000 for twice 512 cells',
    tryCodeGzipped: `at most ${24 * KILOBYTE}`,
    patternCodeGzipped: `at most ${24 * KILOBYTE}`,
    charactersPerSecond: 'at least 150',
    tasksOver50Milliseconds: 'none',
    longTextMilliseconds: 'none',
    rankingSeconds: 'at most 2',
  },
  walking: { medianMilliseconds: 'at most 100' },
  throttled: { sortMilliseconds: 'at most 100', typingMilliseconds: 'at most 100' },
  lighthouse: { scores: '100 each' },
  device: {
    'training.64 x 100.charactersPerSecond': 'on one H100 or H200, aim for 120000',
    'training.256 x 100.charactersPerSecond': 'on one H100 or H200, aim for 400000',
    'tracing.charactersPerSecond': 'on one H100 or H200, aim for 300000',
  },
  peers: { trainingBesidePytorch: 'aim for 1.2', allSignalsBesideItsHAlone: 'aim for 1' },
  [CAMPAIGN]: {
    held: 'all that is tried',
    megabytes: 'at most 1024 for a file of others, 2048 for the rest',
    seconds: 'at most 20',
  },
  scale: { textSlope: 'about 1', cellSlope: 'about 1', memorySlope: 'about 0', mostMegabytes: 'at most 2048' },
};

export interface BenchOptions extends CampaignOptions {
  /** Names of the measurements to take; all when left out, but for that of the scale. */
  readonly only?: readonly string[];
  /** Whether to measure how time and memory grow with the text and the cells, and nothing else. */
  readonly scale?: boolean;
  /** What to measure training and tracing with, and nothing else. */
  readonly engine?: EngineChoice['engine'];
  readonly device?: EngineChoice['device'];
  /** JSON of the campaign too, which alone is printed as a table. */
  readonly json?: boolean;
}

/**
 * Takes the measurements and prints them as JSON.
 * @throws InputError a name that no measurement has, or one that failed
 */
export async function runBench({ only, scale = false, json = false, ...told }: BenchOptions): Promise<void> {
  const { engine, device } = told;
  const all = Object.keys(MEASUREMENTS).filter((name) => ![SCALE, DEVICE, PEERS, CAMPAIGN].includes(name));
  const isForDevice = engine !== undefined || device !== undefined;
  const names = scale ? [SCALE] : isForDevice ? [DEVICE] : (only ?? all);
  for (const name of names) {
    if (name in MEASUREMENTS) continue;
    throw new UsageError(`There is no measurement "${name}".`, {}, suggestNames(name, Object.keys(MEASUREMENTS)));
  }
  if (names.includes(CAMPAIGN)) (await import('./campaign/campaign.ts')).requireParts(told.parts ?? []);
  const figures = names.map((name): [string, Record<string, unknown>] => [
    name,
    { ...measureApart(name, told), budget: BUDGETS[name] },
  ]);
  const [[first, { table }]] = figures as [(typeof figures)[number]];
  if (!json && names.length === 1 && first === CAMPAIGN) console.log(table);
  else console.log(JSON.stringify(Object.fromEntries(figures), null, 2));
}

function measureApart(name: string, told: Told): Record<string, unknown> {
  console.error(`measuring ${name} …`);
  const args = [...endingWithThis(), fileURLToPath(import.meta.url), name, JSON.stringify(told)];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    // A campaign tells of what does not hold as it finds it.
    stdio: ['ignore', 'pipe', name === CAMPAIGN ? 'inherit' : 'pipe'],
    maxBuffer: 2 ** 26,
  });
  if (status !== 0)
    throw new InputError(
      `Measuring ${name} failed:\n${stderr?.trim() ?? 'It says why above.'}`,
      {},
      'Mend that and run it again.',
    );
  return JSON.parse(stdout.trim().split('\n').at(-1)!);
}

/** Of the measurement that is named, as the last line of its output. */
async function measureHere(): Promise<void> {
  const figures = await MEASUREMENTS[process.argv[2]!]!(JSON.parse(process.argv[3]!) as Told);
  const megabytes = Math.round(process.resourceUsage().maxRSS / KILOBYTE);
  console.log(JSON.stringify({ ...(figures as object), megabytes }));
}

if (import.meta.main) await runCommand(measureHere);
