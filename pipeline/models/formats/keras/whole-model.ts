// A whole model of Keras: computed whole where it is a plain stack, without its head where that alone is something else,
// and else as a graph of which the LSTM and GRU layers are opened.
import { canonical, type ForeignNetwork, Unsupported } from '../../foreign.ts';
import { GRUS, type LayeredModel } from '../../graph/model.ts';
import { describeLayouts } from './arrays.ts';
import { readGraph } from './graph.ts';
import { type ReadLayers, readLayers } from './layers.ts';
import { isOpenedLayer } from './lstm-calls.ts';
import { type LayerConfig, parseModelConfig } from './model-config.ts';
import type { StoredWeights } from './stored-weights.ts';
import { isModel, type LayerCall, type Topology } from './topology.ts';

export interface WholeModel {
  /** Its description, as JSON. */
  readonly config: string;
  readonly topology: Topology;
  readonly weights: StoredWeights;
  /** The major version of Keras. */
  readonly version: number;
  /** What kind of file it was. */
  readonly format: string;
}

/** @throws InputError a description or arrays that are broken, or where no LSTM or GRU layer can be opened */
export function readWholeModel(model: WholeModel, file: string): ForeignNetwork | LayeredModel {
  const { config, topology, weights, version, format } = model;
  const notes = precisionNotes(config);
  const plain = (chain: readonly LayerConfig[], headless: boolean) => {
    const network = foreignNetwork(readLayers(chain, weights, version, file, headless), format, notes);
    // Whether it is read as characters or numbers makes no difference to what is supported.
    canonical(network, 'numbers', file);
    return network;
  };
  const asGraph = (why: string): LayeredModel => {
    const graph = readGraph(topology, weights, version, file);
    return { ...graph, format, ...describeLayouts(graph.layouts), notes: [...notes, ...graph.notes], why };
  };
  // A stack of GRU layers is both: its layers are shown as those of any graph.
  const opened = (network: ForeignNetwork) =>
    network.layers.some(({ kind }) => kind === 'gru') ? { ...asGraph(GRUS), whole: network } : network;
  const whole = attempt(() => plain(parseModelConfig(config, file).chain, false));
  if (!(whole instanceof Unsupported)) return opened(whole);
  const chain = chainToLastLstm(topology, file);
  if (chain !== undefined) {
    const stack = attempt(() => plain(chain, true));
    const left = `What follows "${chain.at(-1)!.name}" is left out. ${whole.what}`;
    if (!(stack instanceof Unsupported)) return opened({ ...stack, withoutHead: left });
  }
  return asGraph(whole.what);
}

function attempt<T>(read: () => T): T | Unsupported {
  try {
    return read();
  } catch (error) {
    if (error instanceof Unsupported) return error;
    throw error;
  }
}

export function foreignNetwork(
  { layers, layouts, notes, stateful }: ReadLayers,
  format: string,
  others: readonly string[] = [],
): ForeignNetwork {
  return { format, layers, ...describeLayouts(layouts), stateful, notes: [...others, ...notes] };
}

/**
 * The layers up to the last LSTM or GRU layer, where each reads the one before it alone, and all of those are among them.
 * @returns undefined where they are anything else
 */
function chainToLastLstm({ calls }: Topology, file: string): LayerConfig[] | undefined {
  const isOpened = ({ layer }: LayerCall) => isOpenedLayer(layer, file);
  const byKey = new Map(calls.map((call) => [`${call.call} ${call.layer.name}`, call]));
  const chain: LayerCall[] = [];
  for (let call = calls.findLast(isOpened); call !== undefined; ) {
    chain.unshift(call);
    const [source, ...others] = call.inputs;
    if (others.length > 0 || call.named.size > 0 || chain.length > calls.length) return undefined;
    if (source === undefined) break;
    if (source.output !== 0) return undefined;
    call = byKey.get(`${source.call} ${source.layer}`);
  }
  const others = calls.filter((call) => !chain.includes(call));
  const isCalledTwice = chain.some(({ layer }) => others.some((other) => other.layer.name === layer.name));
  if (chain.length === 0 || isCalledTwice || others.some(isOpened) || calls.some(({ layer }) => isModel(layer))) {
    return undefined;
  }
  return chain.map(({ layer }) => layer);
}

/** What is computed in fewer bits by Keras, and by single precision here. */
function precisionNotes(config: string): string[] {
  const [, precision] = /"(?:mixed_)?(b?float16)"/.exec(config) ?? [];
  if (precision === undefined) return [];
  return [`Some of its layers compute in ${precision} in Keras; here all do in float32, from the stored weights.`];
}
