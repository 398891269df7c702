// What a network says without one of its cells, with the h that leaves the cell held at a constant. Many cells are held at
// once, each in a stream of its own. A layer does not depend on those above it, so what lies below the layer of a held cell
// is read once for all of them.
import type { Architecture } from '../../lstm/parameters.ts';
import type { Reader } from '../reading.ts';
import { requireForwards } from '../sample.ts';
import { compileClamped } from './clamped-cells.ts';
import { type Foreseen, predictedPositions } from './sample.ts';
import { stepsRead, type Undisturbed } from './undisturbed.ts';

/** What h is held at: its own mean, as though the cell knew nothing of the text; or zero, as though it was not there. */
export const LEVELS = ['mean', 'zero'] as const;
export type Level = (typeof LEVELS)[number];

/** A number made of a row of what is said, [rows, outputs], of the step at `position`, which it foresees. */
export type Measure = (prediction: Float32Array, row: number, position: number) => number;

export interface Measured {
  /** Of the network as it is, [positions]. */
  readonly asIs: Float32Array;
  /** How much it changes, [cells, positions], layer by layer. */
  readonly changes: Readonly<Record<Level, Float32Array>>;
}

export interface AblationOptions {
  readonly segments: readonly Foreseen[];
  readonly measures: readonly Measure[];
  /** Told how many steps more have been read, counted for each held cell. */
  progress?(steps: number): void;
}

/** Cells that are held at once, at most. */
const STREAMS = 256;

/**
 * Holds every cell, one at a time, at every level.
 * @param undisturbed as `readUndisturbed` returned it for the same segments
 * @returns in the order of the measures
 * @throws {InputError} for a network that reads backwards too
 */
export async function ablate(reader: Reader, undisturbed: Undisturbed, options: AblationOptions): Promise<Measured[]> {
  const { units } = reader.architecture;
  requireForwards(reader.architecture);
  const cells = units.reduce((sum, size) => sum + size, 0);
  const positions = predictedPositions(options.segments).length;
  const measured = options.measures.map(() => ({
    asIs: new Float32Array(positions),
    changes: { mean: new Float32Array(cells * positions), zero: new Float32Array(cells * positions) },
  }));
  let firstCell = 0;
  for (const [layer, size] of units.entries()) {
    await ablateLayer(reader, layer, undisturbed, options, firstCell, measured);
    firstCell += size;
  }
  return measured;
}

/** How many steps {@link ablate} reads, counted for each held cell. */
export function stepsOfAblation({ units }: Architecture, segments: readonly Foreseen[]): number {
  const steps = segments.reduce((sum, segment) => sum + stepsRead(segment), 0);
  return units.reduce((sum, size) => sum + size, 0) * LEVELS.length * steps;
}

async function ablateLayer(
  reader: Reader,
  layer: number,
  undisturbed: Undisturbed,
  { segments, measures, progress }: AblationOptions,
  firstCell: number,
  measured: readonly Measured[],
): Promise<void> {
  const units = reader.architecture.units[layer]!;
  const { mean } = undisturbed.moments[layer]!;
  const held = LEVELS.flatMap((level) =>
    Array.from({ length: units }, (_, unit) => ({ unit, level, value: level === 'mean' ? mean[unit]! : 0 })),
  );
  const together = Math.ceil(held.length / Math.ceil(held.length / STREAMS));
  const streams = await compileClamped(reader, layer, undisturbed, segments, together);
  try {
    for (let first = 0; first < held.length; first += together) {
      const batch = held.slice(first, first + together);
      let row = 0;
      for (const [index, segment] of segments.entries()) {
        await streams.read(batch, index, (prediction, free, position) => {
          measures.forEach((measure, k) => {
            const { asIs, changes } = measured[k]!;
            const whole = measure(prediction, free, position);
            asIs[row] = whole;
            batch.forEach(({ unit, level }, stream) => {
              const change = measure(prediction, free + 1 + stream, position) - whole;
              changes[level][(firstCell + unit) * asIs.length + row] = change;
            });
          });
          row += 1;
        });
        progress?.(batch.length * stepsRead(segment));
      }
    }
  } finally {
    await streams.dispose();
  }
}
