// GRU layers of Keras weights alone, and LSTM layers beside them: as a graph of what names and shapes tell.
import type { CellFunctions } from '../../../lstm/cell.ts';
import type { ForeignGru, ForeignNetwork } from '../../foreign.ts';
import { type Direction, GRUS, type LayeredModel } from '../../graph/model.ts';
import { gruLayers, type LooseModule, looseGraph } from '../../loose-graph.ts';
import { describeLayouts, type Layout, matrix, readLstm } from './arrays.ts';
import { looksLikeGru, readGru } from './gru-arrays.ts';
import { denseFunctions, functionSentences, functionsOf } from './loose-functions.ts';
import { denseBlock, denseLayer, describe, headOf, IDLE, isDense, isEmbedding } from './loose-head.ts';
import { inOrderMade, type LooseLayer, type LooseLayers } from './loose-layers.ts';
import type { NamedArray } from './stored-weights.ts';
import { directionsOf, type WeightsOptions } from './weights-only.ts';

/** Halves, where there are the arrays of two directions. */
function gruDirections(arrays: readonly NamedArray[]): (readonly NamedArray[])[] {
  if (looksLikeGru(arrays)) return [arrays];
  const halves = [arrays.slice(0, arrays.length / 2), arrays.slice(arrays.length / 2)];
  return arrays.length % 2 === 0 && halves.every(looksLikeGru) ? halves : [];
}

const isGru = ({ arrays }: LooseLayer) => gruDirections(arrays).length > 0;
const isLstm = ({ arrays }: LooseLayer) => directionsOf(arrays).length > 0;

/** Whether there are GRU layers that are to be opened: where there are LSTM layers too, only if they are asked for. */
export function opensGrus({ layers }: LooseLayers, { order, assumeStack, layer }: WeightsOptions): boolean {
  const grus = layers.filter(isGru);
  if (grus.length === 0) return false;
  const named = [...(order ?? []), ...(typeof layer === 'string' ? [layer] : [])];
  const isAsked = (name: string) => named.some((one) => name === one || name.endsWith(`/${one}`));
  return assumeStack === true || !layers.some(isLstm) || grus.some(({ name }) => isAsked(name));
}

/**
 * @param version the Keras that wrote the file, where it says so
 * @param format what kind of file it is
 * @throws {InputError} arrays that do not fit each other, an order that cannot be
 */
export function readGruWeights(
  stored: LooseLayers,
  version: string | undefined,
  options: WeightsOptions,
  format: string,
  file: string,
): LayeredModel {
  const layers = stored.layers.filter((layer) => isGru(layer) || isLstm(layer));
  const made = inOrderMade(layers, stored.isListed);
  const functions = functionsOf(layers, version, options);
  const layouts: Layout[] = [];
  const modules = (made ?? layers).map((layer) => moduleOf(layer, functions, layouts, file));
  const rest = stored.layers.filter((layer) => !layers.includes(layer) && !IDLE.test(layer.kind));
  const { embedding, assumed, notes, chain, ...graph } = looseGraph(
    {
      modules,
      source: 'A file of weights alone',
      ordered: made !== undefined,
      file,
      embedding({ inputs }) {
        const found = rest.find(({ name, arrays }) => isEmbedding(name, arrays) && arrays[0]!.shape[1] === inputs);
        return found === undefined ? undefined : { name: found.name, table: matrix(found.arrays[0]!, file) };
      },
      before: ({ inputs }) =>
        rest.filter(({ arrays }) => arrays.some(({ shape }) => shape.at(-1) === inputs)).map(({ name }) => `"${name}"`),
    },
    options,
  );
  const left = rest.filter(({ name }) => name !== embedding?.name);
  const grus = layers.filter(isGru);
  const own = gruLayers(chain);
  const whole = (found: readonly ForeignGru[]): ForeignNetwork => {
    const dense = left.filter(({ arrays }) => isDense(arrays)).map(denseBlock);
    const others = left.filter((layer) => !isDense(layer.arrays) && layer.kind !== 'activation');
    const head = headOf({ width: chain!.at(-1)!.outputs, isUnwired: false, cells: 'GRU' }, dense, others);
    const given = denseFunctions(head.dense, embedding !== undefined, options);
    const upon = head.dense.map(({ name }) => `"${name}"`).join(' and ');
    const reads = `It was assumed that ${upon} ${head.dense.length === 1 ? 'reads' : 'read'} what the last GRU layer gives at every step.`;
    return {
      format,
      layers: [
        ...(embedding === undefined ? [] : [{ kind: 'embedding', ...embedding } as const]),
        ...found,
        ...head.dense.map(({ layer }, index) => denseLayer(layer, given[index]!, file)),
      ],
      ...describeLayouts(layouts),
      stateful: false,
      notes,
      assumed: [
        ...functionSentences(functions, head.dense, given.at(-1), options, version),
        ...variantSentences(grus),
        ...assumed,
        ...(head.dense.length === 0 ? [] : [reads]),
      ],
      ...(head.withoutHead === undefined ? {} : { withoutHead: head.withoutHead }),
    };
  };
  return {
    ...graph,
    format,
    ...describeLayouts(layouts),
    assumed: [...functionSentences(functions, [], undefined, options, version), ...variantSentences(grus), ...assumed],
    notes: [
      ...notes,
      ...(left.length === 0 ? [] : [`What is no LSTM or GRU layer is left out: ${left.map(describe).join(', ')}.`]),
    ],
    why: own === undefined ? whyNotWhole(grus) : GRUS,
    ...(own === undefined ? {} : { whole: whole(own) }),
  };
}

function whyNotWhole(grus: readonly LooseLayer[]): string {
  const names = grus.map(({ name }) => `"${name}"`).join(', ');
  return `${names} ${grus.length === 1 ? 'is a GRU layer' : 'are GRU layers'}, and nothing says that the recurrent layers are one stack of GRU layers.`;
}

/** Two arrays a direction, without a bias, whose number of rows would tell. */
const withoutBias = ({ arrays }: LooseLayer) => gruDirections(arrays).some((direction) => direction.length === 2);

function variantSentences(grus: readonly LooseLayer[]): string[] {
  return grus
    .filter(withoutBias)
    .map(
      ({ name }) =>
        `"${name}" has no bias, which would tell whether it resets before or after the product: after it was assumed, as Keras does since TensorFlow 2.`,
    );
}

function moduleOf(layer: LooseLayer, functions: CellFunctions, layouts: Layout[], file: string): LooseModule {
  const { name, arrays } = layer;
  const ways = isGru(layer) ? gruDirections(arrays) : directionsOf(arrays);
  const directions = ways.map((own, k): Direction => {
    const shared = { backwards: k === 1, ...functions };
    if (isGru(layer)) {
      const { parameters, layout } = readGru(own, own.length === 2, name, file);
      layouts.push(layout);
      return { cell: 'gru', parameters, ...shared };
    }
    const { parameters, layout } = readLstm(own, name, file);
    layouts.push(layout);
    return { parameters, ...shared };
  });
  const outputs = directions.reduce((sum, { parameters }) => sum + parameters.recurrentKernel.rows, 0);
  return { name, inputs: directions[0]!.parameters.kernel.rows, outputs, layers: [directions] };
}
