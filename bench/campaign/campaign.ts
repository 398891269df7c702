// Attacks on everything that can be interrupted, damaged, planted or overloaded, for a stated time and with a seed: what was
// tried, what held, and what did not, in one table.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { getPriority, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../../pipeline/base/errors.ts';
import { suggestNames } from '../../pipeline/base/suggest.ts';
import { killBuilds } from './build-kills.ts';
import { campaignTable, type PartOptions, type PartResult } from './ledger.ts';
import { load } from './load.ts';
import { readMutants } from './mutants.ts';
import { plantScripts } from './planted.ts';
import { sendSignals } from './signals.ts';
import { killTraining } from './training-kills.ts';

interface Part {
  readonly run: (options: PartOptions) => Promise<PartResult>;
  /** How often it tries something, if there is time. */
  readonly tries: number;
  /** Of the campaign's time, beside the other parts. */
  readonly share: number;
}

const PARTS: Readonly<Record<string, Part>> = {
  training: { run: killTraining, tries: 200, share: 2 },
  builds: { run: killBuilds, tries: 100, share: 4 },
  mutants: { run: readMutants, tries: 10_000, share: 4 },
  // So many for each verb.
  signals: { run: sendSignals, tries: 20, share: 3 },
  planted: { run: plantScripts, tries: 1000, share: 1 },
  load: { run: load, tries: 1000, share: 4 },
};

export interface CampaignOptions {
  readonly minutes?: number | undefined;
  readonly seed?: number | undefined;
  /** Names of parts; all where left out. */
  readonly parts?: readonly string[] | undefined;
}

const MINUTES = 20;
const NICENESS = 10;

/** @throws UsageError a part that there is not */
export function requireParts(names: readonly string[]): void {
  const strange = names.find((name) => !(name in PARTS));
  if (strange === undefined) return;
  throw new UsageError(`The campaign has no part "${strange}".`, {}, suggestNames(strange, Object.keys(PARTS)));
}

/** @param parts such as {@link requireParts} lets pass */
export async function benchCampaign({ minutes = MINUTES, seed = 1, parts }: CampaignOptions) {
  const names = parts ?? Object.keys(PARTS);
  // It may run for long, beside what else the machine has to do.
  setPriority(Math.max(getPriority(), NICENESS));
  const home = mkdtempSync(join(tmpdir(), 'cellarium-campaign-'));
  const shares = names.reduce((sum, name) => sum + PARTS[name]!.share, 0);
  const results: PartResult[] = [];
  try {
    for (const name of names) {
      const { run, tries, share } = PARTS[name]!;
      const until = performance.now() + (60_000 * minutes * share) / shares;
      const own = join(home, name);
      mkdirSync(own);
      results.push(await run({ tries, until, seed, home: own }));
      rmSync(own, { recursive: true, force: true });
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
  return { minutes, seed, parts: results, table: campaignTable(results) };
}
