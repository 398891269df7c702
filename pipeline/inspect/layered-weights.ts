// The LSTM layers of a model that is no plain stack, as `weights` shows those of any file.

import type { ForeignLstm } from '../models/foreign.ts';
import { layerUnits, type RecurrentNode, recurrentNodes } from '../models/graph/model.ts';
import type { OpenedLayers, OpenedModel } from '../models/open.ts';

/** A model for its weights alone; it cannot be run. */
export interface WeightsOnly extends OpenedModel {
  /** What the first layer reads, where that is no input of the model. */
  readonly readsWhat?: string;
}

/** Weights need nothing of what lies before, between or behind the layers. */
export function weightsOf({ name, graph, layerNames, features }: OpenedLayers): WeightsOnly {
  const nodes = recurrentNodes(graph);
  const lstms = nodes.map(asLstm);
  const [first] = lstms;
  const input = graph.inputs.find((one) => one.name === nodes[0]!.input && one.reads === 'numbers');
  const { forward, backward, cellActivation, recurrentActivation } = first!;
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
      units: [layerUnits(nodes[0]!)],
      ...(backward === undefined ? {} : { bidirectional: [true] }),
      outputs: 0,
      cellActivation,
      recurrentActivation,
    },
    parameters: { layers: [forward], backward: [backward], dense: [] },
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

function asLstm({ name, directions }: RecurrentNode): ForeignLstm {
  const [forward, backward] = directions;
  const { cellActivation, recurrentActivation, parameters } = forward!;
  const both = backward === undefined ? {} : { backward: backward.parameters };
  return { kind: 'lstm', name, cellActivation, recurrentActivation, forward: parameters, ...both };
}
