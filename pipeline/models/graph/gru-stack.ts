// A network of GRU layers in canonical form as a graph, the form in which GRU layers of any file are shown.
import type { GruParameters } from '../../lstm/gru.ts';
import { type Architecture, layerWidth, type Matrix, type Parameters, readsNumbers } from '../../lstm/parameters.ts';
import {
  GRUS,
  type GraphInput,
  type GruDirection,
  type LayeredModel,
  type PartNode,
  type RecurrentNode,
} from './model.ts';
import { PartWriter } from './part-writer.ts';

const INPUT = 'input';
const READ = 'what layer 1 reads';

/** @param description of the network, and whether it carries its state from one series to the next */
export function gruGraph(
  { architecture, stateful = false }: { readonly architecture: Architecture; readonly stateful?: boolean },
  { embedding, layers, backward }: Parameters,
): Pick<LayeredModel, 'inputs' | 'nodes' | 'outputs' | 'why'> {
  const { cellActivation, recurrentActivation, inputs } = architecture;
  const input: GraphInput = readsNumbers(architecture)
    ? { name: INPUT, reads: 'numbers', width: inputs, sides: [1, 'steps', inputs], type: 'float32' }
    : { name: INPUT, reads: 'characters', width: inputs, sides: [1, 'steps'], type: 'float32' };
  const below = readsNumbers(architecture) ? [] : [lookUp(embedding, inputs)];
  const output = (layer: number) => `h of layer ${layer + 1}`;
  const nodes = layers.map((forward, layer): RecurrentNode => {
    const way = (parameters: GruParameters, backwards: boolean): GruDirection => {
      return { cell: 'gru', parameters, backwards, cellActivation, recurrentActivation };
    };
    const behind = backward[layer];
    const first = below.length === 0 ? INPUT : READ;
    return {
      kind: 'recurrent',
      name: `layer${layer + 1}`,
      input: layer === 0 ? first : output(layer - 1),
      batchSide: 0,
      directions: [way(forward, false), ...(behind === undefined ? [] : [way(behind, true)])],
      merge: 'concat',
      outputs: [{ name: output(layer), of: 'sequence', sides: [1, 'steps', layerWidth(architecture, layer)] }],
      follows: { input: INPUT, reversed: false },
      stateful,
    };
  });
  return {
    inputs: [input],
    nodes: [...below, ...nodes],
    outputs: [output(layers.length - 1)],
    why: GRUS,
  };
}

/** Numbers of characters as rows of their table, or one-hot. */
function lookUp(table: Matrix | undefined, vocabulary: number): PartNode {
  const bytes = () => {
    const writer = new PartWriter();
    const ids = writer.node('Cast', [INPUT], { to: 7 });
    if (table === undefined) {
      writer.node('OneHot', [ids, writer.integers([vocabulary]), writer.floats([0, 1])], { axis: -1 }, READ);
    } else writer.node('Gather', [writer.floats(table.data, [table.rows, table.columns]), ids], {}, READ);
    return writer.finish([{ name: INPUT, type: 'float32' }], [{ name: READ, type: 'float32' }]);
  };
  return { kind: 'part', name: 'embedding', inputs: [INPUT], outputs: [READ], bytes };
}
