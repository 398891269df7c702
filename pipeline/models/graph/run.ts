// Runs a graph on one sequence after the other: as far as the layers that are asked for, and no further.
import { InputError } from '../../base/errors.ts';
import type { Engine } from '../../engines/engine.ts';
import { openPart, type PartProgram, type Value } from '../../engines/index.ts';
import type { LayerState } from '../../lstm/state.ts';
import { type GraphInput, type LayeredModel, needsOf, type RecurrentNode } from './model.ts';
import { openRecurrent, type RecurrentProgram, type RecurrentRun } from './recurrent.ts';

/** The states at the end of a sequence: of each layer by name, one a direction. */
export type GraphState = ReadonlyMap<string, readonly LayerState[]>;

export interface GraphRun {
  /** Of the layers that were asked for, by name. */
  readonly layers: ReadonlyMap<string, RecurrentRun>;
  /** The values that were asked for. */
  readonly values: ReadonlyMap<string, Value>;
  readonly state: GraphState;
}

export interface GraphRunner {
  /** What has to be given. */
  readonly inputs: readonly GraphInput[];
  /**
   * @param given the value of each of `inputs`, by name
   * @param state in which an earlier sequence ended, to go on from
   * @throws InputError what does not fit the model, such as a number of steps that a part cannot take
   */
  run(given: ReadonlyMap<string, Value>, state?: GraphState): Promise<GraphRun>;
  dispose(): Promise<void>;
}

/**
 * Makes everything ready that some layers need.
 * @param engine what computes the LSTM layers; onnxruntime runs all else
 * @param values names of values that are wanted besides
 * @throws InputError a layer before them that cannot be run, by its name and kind
 */
export async function openRunner(
  model: LayeredModel,
  wanted: readonly RecurrentNode[],
  engine: Engine,
  values: readonly string[] = [],
): Promise<GraphRunner> {
  const { nodes, inputs } = needsOf(model, wanted, values);
  const parts = new Map<string, PartProgram>();
  const recurrent = new Map<string, RecurrentProgram>();
  const dispose = async () => {
    for (const program of [...parts.values(), ...recurrent.values()]) await program.dispose();
  };
  try {
    for (const node of nodes) {
      if (node.kind === 'part') parts.set(node.outputs[0]!, await openPart(node.bytes(), node.name));
      else recurrent.set(node.name, openRecurrent(node, engine));
    }
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    inputs,
    dispose,
    async run(given, before) {
      const found = new Map(given);
      for (const { name } of inputs) {
        if (!found.has(name))
          throw new InputError(`The model's input "${name}" was not given.`, {}, `Give --input ${name}=file.csv.`);
      }
      const layers = new Map<string, RecurrentRun>();
      const state = new Map<string, readonly LayerState[]>();
      for (const node of nodes) {
        if (node.kind === 'part') {
          const feeds = new Map(node.inputs.map((name) => [name, found.get(name)!]));
          const outputs = await parts.get(node.outputs[0]!)!.run(feeds, node.outputs);
          for (const [name, value] of outputs) found.set(name, value);
          continue;
        }
        const ran = await recurrent.get(node.name)!.run(found, before?.get(node.name));
        for (const [name, value] of ran.outputs) found.set(name, value);
        if (wanted.includes(node)) layers.set(node.name, ran.run);
        state.set(node.name, ran.states);
      }
      return { layers, state, values: new Map(values.map((name) => [name, found.get(name)!])) };
    },
  };
}
