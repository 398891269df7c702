// Untrained networks of the same architecture: what a cell must be compared with. Each is read on the sampled steps alone and
// scored as the network is.
import { join } from 'node:path';
import { cellPlaces } from '../base/cell-ids.ts';
import { giveBack } from '../base/give-back.ts';
import type { Engine } from '../engines/engine.ts';
import { type ScoringPlan, valuesOnly } from '../scoring/plan/plan.ts';
import { type UntrainedBest, untrainedBest } from '../scoring/rank.ts';
import type { WindowAdding } from '../scoring/window/added.ts';
import { measure } from './measure.ts';
import { heldOutOf, type Measured, type MemoryCurve, readJson, storeScores, writeFile } from './measured.ts';
import { measureAdded, mostAdded, REMEMBERS, shareAt } from './memory.ts';
import type { NetworkGallery } from './network.ts';
import { sampleNetwork } from './sampled-network.ts';
import { TWINS, twinOf } from './twin.ts';

/** With the most that any cell adds to the memory's window; 0 where none adds anything. */
export type ControlsBest = UntrainedBest & { readonly adds: number };

/** What was found of the untrained networks; the first one's scores are kept whole beside it. */
export interface Controls {
  readonly best: readonly ControlsBest[];
  /**
   * For each network how many cells add as much as a memory must; and for the first ones how many add it to windows of other
   * lengths.
   */
  readonly networks: readonly { readonly adding: number; readonly curve: readonly MemoryCurve[] }[];
}

/** Of so many of them all windows are tried. */
const CURVES = 2;

const FILE = 'controls.json';

/** Measures them all and writes what they are to be compared by, with the first one's scores, below `folder`. */
export async function measureControls(
  folder: string,
  network: NetworkGallery,
  { engine, workers }: { readonly engine: Engine; readonly workers: number | undefined },
  plan: ScoringPlan,
  windows: readonly WindowAdding[],
): Promise<void> {
  const { architecture } = network.card;
  const cells = cellPlaces(architecture.units).map(({ id }) => id);
  const sampled = sampleNetwork(network, plan);
  // How sure a score is, and whether chance explains it, is asked of the first alone, for that takes most of the time.
  const brief = valuesOnly(sampled.plan);
  let best: ControlsBest[] = [];
  const networks: Controls['networks'][number][] = [];
  for (let number = 0; number < TWINS; number++) {
    const measured: Measured = await measure({
      ...sampled,
      plan: number === 0 ? sampled.plan : brief,
      targets: number === 0 ? sampled.targets : null,
      engine,
      architecture,
      parameters: twinOf(network, number),
      title: `Scoring untrained network ${number + 1} of ${TWINS}`,
      book: false,
      training: true,
      workers,
    });
    const { scoring, training } = measured;
    const { scores, signals } = scoring;
    const judging = heldOutOf(scoring, cells.length);
    const sampledSignals = { ...training!, signals };
    const added = measureAdded(scores, cells, sampledSignals, judging, windows, number < CURVES);
    const most = mostAdded(scores, added);
    best = untrainedBest(scores, best).map((found) => {
      const before = best.find(({ hypothesis }) => hypothesis === found.hypothesis)?.adds ?? 0;
      return { ...found, adds: Math.max(before, most.get(found.hypothesis) ?? 0) };
    });
    const adding = new Set(scores.filter((_, row) => shareAt(added, row) >= REMEMBERS.adds).map(({ cell }) => cell))
      .size;
    networks.push({ adding, curve: added.curve });
    if (number === 0) storeScores(folder, measured);
    // The next network needs as much.
    giveBack([training!.bytes, judging.bytes, ...cells.map((_, cell) => scoring.heldOut.bytes(cell, signals[0]!))]);
  }
  writeFile(join(folder, FILE), JSON.stringify({ best, networks } satisfies Controls));
}

export const loadControls = (folder: string): Controls => readJson<Controls>(join(folder, FILE));
