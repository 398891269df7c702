// What the parts of the evidence are measured from.
import { join } from 'node:path';
import type { Engine } from '../../engines/engine.ts';
import type { LabelledText } from '../../gallery.ts';
import type { NetworkGallery } from '../../network-gallery.ts';
import type { Score } from '../../scoring/rank.ts';
import { FILES, readFile, type StoredScores } from '../cache.ts';
import type { CellPlace } from '../cells-artifact.ts';
import { scoresByCell } from '../foremost.ts';
import type { SampledSignals } from '../sampled-signals.ts';

export { type SampledSignals, signalOf } from '../sampled-signals.ts';

export interface EvidenceContext {
  readonly engine: Engine;
  readonly threads: number | undefined;
  readonly labelled: LabelledText;
  /** Null where activations came from elsewhere. */
  readonly network: NetworkGallery | null;
  /** All cells, layer by layer, as everywhere. */
  readonly cells: readonly CellPlace[];
  /** What the scoring found; its rows come best first, and are not compared with the twin yet. See {@link scoresOf}. */
  readonly scores: StoredScores;
  /** What everything is reported on. Read from its file anew each time. */
  heldOut(): SampledSignals;
  /** What everything is fitted and chosen on: stretches of the training text. Read from its file anew each time. */
  training(): SampledSignals;
}

/** @param folder of the scoring stage's files */
export function sampledFrom(folder: string, scores: StoredScores): Pick<EvidenceContext, 'heldOut' | 'training'> {
  const { positions, trainingPositions, signals } = scores;
  return {
    heldOut: () => ({ positions, signals, bytes: readFile(join(folder, FILES.heldOut)) }),
    training: () => ({ positions: trainingPositions, signals, bytes: readFile(join(folder, FILES.training)) }),
  };
}

/** Each cell's scores by its id, its foremost hypothesis's first. */
export function scoresOf({ cells, scores }: EvidenceContext): ReadonlyMap<string, readonly Score[]> {
  return scoresByCell(
    cells.map(({ id }) => id),
    scores.scores,
    scores.foremost,
  );
}
