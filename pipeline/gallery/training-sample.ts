// Signals over a sample of the training text, a byte a value: what explanations of a cell are fitted on.
import { type GivenSignals, transformed } from '../base/bytes.ts';
import type { SignalWindow } from '../scoring/tally/staging.ts';

/** Most characters of the sample. */
const SAMPLE_LENGTH = 12_000;
/** Consecutive characters that are taken together, so that what came just before most of them is in the sample too. */
const SEGMENT = 500;

export interface TrainingSample {
  /** Text positions, rising. */
  readonly positions: readonly number[];
  /** [cells, signals, positions], over the domains of the signals. */
  readonly bytes: Uint8Array;
  add(window: SignalWindow): void;
}

/**
 * Evenly spaced segments of the positions that train; all of these where they are few.
 * @param trainRows [length of the text]: 1 where a character is a training row
 */
export function trainingPositions(trainRows: Uint8Array, atMost = SAMPLE_LENGTH): number[] {
  const all: number[] = [];
  trainRows.forEach((trains, position) => {
    if (trains === 1) all.push(position);
  });
  if (all.length <= atMost) return all;
  const segments = Math.ceil(all.length / SEGMENT);
  const taken = Math.floor(atMost / SEGMENT);
  return Array.from({ length: taken }, (_, k) => Math.floor((k * segments) / taken)).flatMap((segment) =>
    all.slice(segment * SEGMENT, (segment + 1) * SEGMENT),
  );
}

/** @param layers units of each */
export function createTrainingSample(
  layers: readonly number[],
  positions: readonly number[],
  { signals, domains }: GivenSignals,
): TrainingSample {
  const width = positions.length;
  const cells = layers.reduce((sum, units) => sum + units, 0);
  const sample = new Uint8Array(cells * signals.length * width);
  const bytes = new Uint8ClampedArray(sample.buffer); // rounds, as toByte does
  const rowOf = new Map(positions.map((position, row) => [position, row]));
  return {
    positions,
    bytes: sample,
    add(window) {
      const wanted = Array.from(window.positions.entries(), ([row, position]) => ({ row, to: rowOf.get(position) }));
      const rows = wanted.filter((pair): pair is { row: number; to: number } => pair.to !== undefined);
      if (rows.length === 0) return;
      let firstCell = 0;
      layers.forEach((units, layer) => {
        signals.forEach((signal, s) => {
          const values = window.layers[layer]![signal]!;
          const domain = domains[signal];
          const scale = 255 / (domain.high - domain.low);
          for (const { row, to } of rows) {
            for (let unit = 0; unit < units; unit++) {
              const value = transformed(values[row * units + unit]!, domain);
              bytes[((firstCell + unit) * signals.length + s) * width + to] = scale * (value - domain.low);
            }
          }
        });
        firstCell += units;
      });
    },
  };
}
