// The forget gates of all cells at some steps of a sequence, kept from a reading of all of it.
import { signalName } from '../../lstm/names.ts';
import { forEachStep, type Observer, type Reader } from '../reading.ts';

export interface ForgetGateObserver extends Observer {
  /** Of one cell at the positions, in their order, when the reading is over. @param layer from 0 */
  gates(layer: number, unit: number): Float32Array;
}

/** @param positions of the steps to keep, rising */
export function observeForgetGates(
  { architecture, sequence }: Pick<Reader, 'architecture' | 'sequence'>,
  positions: ArrayLike<number>,
): ForgetGateObserver {
  const width = positions.length;
  const rowOf = new Int32Array(sequence.length).fill(-1);
  for (let row = 0; row < width; row++) rowOf[positions[row]!] = row;
  /** Of each layer [units, positions] */
  const kept = architecture.units.map((units) => new Float32Array(units * width));
  return {
    // A step that is read again takes the place of what was read before.
    begin() {},
    window(window) {
      forEachStep(window, (position, row) => {
        const to = rowOf[position]!;
        if (to < 0) return;
        architecture.units.forEach((units, layer) => {
          const f = window.outputs[signalName(layer, 'f')]!;
          for (let unit = 0; unit < units; unit++) kept[layer]![unit * width + to] = f[row * units + unit]!;
        });
      });
    },
    gates: (layer, unit) => kept[layer]!.subarray(unit * width, (unit + 1) * width),
  };
}
