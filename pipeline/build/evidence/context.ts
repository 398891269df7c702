// What the parts of the evidence are measured from.
import { join } from 'node:path';
import type { Engine } from '../../engines/engine.ts';
import type { LabelledText } from '../../gallery.ts';
import type { NetworkGallery } from '../../network-gallery.ts';
import type { Signal } from '../../signals.ts';
import { FILES, readFile, type StoredScores } from '../cache.ts';
import type { CellPlace } from '../cells-artifact.ts';

/** Signals at some positions of the text, a byte a value. */
export interface SampledSignals {
  /** Text positions, rising. */
  readonly positions: readonly number[];
  /** Those that there are, in the order i f g o c h. */
  readonly signals: readonly Signal[];
  /** [cells, signals, positions], over the gallery's domains: `scores.domains` says what a byte stands for. */
  readonly bytes: Uint8Array;
}

export interface EvidenceContext {
  readonly engine: Engine;
  readonly threads: number | undefined;
  readonly labelled: LabelledText;
  /** Null where activations came from elsewhere. */
  readonly network: NetworkGallery | null;
  /** All cells, layer by layer, as everywhere. */
  readonly cells: readonly CellPlace[];
  /** What the scoring found; its rows for a cell come best first, and are not compared with the twin yet. */
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

/** One cell's bytes of one signal, [positions]; a view. */
export function signalOf({ positions, signals, bytes }: SampledSignals, cell: number, signal: Signal): Uint8Array {
  const width = positions.length;
  const from = (cell * signals.length + signals.indexOf(signal)) * width;
  return bytes.subarray(from, from + width);
}
