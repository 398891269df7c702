// Which layers, units and signals to show, and their values over every step of some sequences.
import { cellId } from '../base/cell-ids.ts';
import { InputError } from '../base/errors.ts';
import { SIGNALS, type Signal } from '../base/signals.ts';
import type { Engine } from '../engines/engine.ts';
import { type Architecture, layerWidth, type Parameters } from '../lstm/parameters.ts';
import type { NetworkState } from '../lstm/state.ts';
import { carriedReader, type StepsRead } from '../trace/carried.ts';
import type { Sequence, Targets } from '../trace/targets.ts';

/** What a network is to read, and how its steps are called. */
export interface InspectedSequence {
  readonly name: string;
  readonly sequence: Sequence;
  /** What is read at each step, a list a step: one character, or the numbers of the features. */
  readonly inputs: readonly (readonly (string | number)[])[];
  /** What follows each step, where the network predicts it: the next character or token, or the next numbers. */
  readonly targets?: Targets;
  /** What of the text the network does not see, as sentences; none where left out. */
  readonly notes?: readonly string[];
}

export interface InspectedLayer extends SelectedLayer {
  /** [steps, selected units] of each selected signal, row-major. */
  readonly signals: ReadonlyMap<Signal, Float32Array>;
  /** Whether a step was masked: c and h are what they were, and no gate was computed. None where left out. */
  readonly skipped?: readonly boolean[];
}

export interface Inspection extends InspectedSequence {
  readonly layers: readonly InspectedLayer[];
  /** The network's output at each step, [steps, outputs]: probabilities where it is a softmax. */
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
    `That would be ${values.toLocaleString('en')} values, and at most ${MOST_VALUES.toLocaleString('en')} (400 MB) are held at once.`,
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
    const count = countUnits({ first, last });
    for (const [signal, target] of signals) {
      const values = segment.layers[layer]![signal]!;
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

// Selection.

/** First and last, both from 0. */
export interface UnitRange {
  readonly first: number;
  readonly last: number;
}

export interface SelectionOptions {
  /** From 1; all layers where left out. */
  readonly layer?: number;
  /** All units where left out. */
  readonly unit?: UnitRange;
  /** All where left out. */
  readonly signal?: readonly Signal[];
}

/** Units of a layer. Where the layer reads backwards too, those of that direction follow the others. */
export interface SelectedLayer extends UnitRange {
  /** From 0. */
  readonly layer: number;
}

export interface Selection {
  readonly layers: readonly SelectedLayer[];
  readonly signals: readonly Signal[];
}

/** @throws InputError a layer, a unit or a signal that the network does not have */
export function selectCells(architecture: Architecture, { layer, unit, signal }: SelectionOptions): Selection {
  const strange = signal?.find((name) => !SIGNALS.some((known) => known === name));
  if (strange !== undefined) {
    const fix = `Ask for some of ${SIGNALS.join(',')}.`;
    throw new InputError(`There is no signal ${strange}: the network has LSTM cells.`, {}, fix);
  }
  const count = architecture.units.length;
  if (layer !== undefined && layer > count) {
    const have = count === 1 ? 'one layer' : `${count} layers`;
    const fix = count === 1 ? 'Ask for layer 1.' : `Ask for one from 1 to ${count}.`;
    throw new InputError(`There is no layer ${layer}: the network has ${have} of LSTM cells.`, {}, fix);
  }
  const chosen = layer === undefined ? architecture.units.map((_, index) => index) : [layer - 1];
  return {
    layers: chosen.map((index) => ({ layer: index, ...unitsOf(architecture, index, unit) })),
    signals: signal ?? SIGNALS,
  };
}

function unitsOf(architecture: Architecture, layer: number, units: UnitRange | undefined): UnitRange {
  const width = layerWidth(architecture, layer);
  if (units === undefined) return { first: 0, last: width - 1 };
  if (units.last < width) return units;
  throw new InputError(
    `There is no unit ${units.last} in layer ${layer + 1}, which has ${width}.`,
    {},
    `Ask for units from 0 to ${width - 1}, or for one layer alone with --layer.`,
  );
}

/** How many units of a layer are selected. */
export const countUnits = ({ first, last }: UnitRange): number => last - first + 1;

/** Names of the selected cells, `<layer>-<unit>`, in the order of their layers. */
export function cellNames({ layers }: Selection): string[] {
  return layers.flatMap((selected) =>
    Array.from({ length: countUnits(selected) }, (_, k) => cellId(selected.layer + 1, selected.first + k)),
  );
}
