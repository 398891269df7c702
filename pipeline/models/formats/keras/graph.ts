// A Keras model of any shape as a graph: its LSTM and GRU layers opened, every other call of a layer a part of its own.
import { InputError } from '../../../base/errors.ts';
import { Unsupported } from '../../foreign.ts';
import type { GraphInput, GraphNode, RecurrentOutput, Side } from '../../graph/model.ts';
import { PartWriter } from '../../graph/part-writer.ts';
import type { Layout } from './arrays.ts';
import { partOfCall, type Value } from './call-part.ts';
import { isOpenedLayer, type LstmLayer, readLstmLayer } from './lstm-calls.ts';
import { innerLayer, type LayerConfig } from './model-config.ts';
import { refuse, type Sides } from './parts/context.ts';
import { isIdle } from './parts/write.ts';
import type { StoredWeights } from './stored-weights.ts';
import { innerTopology, isModel, type LayerCall, type Reference, type Topology } from './topology.ts';

export interface KerasGraph {
  readonly inputs: readonly GraphInput[];
  readonly nodes: readonly GraphNode[];
  readonly outputs: readonly string[];
  readonly layouts: readonly Layout[];
  readonly notes: readonly string[];
}

/** What the layers of one model see of each other. */
interface Scope {
  readonly topology: Topology;
  readonly weights: StoredWeights;
  /** What the names of its layers begin with, outside of it. */
  readonly prefix: string;
  /** What each call gives, by {@link callKey}. */
  readonly values: Map<string, readonly Value[]>;
}

const callKey = ({ layer, call }: Pick<Reference, 'layer' | 'call'>) => `${call} ${layer}`;

/**
 * @param version the major version of Keras that the network was trained with
 * @throws InputError a description or arrays that are broken, or where no LSTM or GRU layer can be opened
 */
export function readGraph(topology: Topology, weights: StoredWeights, version: number, file: string): KerasGraph {
  const builder = new Builder(version, file);
  const scope = { topology, weights, prefix: '', values: new Map<string, readonly Value[]>() };
  topology.inputs.forEach((reference) => {
    const call = topology.calls.find(
      ({ layer, call: number }) => layer.name === reference.layer && number === reference.call,
    );
    scope.values.set(callKey(reference), [builder.addInput(call!.layer, topology.calls)]);
  });
  builder.addCalls(scope);
  const outputs = topology.outputs.map((reference) => builder.valueAt(scope, reference).name);
  const { nodes, layouts, notes } = builder;
  if (!nodes.some(({ kind }) => kind === 'recurrent')) {
    if (builder.unopened !== undefined) throw builder.unopened;
    throw new InputError('It has no LSTM or GRU layer.', { file }, 'Choose a model with at least one.');
  }
  return { inputs: builder.inputs, nodes, outputs, layouts, notes };
}

class Builder {
  readonly nodes: GraphNode[] = [];
  readonly layouts: Layout[] = [];
  readonly notes: string[] = [];
  /** Why the first LSTM or GRU layer that cannot be opened cannot be. */
  unopened: InputError | undefined;
  readonly #inputs: { input: GraphInput }[] = [];
  readonly #names = new Set<string>();
  /** A layer that is called twice has its weights once. */
  readonly #opened = new Map<LayerConfig, LstmLayer>();
  readonly #version: number;
  readonly #file: string;

  constructor(version: number, file: string) {
    this.#version = version;
    this.#file = file;
  }

  get inputs(): GraphInput[] {
    return this.#inputs.map(({ input }) => input);
  }

  /** A name that no value and no layer has yet. */
  #unique(name: string): string {
    let free = name;
    for (let k = 2; this.#names.has(free); k++) free = `${name}, call ${k}`;
    this.#names.add(free);
    return free;
  }

  /** An input of the whole model, as wide as its layer or its first reader says. */
  addInput(layer: LayerConfig, calls: readonly LayerCall[]): Value {
    const name = this.#unique(layer.name);
    const given = layer.options.batch_shape ?? layer.options.batch_input_shape;
    if (!isShape(given)) {
      const what = `The shape of its input is ${JSON.stringify(given)}, which is no list of sides.`;
      throw new InputError(what, { file: this.#file }, 'The file is damaged: save the model again.');
    }
    const known: Sides | undefined = given?.slice(1).map((side) => side ?? undefined);
    const reader = calls.find(({ inputs }) => inputs.some((one) => one.layer === layer.name))?.layer;
    const { input_dim: width, input_length: length } = reader?.options ?? {};
    const isIds = reader?.className === 'Embedding';
    const stated =
      typeof width === 'number' && !isIds ? [typeof length === 'number' ? length : undefined, width] : undefined;
    const sides = known ?? stated ?? (isIds ? [undefined] : undefined);
    const input = describeInput(name, sides, isIds ? Number(width) : undefined);
    this.#inputs.push({ input });
    const isSequence = input.sides.includes('steps') && (sides?.length ?? 2) <= 2;
    return {
      name,
      ...(isSequence ? { follows: { input: name, reversed: false } } : {}),
      sides: () => sides,
    };
  }

  /** An LSTM that reads an input of which the model does not say the width says it by its kernel. */
  #widen(name: string, width: number): void {
    const found = this.#inputs.find(({ input }) => input.name === name && input.width === 0);
    if (found !== undefined) found.input = { ...found.input, width, sides: [1, 'steps', width] };
  }

  valueAt(scope: Scope, { layer, call, output }: Reference): Value {
    const values = scope.values.get(callKey({ layer, call }));
    const value = values?.[output];
    if (value !== undefined) return value;
    const what = `The description of the model reads output ${output} of "${layer}", which gives out ${values?.length ?? 0}.`;
    throw new InputError(what, { file: this.#file }, 'The file is damaged: save the model again.');
  }

  addCalls(scope: Scope): void {
    for (const call of scope.topology.calls) {
      const key = callKey({ layer: call.layer.name, call: call.call });
      if (!scope.values.has(key)) scope.values.set(key, this.#addCall(call, scope));
    }
  }

  #addCall(call: LayerCall, scope: Scope): readonly Value[] {
    const { layer } = call;
    const inputs = call.inputs.map((reference) => this.valueAt(scope, reference));
    if (isIdle(layer) && inputs.length > 0) return [inputs[0]!];
    if (isModel(layer)) return this.#addModel(layer, inputs, scope);
    if (isOpenedLayer(layer, this.#file)) {
      const opened = this.#openLstm(layer, scope);
      if (opened !== undefined) return this.#addLstm(opened, call, inputs, scope);
    }
    return this.#addPart(call, inputs, scope);
  }

  #addModel(layer: LayerConfig, inputs: readonly Value[], scope: Scope): readonly Value[] {
    const topology = innerTopology(layer, this.#file);
    const inner: Scope = {
      topology,
      weights: scope.weights.within(layer, topology.layers),
      prefix: `${scope.prefix}${layer.name}/`,
      values: new Map(topology.inputs.map((reference, k) => [callKey(reference), inputs.slice(k, k + 1)])),
    };
    this.addCalls(inner);
    return topology.outputs.map((reference) => this.valueAt(inner, reference));
  }

  // LSTM and GRU layers.

  /** @returns undefined for one with a function that is not supported: then it is a part, which cannot be run */
  #openLstm(layer: LayerConfig, scope: Scope): LstmLayer | undefined {
    const known = this.#opened.get(layer);
    if (known !== undefined) return known;
    try {
      const opened = readLstmLayer(layer, scope.weights.of(layer), this.#version, this.#file);
      this.#opened.set(layer, opened);
      return opened;
    } catch (error) {
      if (!(error instanceof Unsupported)) throw error;
      this.#leaveOut(error, layer);
      return undefined;
    }
  }

  #leaveOut(error: InputError, { name }: LayerConfig): void {
    this.unopened ??= error;
    this.notes.push(`The recurrent layer in "${name}" is not opened: ${error.what}`);
  }

  #addLstm(opened: LstmLayer, { layer, named }: LayerCall, inputs: readonly Value[], scope: Scope): readonly Value[] {
    const [input, ...others] = inputs;
    if (input === undefined) {
      throw new InputError(`The layer "${layer.name}" reads nothing.`, { file: this.#file }, 'Save the model again.');
    }
    const byName = (name: string) => (named.get(name) ?? []).map((reference) => this.valueAt(scope, reference));
    const initial = [...others, ...byName('initial_state')];
    const mask = input.mask ?? byName('mask')[0]?.name;
    this.#widen(input.name, opened.stack[0]!.directions[0]!.parameters.kernel.rows);
    let below = { name: input.name, mask, follows: input.follows, steps: () => input.sides()?.[0] };
    const states: Value[] = [];
    let outputs: readonly Value[] = [];
    opened.stack.forEach((lstm, index) => {
      const isLast = index === opened.stack.length - 1;
      this.layouts.push(...lstm.layouts);
      const name = this.#unique(`${scope.prefix}${lstm.name}`);
      const asRead = lstm.directions.length === 1 && lstm.directions[0]!.backwards;
      const directions = lstm.directions.map((direction) => {
        const [h, c] = initial.splice(0, direction.cell === 'gru' ? 1 : 2);
        if (h === undefined) return direction;
        if (direction.cell === 'gru') return { ...direction, initial: { h: h.name } };
        return c === undefined ? direction : { ...direction, initial: { h: h.name, c: c.name } };
      });
      const given = outputsOf(
        name,
        lstm.directions.map(({ parameters }) => parameters.recurrentKernel.rows),
        lstm.directions[0]!.cell === 'gru' ? ['h'] : ['h', 'c'],
        opened,
        isLast,
      );
      const { follows } = below;
      const reversed = follows === undefined ? undefined : { ...follows, reversed: follows.reversed !== asRead };
      this.nodes.push({
        kind: 'recurrent',
        name,
        input: below.name,
        batchSide: 0,
        directions,
        merge: opened.merge ?? 'concat',
        ...(asRead ? { givesAsRead: true } : {}),
        ...(below.mask === undefined ? {} : { mask: below.mask }),
        outputs: given,
        ...(reversed === undefined ? {} : { follows: reversed }),
        stateful: opened.stateful,
      });
      const { steps } = below;
      const values = given.map((output): Value => {
        const width = output.sides.at(-1) as number;
        if (output.of !== 'sequence') return { name: output.name, sides: () => [width] };
        return { name: output.name, mask: below.mask, follows: reversed, sides: () => [steps(), width] };
      });
      const count = isLast && opened.merge === null ? 2 : 1;
      outputs = values.slice(0, count);
      states.push(...values.slice(count));
      // What is given backwards has its mask in another order.
      const turned = below.mask !== undefined && asRead && !isLast ? this.#reversedMask(below.mask, name) : below.mask;
      below = { name: values[0]!.name, mask: turned, follows: reversed, steps };
    });
    return [...outputs, ...states];
  }

  #reversedMask(mask: string, name: string): string {
    const output = `${name} mask`;
    const bytes = () => {
      const writer = new PartWriter();
      const bounds = [[-1], [-(2 ** 31)], [1], [-1]].map((values) => writer.integers(values));
      writer.node('Slice', [mask, ...bounds], {}, output);
      return writer.finish([{ name: mask, type: 'bool' }], [{ name: output, type: 'bool' }]);
    };
    this.nodes.push({ kind: 'part', name, inputs: [mask], outputs: [output], bytes });
    return output;
  }

  // Everything else.

  #addPart(call: LayerCall, inputs: readonly Value[], scope: Scope): readonly Value[] {
    const { layer, named } = call;
    const within = layer.className === 'TimeDistributed' ? innerLayer(layer, 'layer', this.#file) : undefined;
    if (within !== undefined && isOpenedLayer(within, this.#file)) {
      const what = `runs ${within.className.includes('GRU') ? 'a GRU' : 'an LSTM'} once for each step, a sequence of its own each time, which is not supported`;
      this.#leaveOut(refuse({ layer, file: this.#file }, what), layer);
    }
    const name = this.#unique(`${scope.prefix}${layer.name}`);
    const byName = (key: string) => (named.get(key) ?? []).map((reference) => this.valueAt(scope, reference));
    const { node, values } = partOfCall(call, name, {
      inputs,
      byName,
      ...scope,
      version: this.#version,
      file: this.#file,
    });
    this.nodes.push(node);
    return values;
  }
}

/** The values that an LSTM or GRU gives out, in Keras's order: the sequence or last step of each direction, then the states. */
function outputsOf(
  name: string,
  units: readonly number[],
  parts: readonly ('h' | 'c')[],
  { merge, returnsSequences }: LstmLayer,
  isLast: boolean,
): RecurrentOutput[] {
  const isSequence = returnsSequences || !isLast;
  const of = isSequence ? 'sequence' : 'last';
  const sides = (width: number): Side[] => (isSequence ? [1, 'steps', width] : [1, width]);
  const total = units.reduce((sum, own) => sum + own, 0);
  const width = merge === 'concat' || merge === null ? total : units[0]!;
  const own: RecurrentOutput[] =
    merge === null && isLast
      ? units.map((size, direction) => ({ name: `${name} ${of} ${direction + 1}`, of, direction, sides: sides(size) }))
      : [{ name: `${name} ${of}`, of, sides: sides(width) }];
  const states = units.flatMap((size, direction) =>
    parts.map((part): RecurrentOutput => {
      return { name: `${name} ${part} ${direction + 1}`, of: part, direction, sides: [1, size] };
    }),
  );
  return [...own, ...states];
}

/** @param ids the size of the vocabulary, where numbers of characters or words are read */
/** A side is null where any length will do. */
function isShape(given: unknown): given is readonly (number | null)[] | null | undefined {
  if (given === undefined || given === null) return true;
  const isSide = (side: unknown) => side === null || (Number.isInteger(side) && Number(side) >= 0);
  return Array.isArray(given) && given.every(isSide);
}

function describeInput(name: string, sides: Sides | undefined, ids: number | undefined): GraphInput {
  const type = 'float32';
  const [first, ...rest] = sides ?? [undefined, undefined];
  const steps = first === undefined ? {} : { steps: first };
  if (ids !== undefined && rest.length === 0) {
    return { name, reads: 'characters', width: ids, sides: [1, 'steps'], type, ...steps };
  }
  if (sides?.length === 0) return { name, reads: 'numbers', width: 1, sides: [1], type };
  if (rest.length === 0) return { name, reads: 'numbers', width: first ?? 0, sides: [1, first ?? 0], type };
  const own = rest.map((side) => side ?? 0);
  return {
    name,
    reads: ids === undefined ? 'numbers' : 'characters',
    width: own.at(-1)!,
    sides: [1, 'steps', ...own],
    type,
    ...steps,
  };
}
