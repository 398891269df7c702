// What a network would say if some cells of its first layer told the others a constant: their h is held, for the
// recurrence and for the layer above alike, while their c goes on freely.
import { type Hold, held } from './cell.ts';
import { heldName, keepName, type Named, outputName, type Window } from './names.ts';
import { endStates, forward, namedParameters, namedStates, readingComputation, windowInputs } from './network.ts';
import type { Computation, Ops } from './ops.ts';
import type { Architecture } from './parameters.ts';

/**
 * Reads one window in B streams that differ in nothing but the cells that are held. So what there is to read is given
 * once for all of them, a row a step.
 *
 * Inputs: as for reading, but `ids` [T] or `values` [T, inputs]; and of the first layer {@link keepName} and
 * {@link heldName}. Outputs: what the network says, [T·B, outputs], and the states at the end.
 * @throws RangeError for a network that reads backwards too, or has no output layer
 */
export function heldComputation(architecture: Architecture, window: Window): Computation {
  if (architecture.bidirectional?.includes(true)) throw new RangeError('The network reads backwards too');
  if (architecture.outputs === 0) throw new RangeError('The network has no output layer');
  const shape = { rows: window.streams, columns: architecture.units[0]! };
  return {
    inputs: {
      ...readingComputation(architecture, window, false).inputs,
      ...windowInputs(architecture, { ...window, streams: 1 }),
      [keepName(0)]: shape,
      [heldName(0)]: shape,
    },
    body<M>(ops: Ops<M>, inputs: Named<M>): Record<string, M> {
      const hold: Hold<M> = { keep: inputs[keepName(0)]!, value: inputs[heldName(0)]! };
      const states = namedStates(architecture, inputs).map((state, layer) =>
        layer === 0 ? { ...state, h: held(ops, state.h, hold) } : state,
      );
      const parameters = namedParameters(architecture, inputs);
      const { steps, output } = forward(ops, architecture, parameters, window, inputs, states, [], hold);
      return { [outputName(architecture)]: output!, ...endStates(steps) };
    },
  };
}
