// All six signals of a network for a program's own input.

import { type LstmSignal, SIGNALS } from '../base/signals.ts';
import { chooseEngine, type EngineChoice } from '../engines/index.ts';
import { layerWidth } from '../lstm/parameters.ts';
import type { NetworkState } from '../lstm/state.ts';
import { readsBackwards } from '../models/open.ts';
import { carriedReader, type StepsRead } from '../trace/carried.ts';
import { type LayersInput, type LayersTrace, type LayersTraceOptions, traceLayers } from './layers.ts';
import { type Input, isLayered, type LayeredModel, type Model, readInput, type WholeModel } from './model.ts';

export interface TraceOptions extends EngineChoice {
  /** Where an earlier trace ended; a state of zeros where left out. */
  readonly state?: NetworkState;
}

export interface TracedLayer {
  /** Cells; of a layer that reads both ways those that read backwards follow the others. */
  readonly units: number;
  /** [steps, units], row-major: cell k at step t is `signals.f[t * units + k]`. */
  readonly signals: Readonly<Record<LstmSignal, Float32Array>>;
}

export interface Trace {
  readonly steps: number;
  /** First to last. */
  readonly layers: readonly TracedLayer[];
  /** The network's output at each step, [steps, outputs]: probabilities where it is a softmax; undefined where it has none. */
  readonly outputs: Float32Array | undefined;
  /** In which it ended, to go on from. */
  readonly state: NetworkState;
}

/**
 * Reads an input step by step and keeps the input gate i, the forget gate f, the candidate g, the output gate o, the cell
 * state c and the hidden state h of every cell.
 * @throws InputError a character that the model does not know, or rows that do not have its features
 */
export function trace(model: WholeModel, input: Input, options?: TraceOptions): Promise<Trace>;
/**
 * The signals of a layered model's LSTM and GRU layers, each over the steps of its own, from a state of zeros.
 * @param input a text or rows; of a model with several inputs a record of them by the inputs' names
 * @throws InputError an input that there is not or that is missing, one that does not fit, a layer that cannot be opened
 */
export function trace(model: LayeredModel, input: LayersInput, options?: LayersTraceOptions): Promise<LayersTrace>;
export function trace(
  model: Model,
  input: LayersInput,
  options: TraceOptions & LayersTraceOptions = {},
): Promise<Trace | LayersTrace> {
  const { state, layer, ...choice } = options;
  if (isLayered(model)) return traceLayers(model, input, layer === undefined ? choice : { ...choice, layer });
  return traceWhole(model, input as Input, state, choice);
}

async function traceWhole(
  model: WholeModel,
  input: Input,
  state: NetworkState | undefined,
  choice: EngineChoice,
): Promise<Trace> {
  const { architecture, parameters } = model;
  const { sequence } = readInput(model, input);
  const { length: steps } = sequence;
  const engine = await chooseEngine(readsBackwards(architecture) ? { engine: 'reference' } : choice);
  const layers = architecture.units.map((_, layer) => emptyLayer(steps, layerWidth(architecture, layer)));
  const outputs = architecture.outputs === 0 ? undefined : new Float32Array(steps * architecture.outputs);
  const reader = carriedReader(engine, architecture, parameters);
  try {
    const end = await reader.read(sequence, state, (part) => {
      layers.forEach(({ units, signals }, layer) => {
        for (const signal of SIGNALS) signals[signal].set(part.layers[layer]![signal]!, part.start * units);
      });
      outputs?.set(probabilities(model, part), part.start * architecture.outputs);
    });
    return { steps, layers, outputs, state: end };
  } finally {
    await reader.dispose();
  }
}

function emptyLayer(steps: number, units: number): TracedLayer {
  const signals = SIGNALS.map((signal) => [signal, new Float32Array(steps * units)] as const);
  return { units, signals: Object.fromEntries(signals) as Record<LstmSignal, Float32Array> };
}

function probabilities({ architecture }: WholeModel, { prediction }: StepsRead): Float32Array {
  const { outputActivation = 'softmax' } = architecture;
  return outputActivation === 'softmax' ? prediction!.map(Math.exp) : prediction!;
}
