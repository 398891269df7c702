// A model that is no plain stack of LSTM layers, for a program: the weights of each gate of its layers, and what they do.
import { InputError } from '../base/errors.ts';
import type { Signal } from '../base/signals.ts';
import { chooseEngine, type EngineChoice } from '../engines/index.ts';
import { inspectLayers } from '../inspect/layered.ts';
import { feed, type Source, type Sources } from '../inspect/layered-inputs.ts';
import { type GateWeights, gatesOf, sliceColumns } from '../lstm/gates.ts';
import { GRU_GATES, type GruGate, type GruParameters } from '../lstm/gru.ts';
import type { Gate, Matrix } from '../lstm/parameters.ts';
import { recurrentNodes } from '../models/graph/model.ts';
import type { LayerChoice } from '../models/layer-names.ts';
import type { OpenedLayers } from '../models/open.ts';

/** What one gate of a GRU is computed with; `recurrentBias` of one that resets after the product is added to h·U. */
export interface GruGateWeights extends GateWeights {
  readonly recurrentBias?: Matrix;
}

interface OneWay {
  /** From 1. */
  readonly layer: number;
  /** As its file calls it. */
  readonly name: string;
  readonly direction: 'forward' | 'backward';
}

/** One direction of a layer of such a model. */
export type NamedLayerGates =
  | (OneWay & { readonly cell: 'lstm'; readonly gates: Readonly<Record<Gate, GateWeights>> })
  | (OneWay & { readonly cell: 'gru'; readonly gates: Readonly<Record<GruGate, GruGateWeights>> });

export function gatesOfLayers({ graph }: OpenedLayers): NamedLayerGates[] {
  return recurrentNodes(graph).flatMap(({ name, directions }, index) =>
    directions.map((direction): NamedLayerGates => {
      const way = { layer: index + 1, name, direction: direction.backwards ? 'backward' : 'forward' } as const;
      if (direction.cell === 'gru') return { ...way, cell: 'gru', gates: gruGates(direction.parameters) };
      return { ...way, cell: 'lstm', gates: gatesOf(direction.parameters) };
    }),
  );
}

function gruGates({ kernel, recurrentKernel, bias, recurrentBias }: GruParameters) {
  const units = recurrentKernel.rows;
  const gates = GRU_GATES.map((gate, index): [GruGate, GruGateWeights] => {
    const slice = (matrix: Matrix) => sliceColumns(matrix, index * units, (index + 1) * units);
    const apart = recurrentBias === undefined ? {} : { recurrentBias: slice(recurrentBias) };
    return [gate, { kernel: slice(kernel), recurrentKernel: slice(recurrentKernel), bias: slice(bias), ...apart }];
  });
  return Object.fromEntries(gates) as Record<GruGate, GruGateWeights>;
}

/** A text, or for each time step a row of numbers. */
export type OneInput = string | readonly (readonly number[])[];

/** What each input of a model is given, by its name; or what its only input is given. */
export type LayersInput = OneInput | Readonly<Record<string, OneInput>>;

export interface LayersTraceOptions extends EngineChoice {
  /** This layer alone: its number, from 1, or its name; all whose inputs are given where left out. */
  readonly layer?: LayerChoice;
}

export interface TracedNode {
  /** From 1. */
  readonly layer: number;
  readonly name: string;
  readonly cell: 'lstm' | 'gru';
  /** Of both directions; those that read backwards follow the others. */
  readonly units: number;
  /** Its own, which need not be those of an input. */
  readonly steps: number;
  /** [steps, units], row-major: i f g o c h of LSTM cells, r z n h of those of a GRU. */
  readonly signals: Readonly<Partial<Record<Signal, Float32Array>>>;
  /** For each step whether a mask left it out; not there where none was. */
  readonly skipped?: readonly boolean[];
}

export interface LayersTrace {
  readonly layers: readonly TracedNode[];
  /** Layers that are left out, and why; what was taken for granted. */
  readonly notes: readonly string[];
}

/**
 * The signals of the layers whose inputs are given, each over the steps of its own, from a state of zeros.
 * @throws InputError an input that there is not or that is missing, one that does not fit, a layer that cannot be opened
 */
export async function traceLayers(
  model: OpenedLayers,
  input: LayersInput,
  { layer, ...choice }: LayersTraceOptions,
): Promise<LayersTrace> {
  const feeding = feed(model, sourcesOf(input), layer);
  const engine = await chooseEngine(choice);
  const [inspection] = await inspectLayers({ engine, model, feeding });
  return {
    layers: inspection!.layers.map(({ layer: index, node, steps, signals, skipped, first, last }): TracedNode => {
      const { name, directions } = node;
      return {
        ...{ layer: index + 1, name, cell: directions[0]!.cell ?? 'lstm', units: last - first + 1, steps },
        signals: Object.fromEntries(signals),
        ...(skipped === undefined ? {} : { skipped }),
      };
    }),
    notes: feeding.notes,
  };
}

const isOne = (input: LayersInput): input is OneInput => typeof input === 'string' || Array.isArray(input);

function sourcesOf(input: LayersInput): Sources {
  if (isOne(input)) return { named: new Map(), other: sourceOf(input, 'the input') };
  return { named: new Map(Object.entries(input).map(([name, one]) => [name, sourceOf(one, `the input "${name}"`)])) };
}

function sourceOf(input: OneInput, name: string): Source {
  if (typeof input === 'string') return { kind: 'text', name, text: input, notes: [] };
  return {
    kind: 'series',
    name,
    read(width) {
      const wrong = input.findIndex((row) => row.length !== width || !row.every(Number.isFinite));
      if (wrong >= 0) {
        throw new InputError(
          `Row ${wrong} of ${name} is [${input[wrong]!.join(', ')}], where the model reads ${width} finite numbers.`,
          {},
          'Give a row for each time step, with a number for each feature.',
        );
      }
      const series = [{ name, steps: input.length, values: Float32Array.from(input.flat()) }];
      return { features: undefined, width, series, chosen: false, notes: [] };
    },
  };
}
