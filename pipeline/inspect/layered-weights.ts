// The LSTM and GRU layers of a model that is no plain stack, as `weights` shows those of any file.

import type { ForeignGru, ForeignLstm } from '../models/foreign.ts';
import { type GruDirection, type LstmDirection, type RecurrentNode, recurrentNodes } from '../models/graph/model.ts';
import type { OpenedLayers, OpenedModel } from '../models/open.ts';

/** A model for its weights alone; it cannot be run. */
export interface WeightsOnly extends OpenedModel {
  /** What the first layer reads, where that is no input of the model. */
  readonly readsWhat?: string;
}

/** Weights need nothing of what lies before, between or behind the layers. */
export function weightsOf({ name, graph, layerNames, features }: OpenedLayers): WeightsOnly {
  const nodes = recurrentNodes(graph);
  const lstms = nodes.map(asLayer);
  const [first] = lstms;
  const input = graph.inputs.find((one) => one.name === nodes[0]!.input && one.reads === 'numbers');
  const { forward, cellActivation, recurrentActivation } = first!;
  const shared = nodes.flatMap((node, index) => {
    const before = nodes
      .slice(0, index)
      .find((other) => other.directions[0]!.parameters === node.directions[0]!.parameters);
    return before === undefined ? [] : [`"${node.name}" is another call of "${before.name}", with the same weights.`];
  });
  return {
    name,
    layerNames,
    stateful: false,
    vocabulary: [],
    ...(input === undefined || features === undefined ? {} : { features }),
    ...(input === undefined ? { readsWhat: 'what lies before it gives' } : {}),
    architecture: {
      reads: 'numbers',
      inputs: forward.kernel.rows,
      // All of its layers are shown as those of which nothing is known but their weights.
      units: [],
      outputs: 0,
      cellActivation,
      recurrentActivation,
    },
    parameters: { layers: [], backward: [], dense: [] },
    origin: {
      format: graph.format,
      gateOrder: graph.gateOrder,
      biases: graph.biases,
      notes: [...graph.notes, ...shared],
      lstms,
      unwired: { why: graph.why, fix: 'Open its layers with `cellarium inspect`.' },
    },
  };
}

function asLayer({ name, directions }: RecurrentNode): ForeignLstm | ForeignGru {
  const [forward, backward] = directions;
  const { cellActivation, recurrentActivation } = forward!;
  const shared = { name, cellActivation, recurrentActivation };
  if (forward!.cell === 'gru') {
    const both = backward === undefined ? {} : { backward: (backward as GruDirection).parameters };
    return { kind: 'gru', ...shared, forward: forward!.parameters, ...both };
  }
  const both = backward === undefined ? {} : { backward: (backward as LstmDirection).parameters };
  return { kind: 'lstm', ...shared, forward: forward!.parameters, ...both };
}
