// What each cell's gates depend on, and the cells that it has inputs from and outputs to.

import { fromBytes } from '../../base/bytes.ts';
import { cellId } from '../../base/cell-ids.ts';
import type { StepInputs } from '../../datasets/dataset.ts';
import type { NetworkGallery } from '../../gallery/network.ts';
import { isForwardLstm } from '../../lstm/parameters.ts';
import { type EvidenceContext, type EvidenceMeasure, signalOf } from '../context.ts';
import { isLargeVocabulary } from '../vocabulary-size.ts';
import type { CellWiring } from './schema.ts';
import {
  type Connection,
  characterContrasts,
  drivesOf,
  featureContrasts,
  inputDrives,
  momentsOf,
  type Responses,
  responses,
  strongestFrom,
  strongestTo,
} from './wiring.ts';

/** Times that the training sample must have a character, so that its mean means something. */
const LEAST = 10;
/** Connections of each kind that a cell's page has use for. */
const CONNECTIONS = 5;
const DECIMALS = 4;

type Drives = [number, number, number, number];

export const wiring: EvidenceMeasure<CellWiring> = {
  module: import.meta.url,

  applies: ({ network }) => network !== null && isForwardLstm(network.card.architecture),

  measure(context) {
    const { parameters, inputs, card } = context.network!;
    const h = outputs(context);
    const deviations = h.map((layer) => Array.from(layer(), (values) => momentsOf(values).deviation));
    const given = responsesByLayer(context, h);
    const drives = given.map((ofLayer, layer) => inputDrives(ofLayer, parameters.layers[layer]!.kernel));
    // Of a large vocabulary the sample has most words too rarely to say anything of them.
    const known = isLargeVocabulary(inputs, card.architecture.inputs)
      ? given[0]!.flatMap((response, symbol) => (response === null ? [] : [symbol]))
      : null;
    return {
      cells: context.cells.map(({ layer: number, unit }): CellWiring => {
        const layer = number - 1;
        const { kernel, recurrentKernel } = parameters.layers[layer]!;
        const above = parameters.layers[number];
        const named = (at: number, found: readonly Connection[]) =>
          found.map((one) => ({ id: cellId(at + 1, one.unit), drives: rounded(one.drives) }));
        const own = deviations[layer]!;
        const below = layer === 0 ? [] : strongestFrom(kernel, deviations[layer - 1]!, unit, CONNECTIONS);
        return {
          inputs: (known?.map((symbol) => drives[layer]![symbol]!) ?? drives[layer]!).map((row) =>
            row === null ? null : rounded(drivesOf(row, unit)),
          ),
          ...(known === null ? {} : { symbols: known }),
          inputsFrom: {
            below: named(layer - 1, below),
            same: named(layer, strongestFrom(recurrentKernel, own, unit, CONNECTIONS)),
          },
          outputsTo: {
            same: named(layer, strongestTo(recurrentKernel, own, unit, CONNECTIONS)),
            above: named(number, above === undefined ? [] : strongestTo(above.kernel, own, unit, CONNECTIONS)),
          },
        };
      }),
    };
  },
};

const rounded = (drives: readonly number[]): Drives => drives.map((drive) => Number(drive.toFixed(DECIMALS))) as Drives;

/** h of the cells of each layer over the training sample, one after the other, as often as it is asked for. */
function outputs(context: EvidenceContext): (() => Generator<Float64Array>)[] {
  const sample = context.training();
  const domain = context.scores.domains.h;
  let first = 0;
  return context.network!.card.architecture.units.map((units) => {
    const from = first;
    first += units;
    return function* () {
      for (let cell = from; cell < from + units; cell++) {
        yield fromBytes(signalOf(sample, cell, 'h'), domain);
      }
    };
  });
}

/** What each layer is given in response to everything that can be read. */
function responsesByLayer(
  { network, scores }: EvidenceContext,
  h: readonly (() => Iterable<Float64Array>)[],
): Responses[] {
  const { inputs, card, parameters } = network!;
  const positions = scores.trainingPositions;
  const below = h.slice(0, -1);
  if (inputs.reads === 'symbols') {
    const read = positions.map((position) => inputs.ids[position]!);
    const contrasts = characterContrasts(read, card.architecture.inputs, LEAST);
    return [
      responses(contrasts, charactersAsGiven(read, card.architecture.inputs, parameters.embedding)),
      ...below.map((layer) => responses(contrasts, layer())),
    ];
  }
  const { features } = inputs;
  const rows = Float32Array.from(positions.flatMap((position) => rowAt(inputs, position)));
  const contrasts = featureContrasts(rows, features);
  // Of the first layer the weights themselves, for one deviation of a feature while the others stand still.
  const alone = contrasts.map((contrast, feature) => {
    if (contrast === null) return null;
    const { deviation } = momentsOf(Float64Array.from(positions, (position) => rowAt(inputs, position)[feature]!));
    return Float64Array.from({ length: features }, (_, k) => (k === feature ? deviation : 0));
  });
  return [alone, ...below.map((layer) => responses(contrasts, layer()))];
}

type NumberInputs = Extract<StepInputs, { reads: 'numbers' }>;

function rowAt({ values, features }: NumberInputs, position: number): number[] {
  return Array.from(values.subarray(position * features, (position + 1) * features));
}

/** What the first layer is given over the steps: a one where a character is read, or what its row of the embedding has. */
function* charactersAsGiven(
  read: readonly number[],
  characters: number,
  embedding: NetworkGallery['parameters']['embedding'],
): Generator<Float64Array> {
  const width = embedding?.columns ?? characters;
  for (let column = 0; column < width; column++) {
    yield Float64Array.from(read, (id) =>
      embedding === undefined ? Number(id === column) : embedding.data[id * width + column]!,
    );
  }
}
