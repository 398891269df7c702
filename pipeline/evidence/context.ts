// What the parts of the evidence are measured from.
import { join } from 'node:path';
import type { CellPlace } from '../base/cell-ids.ts';
import type { LabelledDataset } from '../datasets/dataset.ts';
import type { Engine } from '../engines/engine.ts';
import { scoresByCell } from '../gallery/headline.ts';
import type { SampledSignals } from '../gallery/kept-signals.ts';
import { type KnownReading, loadKnown } from '../gallery/known-reading.ts';
import { FILES, readFile, type StoredScores } from '../gallery/measured.ts';
import type { NetworkGallery } from '../gallery/network.ts';
import type { Score } from '../scoring/rank.ts';
import type { Reader } from './reading.ts';

export { type SampledSignals, signalOf } from '../gallery/kept-signals.ts';

export interface EvidenceContext {
  readonly engine: Engine;
  readonly threads: number | undefined;
  readonly labelled: LabelledDataset;
  /** Null where activations came from elsewhere. */
  readonly network: NetworkGallery | null;
  /** All cells, layer by layer, as everywhere. */
  readonly cells: readonly CellPlace[];
  /** What the scoring found; its rows come best first, and are not compared with the twin yet. See {@link scoresOf}. */
  readonly scores: StoredScores;
  /** What everything is reported on. Read from its file anew each time. */
  heldOut(): SampledSignals;
  /** What everything is fitted and chosen on: segments of the training text. Read from its file anew each time. */
  training(): SampledSignals;
  /** What the scoring's reading left, which spares others; nothing where no network was read. */
  readonly known: KnownReading | undefined;
}

/** The network and what it reads. @throws TypeError where there is none */
export function readerOf({ engine, network, known }: EvidenceContext): Reader {
  const { card, parameters, sequence, starts } = network!;
  return { engine, architecture: card.architecture, parameters, sequence, starts, known };
}

/** @param folder of the scoring stage's files */
export function sampledFrom(
  folder: string,
  scores: StoredScores,
): Pick<EvidenceContext, 'heldOut' | 'training' | 'known'> {
  const { positions, trainingPositions, signals } = scores;
  return {
    heldOut: () => ({ positions, signals, bytes: readFile(join(folder, FILES.heldOut)) }),
    training: () => ({ positions: trainingPositions, signals, bytes: readFile(join(folder, FILES.training)) }),
    known: loadKnown(folder),
  };
}

/** Each cell's scores by its id, its headline hypothesis's first. */
export function scoresOf({ cells, scores }: EvidenceContext): ReadonlyMap<string, readonly Score[]> {
  const ids = cells.map(({ id }) => id);
  return scoresByCell(ids, scores.scores, scores.headline);
}

/** What was measured of one part; the contract checks it against the part's schema when the artifacts are written. */
export interface Evidence<Cell = object, Gallery = object> {
  /** For each cell; null for one that it tells nothing of. */
  readonly cells: readonly (Cell | null)[];
  /** Of the gallery as a whole. */
  readonly gallery?: Gallery;
}

/** How a part of the evidence is measured. */
export interface EvidenceMeasure<Cell extends object = object, Gallery = never> {
  /** `import.meta.url` of the file that measures it: with all that this imports it decides when the part is measured anew. */
  readonly module: string;
  /** Whether it makes sense for this gallery. */
  applies(context: EvidenceContext): boolean;
  measure(context: EvidenceContext): Evidence<Cell, Gallery> | Promise<Evidence<Cell, Gallery>>;
}
