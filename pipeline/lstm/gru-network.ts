// A stack of GRU layers over one window, as network.ts reads one of LSTM layers. Of the state there is h alone, and what a
// cell keeps of it from step to step is z, as an LSTM cell keeps f of its c.
import { readInput, readRows } from './below.ts';
import { type Hold, held, type State } from './cell.ts';
import { GRU_SIGNALS, gruStep, gruWeights } from './gru.ts';
import { endName, memoryName, type Named, outputName, signalName, type Window } from './names.ts';
import type { Ops } from './ops.ts';
import { throughDense } from './output.ts';
import type { Architecture, LayerParameters, Parameters } from './parameters.ts';

/** One direction of a layer: its signals, [T·B, H], and of the window's end h and the product of all z, [B, H]. */
interface GruLayerRead<M> {
  readonly signals: readonly M[];
  readonly end: M;
  readonly memory: M | undefined;
}

interface Wanted<M> {
  readonly holds: readonly { readonly hold: Hold<M> }[];
  readonly memories: boolean;
  readonly signals: boolean;
}

/** @returns as `readWindow` of network.ts; what is held of a cell is all of its h, its own next step included */
export function readGruWindow<M>(
  ops: Ops<M>,
  architecture: Architecture,
  parameters: Parameters<M>,
  window: Window,
  inputs: Named<M>,
  states: readonly Pick<State<M>, 'h'>[],
  { holds, memories, signals }: Wanted<M>,
): Record<string, M> {
  const { streams, steps } = window;
  const given: Record<string, M> = {};
  let below = readInput(ops, architecture, parameters, window, inputs, false);
  let top: M | undefined;
  parameters.layers.forEach((layer, index) => {
    const units = architecture.units[index]!;
    const read = (direction: LayerParameters<M>, start: M, reversed: boolean): GruLayerRead<M> => {
      const { read: slices, project } = below(direction);
      const weights = gruWeights(ops, direction);
      const ones = memories && !reversed ? [ops.constant(1, streams, units)] : [];
      const { states: ends, outputs } = ops.loop({
        steps,
        states: [start, ...ones],
        slices: [slices],
        reversed,
        step([before, memory], [slice]) {
          const step = gruStep(ops, project(slice!), before!, weights, architecture);
          const shown = { ...step, h: held(ops, step.h, holds[index]?.hold) };
          return {
            states: [shown.h, ...(memory === undefined ? [] : [ops.mul(memory, step.z)])],
            outputs: GRU_SIGNALS.map((signal) => shown[signal]),
          };
        },
      });
      return { signals: outputs, end: ends[0]!, memory: ends[1] };
    };
    const ahead = read(layer, states[index]!.h, false);
    const behind = parameters.backward[index];
    // As of an LSTM, it starts from nothing at the window's end: the window must be all that there is to read.
    const back = behind === undefined ? undefined : read(behind, ops.constant(0, streams, units), true);
    const both = GRU_SIGNALS.map((_, k) =>
      back === undefined ? ahead.signals[k]! : ops.concatColumns([ahead.signals[k]!, back.signals[k]!]),
    );
    if (signals) GRU_SIGNALS.forEach((signal, k) => void (given[signalName(index, signal)] = both[k]!));
    given[endName(index, 'h')] = ahead.end;
    if (ahead.memory !== undefined) given[memoryName(index)] = ahead.memory;
    top = both[GRU_SIGNALS.indexOf('h')]!;
    below = readRows(ops, top, false);
  });
  const output = throughDense(ops, architecture, parameters.dense, top!).at(-1);
  return { ...given, ...(output === undefined ? {} : { [outputName(architecture)]: output }) };
}
