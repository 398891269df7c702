// A Keras model's description as calls of layers that read each other: all three dialects, models within models. It knows
// nothing of arrays.
import { z } from 'zod';
import { InputError } from '../../../base/errors.ts';
import { parseJson, parseWith } from '../../../files/json.ts';
import { Unsupported } from '../../foreign.ts';
import { describeLayer, type LayerConfig, layerSchema } from './model-config.ts';

/** One output of one call of a layer. */
export interface Reference {
  readonly layer: string;
  /** Which of its calls, from 0. */
  readonly call: number;
  readonly output: number;
}

/** A layer's call: what it reads, and what it is given by name. */
export interface LayerCall {
  readonly layer: LayerConfig;
  readonly call: number;
  readonly inputs: readonly Reference[];
  /** Values that are given by name, such as `initial_state` or `mask`. */
  readonly named: ReadonlyMap<string, readonly Reference[]>;
  /** Whatever else it is given by name: numbers, truths, names. */
  readonly options: Readonly<Record<string, unknown>>;
}

export interface Topology {
  /** In the order of the file, which some files' weights are named by. */
  readonly layers: readonly LayerConfig[];
  /** In an order in which each reads only those before it. */
  readonly calls: readonly LayerCall[];
  /** Of the calls of its input layers, or of the single input that a Sequential has without one. */
  readonly inputs: readonly Reference[];
  readonly outputs: readonly Reference[];
}

const SAVE_AGAIN = 'Save the model again.';
const graphSchema = z.object({
  layers: z.array(layerSchema),
  input_layers: z.unknown().optional(),
  output_layers: z.unknown().optional(),
});
const sequentialSchema = z.object({ layers: z.array(layerSchema), build_input_shape: z.unknown().optional() });
const modelSchema = z.object({ class_name: z.string(), config: z.unknown() });

/** Kinds of layers that are models themselves. */
const MODELS = new Set(['Sequential', 'Functional', 'Model']);
export const isModel = ({ className }: LayerConfig): boolean => MODELS.has(className);

/** Name of the input of a Sequential that has no layer for it. */
export const BARE_INPUT = 'input';

/**
 * @param json the `model_config` of an HDF5 file, or the `config.json` of a `.keras` archive
 * @throws {InputError} no such description; a model whose connections are in its code; calls that read in a circle
 */
export function parseTopology(json: string, file: string): Topology {
  const refuse = (why: string) =>
    new InputError(`The description of the model is not JSON: ${why}.`, { file }, SAVE_AGAIN);
  const { class_name, config } = parseWith(modelSchema, parseJson(json, refuse), file, SAVE_AGAIN, 'model_config');
  return topologyOf({ className: class_name, name: '', module: '', options: { config } }, file, config);
}

/** The topology of a layer that is a model. */
export function innerTopology(layer: LayerConfig, file: string): Topology {
  return topologyOf(layer, file, layer.options);
}

function topologyOf({ className }: LayerConfig, file: string, config: unknown): Topology {
  const check = <T>(schema: z.ZodType<T>, value: unknown): T =>
    parseWith(schema, value, file, SAVE_AGAIN, 'model_config');
  if (className === 'Sequential') {
    // Before Keras 2.2.3 the bare list of layers.
    const { layers, build_input_shape: shape } = check(
      sequentialSchema,
      Array.isArray(config) ? { layers: config } : config,
    );
    return chainOf(layers.map(describeLayer), shape);
  }
  if (className === 'Functional' || className === 'Model') {
    const graph = check(graphSchema, config);
    return sorted(graph, file);
  }
  throw new Unsupported(
    `The model is a ${className}, whose connections are in its code and not in the file.`,
    { file },
    'Save its weights alone (save_weights), or build it as a Sequential or Functional model, load the weights into it, and save that.',
  );
}

/** The layers of a Sequential, each reading the one before it. */
function chainOf(layers: readonly LayerConfig[], shape: unknown): Topology {
  const [first] = layers;
  const hasInput = first?.className === 'InputLayer';
  const given = Array.isArray(shape) ? { batch_shape: shape } : {};
  const batch = first?.options.batch_input_shape ?? first?.options.batch_shape;
  const bare: LayerConfig = {
    className: 'InputLayer',
    name: BARE_INPUT,
    module: '',
    options: batch === undefined ? given : { batch_shape: batch },
  };
  const chain = hasInput ? layers : [bare, ...layers];
  const reference = (layer: LayerConfig): Reference => ({ layer: layer.name, call: 0, output: 0 });
  const calls = chain.map((layer, index): LayerCall => {
    const before = chain[index - 1];
    return {
      layer,
      call: 0,
      inputs: before === undefined ? [] : [reference(before)],
      named: new Map(),
      options: {},
    };
  });
  return { layers, calls, inputs: [reference(chain[0]!)], outputs: [reference(chain.at(-1)!)] };
}

// Functional models.

type Stored = z.infer<typeof layerSchema>;

function sorted({ layers: stored, input_layers, output_layers }: z.infer<typeof graphSchema>, file: string): Topology {
  const layers = stored.map(describeLayer);
  const firsts = firstCalls(stored, output_layers);
  const shift = (reference: Reference): Reference => ({
    ...reference,
    call: reference.call - (firsts.get(reference.layer) ?? 0),
  });
  const calls = stored.flatMap((one, index) => callsOf(one, layers[index]!, shift));
  const byName = new Map(calls.map((call) => [key({ layer: call.layer.name, call: call.call }), call]));
  const order: LayerCall[] = [];
  const states = new Map<LayerCall, 'open' | 'done'>();
  for (const start of calls) visit(start, byName, states, order, file);
  const inputs = allReferences(input_layers, file).map(shift);
  const outputs = allReferences(output_layers, file).map(shift);
  for (const { layer, call } of [...inputs, ...outputs]) {
    if (!byName.has(key({ layer, call }))) throw missing(layer, file);
  }
  return { layers, calls: order, inputs, outputs };
}

const key = ({ layer, call }: Pick<Reference, 'layer' | 'call'>) => `${call} ${layer}`;

const missing = (layer: string, file: string) =>
  new InputError(
    `The description of the model names a call of "${layer}" that it does not have.`,
    { file },
    SAVE_AGAIN,
  );

/**
 * The number of the first call of each layer: 0, but of a model within a model 1 in some versions, which count its own
 * making as a call that they do not store.
 */
function firstCalls(stored: readonly Stored[], outputs: unknown): Map<string, number> {
  const models = new Set(
    stored.filter(({ class_name }) => MODELS.has(class_name)).map((one) => describeLayer(one).name),
  );
  const firsts = new Map<string, number>();
  const all = [...stored.flatMap(({ inbound_nodes }) => references(inbound_nodes)), ...references(outputs)];
  for (const { layer, call } of all) {
    if (models.has(layer)) firsts.set(layer, Math.min(1, call, firsts.get(layer) ?? 1));
  }
  return firsts;
}

/** A layer's calls, in either dialect: lists of tensors, or since Keras 3 arguments as a program gives them. */
function callsOf(
  { inbound_nodes: nodes }: Stored,
  layer: LayerConfig,
  shift: (one: Reference) => Reference,
): LayerCall[] {
  if (!Array.isArray(nodes) || nodes.length === 0) {
    return [{ layer, call: 0, inputs: [], named: new Map(), options: {} }];
  }
  return nodes.map((node: unknown, call): LayerCall => {
    const { inputs, given } = Array.isArray(node) ? listed(node) : asGiven(node);
    const named = new Map<string, readonly Reference[]>();
    const options: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(given)) {
      const found = references(value).map(shift);
      if (found.length > 0) named.set(name, found);
      else options[name] = value;
    }
    return { layer, call, inputs: inputs.map(shift), named, options };
  });
}

interface Given {
  readonly inputs: readonly Reference[];
  readonly given: Readonly<Record<string, unknown>>;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `[["lstm", 0, 0, {"mask": …}], …]`, or without the outer brackets where there is one. */
function listed(node: readonly unknown[]): Given {
  const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
  const tensors = typeof node[0] === 'string' ? [node] : node.filter(isList);
  const given = tensors.map((tensor) => tensor[3]).filter(isRecord);
  const inputs = tensors.flatMap((tensor) => references(tensor.slice(0, 3)));
  return { inputs, given: Object.assign({}, ...given) as Record<string, unknown> };
}

/** `{"args": [tensor, …], "kwargs": {…}}`; what is no tensor among the arguments goes by its place. */
function asGiven(node: unknown): Given {
  if (!isRecord(node)) return { inputs: [], given: {} };
  const args = Array.isArray(node.args) ? node.args : [];
  const plain = args.flatMap((arg, index) => (references(arg).length === 0 ? [[`argument ${index}`, arg]] : []));
  const kwargs = isRecord(node.kwargs) ? node.kwargs : {};
  // The first argument may be given by its name.
  const { inputs: byName, ...others } = kwargs;
  return { inputs: references([...args, byName ?? []]), given: { ...Object.fromEntries(plain), ...others } };
}

/** Deeper than any description of one call of a layer. */
const DEEPEST = 16;

/** Tensors in any nesting: Keras 1 and 2 write `["lstm", 0, 0]`, Keras 3 a tensor whose `keras_history` is that. */
function references(value: unknown, depth = 0): Reference[] {
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return [];
  if (!Array.isArray(value)) {
    return isRecord(value) ? Object.values(value).flatMap((item) => references(item, depth + 1)) : [];
  }
  const [layer, call, output] = value;
  if (typeof layer === 'string' && Number.isInteger(call) && Number.isInteger(output) && call >= 0 && output >= 0) {
    return [{ layer, call, output }];
  }
  return value.flatMap((item) => references(item, depth + 1));
}

/** {@link references} of a list that holds nothing else. @throws InputError where one of them is none: it would be left out */
function allReferences(value: unknown, file: string): Reference[] {
  const found = references(value);
  if (found.length >= places(value)) return found;
  const what = `The description of the model names its inputs or outputs as ${JSON.stringify(value)}, which are not all layers.`;
  throw new InputError(what, { file }, SAVE_AGAIN);
}

/** How many tensors a list should name. */
function places(value: unknown): number {
  if (Array.isArray(value)) {
    return typeof value[0] === 'string' ? 1 : value.reduce<number>((sum, item) => sum + places(item), 0);
  }
  return isRecord(value) ? places(Object.values(value).filter((item) => typeof item === 'object')) : 0;
}

/** Puts what a call reads before it, and otherwise keeps the order of the file. */
function visit(
  start: LayerCall,
  byName: ReadonlyMap<string, LayerCall>,
  states: Map<LayerCall, 'open' | 'done'>,
  order: LayerCall[],
  file: string,
): void {
  const stack = [start];
  while (stack.length > 0) {
    const call = stack.at(-1)!;
    if (states.get(call) === 'done') {
      stack.pop();
      continue;
    }
    states.set(call, 'open');
    const waiting = [...call.inputs, ...[...call.named.values()].flat()].map((one) => {
      const source = byName.get(key(one));
      if (source === undefined) throw missing(one.layer, file);
      return source;
    });
    const open = waiting.filter((source) => states.get(source) !== 'done');
    const circle = open.find((source) => states.get(source) === 'open');
    if (circle !== undefined) {
      throw new InputError(`The layer "${circle.layer.name}" reads itself.`, { file }, SAVE_AGAIN);
    }
    if (open.length > 0) stack.push(...open.reverse());
    else {
      states.set(call, 'done');
      order.push(call);
      stack.pop();
    }
  }
}
