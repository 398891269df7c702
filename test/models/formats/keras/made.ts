// Keras files made by hand, of whatever a test wants to see refused.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeHdf5, type StoredArray } from '../../../../pipeline/models/formats/keras/hdf5.ts';
import { temporaryFolder } from '../../../temporary.ts';

export type Options = Record<string, unknown>;
/** A layer as a description has it. */
export interface Described {
  class_name: string;
  config: Options;
  inbound_nodes?: unknown;
}
type Shapes = Record<string, readonly number[]>;

export const described = (className: string, options: Options = {}): Described => ({
  class_name: className,
  config: { name: className.toLowerCase(), ...options },
});
export const lstm = (options: Options = {}) =>
  described('LSTM', { activation: 'tanh', recurrent_activation: 'sigmoid', return_sequences: true, ...options });
export const dense = (options: Options = {}) => described('Dense', { activation: 'linear', ...options });

/** Arrays of an LSTM layer of two units that reads three numbers. */
export const LSTM: Shapes = { kernel: [3, 8], recurrent_kernel: [2, 8], bias: [8] };

export function ramp(shape: readonly number[]): StoredArray {
  const length = shape.reduce((product, size) => product * size, 1);
  return { shape, data: Float32Array.from({ length }, (_, k) => (k % 7) / 7 - 0.4) };
}

/** An HDF5 file with the arrays of its layers, and the description, where there is one, or its text. */
export async function hdf5File(layers: Record<string, Shapes>, description?: unknown): Promise<string> {
  const attributes = new Map<string, Map<string, string | string[]>>([
    ['', new Map<string, string | string[]>([['layer_names', Object.keys(layers)]])],
  ]);
  const text = typeof description === 'string' ? description : JSON.stringify(description);
  if (text !== undefined) attributes.get('')!.set('model_config', text);
  attributes.get('')!.set('keras_version', '2.15.0');
  const arrays = new Map<string, StoredArray>();
  for (const [layer, shapes] of Object.entries(layers)) {
    attributes.set(layer, new Map([['weight_names', Object.keys(shapes)]]));
    for (const [name, shape] of Object.entries(shapes)) arrays.set(`${layer}/${name}`, ramp(shape));
  }
  const path = join(temporaryFolder(), 'made.h5');
  writeFileSync(path, await encodeHdf5({ attributes, arrays }));
  return path;
}

export const sequential = (...layers: Described[]) => ({ class_name: 'Sequential', config: { layers } });
