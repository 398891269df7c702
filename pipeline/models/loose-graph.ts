// Recurrent layers of a file of weights alone as a graph. It does not say how they are connected: one alone reads what the
// model reads; several have an input each, unless it is said in which order they follow.
import type { Matrix } from '../lstm/parameters.ts';
import type { ForeignGru, WiringOptions } from './foreign.ts';
import type { Direction, GraphInput, GraphNode, LayeredModel } from './graph/model.ts';
import { PartWriter } from './graph/part-writer.ts';
import { type Block, givenStack, quoted } from './stack.ts';

/** A layer, or layers that belong together, as those of one nn.GRU: each reads the one before it, which the file does say. */
export interface LooseModule extends Block {
  /** Of each of its layers. */
  readonly layers: readonly (readonly Direction[])[];
}

export interface LooseTable {
  readonly name: string;
  /** [vocabulary, width] */
  readonly table: Matrix;
}

export interface LooseRequest {
  /** At least one. */
  readonly modules: readonly LooseModule[];
  /** What does not say how they are connected: `A state dict`. */
  readonly source: string;
  readonly file: string;
  /** Whether they stand in the order in which they were made. */
  readonly ordered: boolean;
  /** The table of characters before the first of those that follow each other, where there is one. */
  embedding(first: LooseModule, last: LooseModule): LooseTable | undefined;
  /** Names of what may come before the first one where there is no table. */
  before(first: LooseModule): readonly string[];
}

export interface LooseGraph extends Pick<LayeredModel, 'inputs' | 'nodes' | 'outputs' | 'notes'> {
  readonly assumed: readonly string[];
  readonly embedding: LooseTable | undefined;
  /** The modules that follow each other, where they are all that is opened. */
  readonly chain: readonly LooseModule[] | undefined;
}

/** @throws InputError an order with names that there are not, or of layers that do not fit each other */
export function looseGraph(request: LooseRequest, options: WiringOptions): LooseGraph {
  const { chains, assumed, notes } = wire(request, options);
  const builder = new Builder();
  const [only, ...more] = chains;
  const embedding = more.length === 0 ? request.embedding(only![0]!, only!.at(-1)!) : undefined;
  for (const chain of chains) builder.addChain(chain, more.length === 0 ? 'input' : chain[0]!.name, embedding);
  const { inputs, nodes, outputs } = builder;
  const read = more.length === 0 ? [readsWhat(request, only![0]!, embedding)] : [];
  return {
    inputs,
    nodes,
    outputs,
    embedding,
    chain: more.length === 0 ? only : undefined,
    assumed: [...read, ...assumed],
    notes,
  };
}

interface Wired {
  /** Modules that follow each other. */
  readonly chains: readonly (readonly LooseModule[])[];
  readonly assumed: readonly string[];
  readonly notes: readonly string[];
}

function wire({ modules: blocks, source, ordered, file }: LooseRequest, options: WiringOptions): Wired {
  const given = givenStack({ blocks, ordered, byName: true, called: 'LSTM or GRU', file }, options);
  if (given !== undefined) return { chains: [given.blocks], assumed: given.assumed, notes: [] };
  const names = blocks.map(({ name }) => name).join(',');
  const note = `${source} does not say how its layers are connected: each of ${quoted(blocks)} has an input of its own here, of its name. If each reads what the one before it gives, say so with --order ${names} or --assume-stack.`;
  return { chains: blocks.map((module) => [module]), assumed: [], notes: [note] };
}

function readsWhat({ source, before }: LooseRequest, first: LooseModule, embedding: LooseTable | undefined): string {
  const reads = embedding === undefined ? 'the input itself' : `what the embedding "${embedding.name}" gives`;
  const names = embedding === undefined ? before(first) : [];
  const doubt =
    names.length === 0
      ? ''
      : ` But ${names.join(', ')} ${names.length === 1 ? 'gives' : 'give'} as many numbers as it reads, and may come before it.`;
  return `${source} does not say how its layers are connected: it was assumed that "${first.name}" reads ${reads}.${doubt}`;
}

/** Of modules that follow each other the layers as those of a network, where they are all GRU layers. */
export function gruLayers(chain: readonly LooseModule[] | undefined): ForeignGru[] | undefined {
  const layers = (chain ?? []).flatMap(({ name, layers }) =>
    layers.map((directions, index) => ({ name: layerName(name, layers.length, index), directions })),
  );
  const read = layers.flatMap(({ name, directions: [forward, backward] }): ForeignGru[] => {
    if (forward?.cell !== 'gru') return [];
    const { cellActivation, recurrentActivation } = forward;
    const both = backward?.cell === 'gru' ? { backward: backward.parameters } : {};
    return [{ kind: 'gru', name, cellActivation, recurrentActivation, forward: forward.parameters, ...both }];
  });
  return read.length > 0 && read.length === layers.length ? read : undefined;
}

const layerName = (module: string, layers: number, index: number) => (layers === 1 ? module : `${module}.l${index}`);

class Builder {
  readonly inputs: GraphInput[] = [];
  readonly nodes: GraphNode[] = [];
  readonly outputs: string[] = [];

  addChain(chain: readonly LooseModule[], input: string, embedding: LooseTable | undefined): void {
    const { inputs: width } = chain[0]!;
    let below = embedding === undefined ? this.#numbers(input, width) : this.#characters(input, embedding);
    for (const { name, layers } of chain) {
      layers.forEach((directions, index) => {
        const called = layerName(name, layers.length, index);
        const output = `${called} output`;
        const outputs = directions.reduce((sum, { parameters }) => sum + parameters.recurrentKernel.rows, 0);
        this.nodes.push({
          kind: 'recurrent',
          name: called,
          input: below,
          batchSide: 0,
          directions,
          merge: 'concat',
          outputs: [{ name: output, of: 'sequence', sides: [1, 'steps', outputs] }],
          follows: { input, reversed: false },
          stateful: false,
        });
        below = output;
      });
    }
    this.outputs.push(below);
  }

  #numbers(name: string, width: number): string {
    this.inputs.push({ name, reads: 'numbers', width, sides: [1, 'steps', width], type: 'float32' });
    return name;
  }

  #characters(input: string, { name, table }: LooseTable): string {
    this.inputs.push({ name: input, reads: 'characters', width: table.rows, sides: [1, 'steps'], type: 'float32' });
    const output = `${name} output`;
    const bytes = () => {
      const writer = new PartWriter();
      const ids = writer.node('Cast', [input], { to: 7 });
      writer.node('Gather', [writer.floats(table.data, [table.rows, table.columns]), ids], {}, output);
      return writer.finish([{ name: input, type: 'float32' }], [{ name: output, type: 'float32' }]);
    };
    this.nodes.push({ kind: 'part', name, inputs: [input], outputs: [output], bytes });
    return output;
  }
}
