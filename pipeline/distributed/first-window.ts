// Whether two machines compute the same signals, to the last bit: each segment's first ones as a hash. Processors of another
// kind add in another order, and what they tally is nearly the same and never equal.
import { createHash } from 'node:crypto';
import { InputError } from '../base/errors.ts';
import type { Architecture } from '../lstm/parameters.ts';
import { type ReadWindow, signalRows, signalsOfCells } from '../trace/read.ts';

/** Hexadecimal digits of a hash that are kept: no one tries to deceive here. */
const DIGITS = 16;

/** Of each segment of a window, in order. */
export function hashSegments(window: ReadWindow, architecture: Architecture): string[] {
  const { layers } = signalRows(window, architecture);
  const { signals } = signalsOfCells(architecture);
  return window.segments.map(({ stream, length }) => {
    const hash = createHash('sha256');
    architecture.units.forEach((units, layer) => {
      for (const signal of signals) {
        const values = layers[layer]![signal]!;
        for (let t = 0; t < length; t++) {
          const row = t * window.streams + stream;
          hash.update(values.subarray(row * units, (row + 1) * units));
        }
      }
    });
    return hash.digest('hex').slice(0, DIGITS);
  });
}

/**
 * @param expected of all segments, as another machine has them
 * @param first number of the window's first segment
 * @throws {InputError} where this machine computes other signals
 */
export function checkFirstWindow(
  window: ReadWindow,
  architecture: Architecture,
  expected: readonly string[],
  first: number,
): void {
  hashSegments(window, architecture).forEach((hash, b) => {
    if (hash === expected[first + b]) return;
    throw new InputError(
      `This machine computes other signals in segment ${first + b} than the one that fixed the bins: their processors add otherwise.`,
      {},
      'Let all shards be scored on machines whose processors are of one kind.',
    );
  });
}
