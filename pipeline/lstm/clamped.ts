// What a network would say if some cells told the others a constant: their h is held, for the recurrence and for the
// layer above alike, while their c goes on freely.
import { type Hold, held } from './cell.ts';
import { clampedName, keepName, type Named, outputName, type Window } from './names.ts';
import {
  allSignals,
  endStates,
  forward,
  namedParameters,
  namedStates,
  readingInputs,
  windowInputs,
} from './network.ts';
import type { Computation, Ops } from './ops.ts';
import type { Architecture } from './parameters.ts';

/** The cells of a layer that are held, as inputs. */
function holdOf<M>(inputs: Named<M>, layer: number): Hold<M> {
  return { keep: inputs[keepName(layer)]!, value: inputs[clampedName(layer)]! };
}

/**
 * Reads one step of each stream, with cells of any layer held, of every stream others. Inputs: as for reading, and of each
 * layer {@link keepName} and {@link clampedName}, [B, units]. Outputs: what the network says, the states at the end and all
 * six signals; h of a cell that is held is what it is held at.
 * @throws RangeError for a network that reads backwards too
 */
export function stepComputation(architecture: Architecture, streams = 1): Computation {
  if (architecture.bidirectional?.includes(true)) throw new RangeError('The network reads backwards too');
  const window: Window = { steps: 1, streams };
  const clamps = architecture.units.flatMap((columns, layer) => [
    [keepName(layer), { rows: streams, columns }],
    [clampedName(layer), { rows: streams, columns }],
  ]);
  return {
    inputs: { ...readingInputs(architecture, window), ...Object.fromEntries(clamps) },
    body<M>(ops: Ops<M>, inputs: Named<M>): Record<string, M> {
      const holds = architecture.units.map((_, layer) => ({ hold: holdOf(inputs, layer) }));
      const states = namedStates(architecture, inputs).map((state, layer) => {
        return { ...state, h: held(ops, state.h, holds[layer]!.hold) };
      });
      const parameters = namedParameters(architecture, inputs);
      const read = forward(ops, architecture, parameters, window, inputs, states, holds);
      const prediction = read.output === undefined ? {} : { [outputName(architecture)]: read.output };
      return { ...prediction, ...endStates(read.layers), ...allSignals(ops, read) };
    },
  };
}

/**
 * Reads one window in B streams that differ in nothing but the cells of the first layer that are held. So what there is to read is given
 * once for all of them, a row a step.
 *
 * Inputs: as for reading, but `ids` [T] or `values` [T, inputs]; and of the first layer {@link keepName} and
 * {@link heldName}. Outputs: what the network says, [T·B, outputs], and the states at the end.
 * @throws RangeError for a network that reads backwards too, or has no output layer
 */
export function clampedComputation(architecture: Architecture, window: Window): Computation {
  if (architecture.bidirectional?.includes(true)) throw new RangeError('The network reads backwards too');
  if (architecture.outputs === 0) throw new RangeError('The network has no output layer');
  const shape = { rows: window.streams, columns: architecture.units[0]! };
  return {
    inputs: {
      ...readingInputs(architecture, window),
      ...windowInputs(architecture, { ...window, streams: 1 }),
      [keepName(0)]: shape,
      [clampedName(0)]: shape,
    },
    body<M>(ops: Ops<M>, inputs: Named<M>): Record<string, M> {
      const hold = holdOf(inputs, 0);
      const states = namedStates(architecture, inputs).map((state, layer) =>
        layer === 0 ? { ...state, h: held(ops, state.h, hold) } : state,
      );
      const parameters = namedParameters(architecture, inputs);
      const { layers, output } = forward(ops, architecture, parameters, window, inputs, states, [{ hold }]);
      return { [outputName(architecture)]: output!, ...endStates(layers) };
    },
  };
}
