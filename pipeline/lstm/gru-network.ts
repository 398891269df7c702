// A stack of GRU layers over one window, as network.ts reads one of LSTM layers. Of the state there is h alone, and what a
// cell keeps of it from step to step is z, as an LSTM cell keeps f of its c.
import { readInput, readRows } from './below.ts';
import { GRU_SIGNALS, gruStep, gruWeights } from './gru.ts';
import { endName, memoryName, type Named, outputName, signalName, stateName, type Window } from './names.ts';
import type { Ops } from './ops.ts';
import { throughDense } from './output.ts';
import type { Architecture, LayerParameters, Parameters } from './parameters.ts';

/** @returns as {@link readingComputation} of network.ts; all signals too where `signals` is set */
export function readGruWindow<M>(
  ops: Ops<M>,
  architecture: Architecture,
  parameters: Parameters<M>,
  window: Window,
  inputs: Named<M>,
  signals: boolean,
): Record<string, M> {
  const { streams, steps } = window;
  const given: Record<string, M> = {};
  let below = readInput(ops, architecture, parameters, window, inputs, false);
  let top: M | undefined;
  parameters.layers.forEach((layer, index) => {
    const units = architecture.units[index]!;
    /** One direction: its signals, [T·B, H], and of the window's end h and the product of all z, [B, H]. */
    const read = (direction: LayerParameters<M>, start: M, reversed: boolean) => {
      const { read: slices, project } = below(direction);
      const weights = gruWeights(ops, direction);
      const { states: ends, outputs } = ops.loop({
        steps,
        states: [start, ops.constant(1, streams, units)],
        slices: [slices],
        reversed,
        step([before, memory], [slice]) {
          const step = gruStep(ops, project(slice!), before!, weights, architecture);
          const states = [step.h, ops.mul(memory!, step.z)];
          return { states, outputs: GRU_SIGNALS.map((signal) => step[signal]) };
        },
      });
      return { signals: outputs, end: ends[0]!, memory: ends[1]! };
    };
    const ahead = read(layer, inputs[stateName(index, 'h')]!, false);
    const behind = parameters.backward[index];
    // As of an LSTM, it starts from nothing at the window's end: the window must be all that there is to read.
    const back = behind === undefined ? undefined : read(behind, ops.constant(0, streams, units), true);
    const both = GRU_SIGNALS.map((_, k) =>
      back === undefined ? ahead.signals[k]! : ops.concatColumns([ahead.signals[k]!, back.signals[k]!]),
    );
    for (const [k, signal] of (signals ? GRU_SIGNALS : []).entries()) given[signalName(index, signal)] = both[k]!;
    given[endName(index, 'h')] = ahead.end;
    given[memoryName(index)] = ahead.memory;
    top = both[GRU_SIGNALS.indexOf('h')]!;
    below = readRows(ops, top, false);
  });
  const output = throughDense(ops, architecture, parameters.dense, top!).at(-1);
  return { ...given, ...(output === undefined ? {} : { [outputName(architecture)]: output }) };
}
