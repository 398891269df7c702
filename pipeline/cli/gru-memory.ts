// How `memory` measures a stack of GRU layers, which is opened as a graph of layers.
import { cellId } from '../base/cell-ids.ts';
import { InputError } from '../base/errors.ts';
import { chooseEngine } from '../engines/index.ts';
import { type GruLayer, gruContext, gruHalfLives, gruInfluence, readGruStack } from '../evidence/memory/gru.ts';
import { feed, type Sources } from '../inspect/layered-inputs.ts';
import { defaultLags } from '../inspect/memory.ts';
import type { MeasuredMemory } from '../inspect/memory-view.ts';
import {
  type GruDirection,
  isGru,
  type LayeredModel,
  type RecurrentNode,
  recurrentNodes,
} from '../models/graph/model.ts';
import { openRunner } from '../models/graph/run.ts';
import { type LayerChoice, layerNumber } from '../models/layer-names.ts';
import type { OpenedLayers } from '../models/open.ts';
import type { Placed } from './options.ts';

export interface GruMemoryOptions extends Placed {
  readonly lags?: number;
  readonly layer?: LayerChoice;
  readonly cell?: { readonly layer: LayerChoice; readonly unit: number };
}

export interface GruMemory {
  readonly measured: MeasuredMemory;
  readonly said: {
    readonly assumed: readonly string[];
    readonly notes: readonly string[];
    readonly withoutHead: string;
  };
  /** What follows the count of steps in the title. */
  readonly note: string;
}

/**
 * @throws InputError a model that is no stack of GRU layers, a sequence that is too short, a cell that there is not
 */
export async function measureGruMemory(
  model: OpenedLayers,
  sources: Sources,
  options: GruMemoryOptions,
): Promise<GruMemory> {
  const nodes = stackOf(model.graph);
  const layers = nodes.map(({ directions }): GruLayer => directions[0] as GruDirection);
  const feeding = feed(model, sources, undefined);
  const cell = options.cell === undefined ? undefined : cellOf(model, nodes, options.cell);
  const number = (wanted: LayerChoice) =>
    layerNumber({ count: nodes.length, names: model.layerNames, kind: 'GRU' }, wanted);
  const layer = options.layer === undefined ? {} : { layer: number(options.layer) };
  const engine = await chooseEngine(options);
  const { sequences } = feeding.inputs[0]!;
  const longest = sequences.reduce((most, one) => (one.rows.length > most.rows.length ? one : most));
  const runner = await openRunner(model.graph, [], engine, [nodes[0]!.input]);
  const given = new Map([[feeding.inputs[0]!.input.name, longest.value]]);
  const { values } = await runner.run(given).finally(() => runner.dispose());
  const stack = { engine, layers, rows: Float32Array.from(values.get(nodes[0]!.input)!.data, Number) };
  const steps = stack.rows.length / layers[0]!.parameters.kernel.rows;
  const lags = options.lags ?? defaultLags(steps);
  const readings = await readGruStack(stack, lags);
  const last = nodes.at(-1)!.name;
  return {
    measured: {
      ...{ model: model.name, steps, kind: 'GRU' },
      influence: await gruInfluence(stack, readings, lags, undefined),
      ...(cell === undefined ? {} : { cellInfluence: await gruInfluence(stack, readings, lags, cell) }),
      ...(cell === undefined ? {} : { cell: cellId(cell.layer + 1, cell.unit) }),
      context: await gruContext(stack, readings, lags),
      halfLives: gruHalfLives(layers, readings),
      ...layer,
      lossUnit: 'squared difference',
    },
    said: {
      assumed: model.graph.assumed ?? [],
      notes: [...model.graph.notes, ...feeding.notes],
      withoutHead: `What follows "${last}" is left out: the output is its h, and influence is that on the sum of all its cells.`,
    },
    note: sequences.length === 1 ? '' : `, the longest of ${sequences.length} series ("${longest.name}")`,
  };
}

/** Its layers, each of which reads the one before it. @throws InputError where they are anything else */
function stackOf(graph: LayeredModel): RecurrentNode[] {
  const nodes = recurrentNodes(graph);
  const isPlain = (node: RecurrentNode, k: number) => {
    const { directions, mask, length, input } = node;
    const [only, ...others] = directions;
    const before = nodes[k - 1]?.outputs.find(({ of }) => of === 'sequence')?.name;
    const readsAll = mask === undefined && length === undefined && (k === 0 || input === before);
    return isGru(node) && readsAll && others.length === 0 && !only!.backwards && only!.initial === undefined;
  };
  if (nodes.every(isPlain)) return nodes;
  throw new InputError(
    `The memory of such a model is not measured: that takes a plain stack of LSTM layers, or of GRU layers that read forwards, each reading the one before it. ${graph.why}`,
    {},
    '`cellarium inspect` shows what its layers do.',
  );
}

function cellOf(
  { layerNames, name }: OpenedLayers,
  nodes: readonly RecurrentNode[],
  wanted: { layer: LayerChoice; unit: number },
) {
  const layer = layerNumber({ count: nodes.length, names: layerNames, kind: 'GRU' }, wanted.layer) - 1;
  const units = nodes[layer]!.directions[0]!.parameters.recurrentKernel.rows;
  if (wanted.unit < units) return { layer, unit: wanted.unit };
  const fix = `Its layer ${layer + 1} has the cells ${cellId(layer + 1, 0)} to ${cellId(layer + 1, units - 1)}.`;
  throw new InputError(`"${name}" has no cell ${cellId(layer + 1, wanted.unit)}.`, {}, fix);
}
