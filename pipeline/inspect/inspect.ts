// Every signal of the selected cells over every step of some sequences.

import { InputError } from '../base/errors.ts';
import type { Signal } from '../base/signals.ts';
import type { Engine } from '../engines/engine.ts';
import type { Architecture, Parameters } from '../lstm/parameters.ts';
import type { NetworkState } from '../lstm/state.ts';
import { carriedReader, type StepsRead } from '../trace/carried.ts';
import type { Sequence, Targets } from '../trace/targets.ts';
import { countUnits, type SelectedLayer, type Selection } from './selection.ts';

/** What a network is to read, and how its steps are called. */
export interface InspectedSequence {
  readonly name: string;
  readonly sequence: Sequence;
  /** What is read at each step, a list a step: one character, or the numbers of the features. */
  readonly inputs: readonly (readonly (string | number)[])[];
  /** What follows each step, where the network foretells it: the next character, or the next numbers. */
  readonly targets?: Targets;
}

export interface InspectedLayer extends SelectedLayer {
  /** [steps, selected units] of each selected signal, row-major. */
  readonly signals: ReadonlyMap<Signal, Float32Array>;
}

export interface Inspection extends InspectedSequence {
  readonly layers: readonly InspectedLayer[];
  /** What the network says at each step, [steps, outputs]: of a softmax the probabilities. */
  readonly outputs: Float32Array | undefined;
}

export interface InspectionRequest {
  readonly engine: Engine;
  readonly architecture: Architecture;
  readonly parameters: Parameters;
  readonly sequences: readonly InspectedSequence[];
  readonly selection: Selection;
  /** Whether a sequence goes on in the state in which the one before it ended. */
  readonly carried: boolean;
  progress?(steps: number): void;
}

/** 400 MB in float32. */
const MOST_VALUES = 1e8;

/** @throws InputError more values than fit in memory */
export async function inspect(request: InspectionRequest): Promise<Inspection[]> {
  const { engine, architecture, parameters, sequences, selection, carried, progress } = request;
  checkSize(sequences, selection, architecture.outputs);
  const reader = carriedReader(engine, architecture, parameters);
  const inspections: Inspection[] = [];
  let state: NetworkState | undefined;
  try {
    for (const inspected of sequences) {
      const { length } = inspected.sequence;
      const found = emptyInspection(inspected, selection, architecture.outputs);
      const end = await reader.read(inspected.sequence, state, (segment) => {
        enterSegment(found, segment, architecture);
        progress?.(segment.steps);
      });
      if (carried && length > 0) state = end;
      inspections.push(found);
    }
  } finally {
    await reader.dispose();
  }
  return inspections;
}

function checkSize(sequences: readonly InspectedSequence[], { layers, signals }: Selection, outputs: number): void {
  const steps = sequences.reduce((sum, { sequence }) => sum + sequence.length, 0);
  const units = layers.reduce((sum, layer) => sum + countUnits(layer), 0);
  const values = steps * (units * signals.length + outputs);
  if (values <= MOST_VALUES) return;
  throw new InputError(
    `That would be ${values.toLocaleString('en')} values, more than fit in memory.`,
    {},
    'Choose with --layer, --unit and --signal, or write the whole of a text with `cellarium trace`.',
  );
}

function emptyInspection(inspected: InspectedSequence, { layers, signals }: Selection, outputs: number): Inspection {
  const { length } = inspected.sequence;
  return {
    ...inspected,
    layers: layers.map((layer) => ({
      ...layer,
      signals: new Map(signals.map((signal) => [signal, new Float32Array(length * countUnits(layer))])),
    })),
    outputs: outputs === 0 ? undefined : new Float32Array(length * outputs),
  };
}

function enterSegment({ layers, outputs }: Inspection, segment: StepsRead, architecture: Architecture): void {
  const { start, steps, prediction } = segment;
  for (const { layer, first, last, signals } of layers) {
    const count = last - first + 1;
    for (const [signal, target] of signals) {
      const values = segment.layers[layer]![signal];
      const width = values.length / steps;
      for (let t = 0; t < steps; t++) {
        target.set(values.subarray(t * width + first, t * width + last + 1), (start + t) * count);
      }
    }
  }
  if (outputs === undefined || prediction === undefined) return;
  const { outputActivation = 'softmax' } = architecture;
  outputs.set(outputActivation === 'softmax' ? prediction.map(Math.exp) : prediction, start * architecture.outputs);
}

/** The selected signals of a cell at a step, in their order. */
export function valuesAt({ first, last, signals }: InspectedLayer, step: number, unit: number): number[] {
  const index = step * (last - first + 1) + unit - first;
  return [...signals.values()].map((values) => values[index]!);
}
