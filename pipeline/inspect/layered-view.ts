// The layers of a model that is no plain stack, for a terminal and for other programs.
import { InputError } from '../base/errors.ts';
import type { Signal } from '../base/signals.ts';
import { csvCell, exactly } from '../base/table.ts';
import { layerUnits } from '../models/graph/model.ts';
import type { Inspection, Selection } from './inspect.ts';
import { countUnits, valuesAt } from './inspect.ts';
import type { LayeredInspection, LayeredLayer } from './layered.ts';
import type { Told } from './values.ts';
import { type View, viewInspection } from './view.ts';

/** The lines that show a sequence's reading, each layer with the steps of its own. */
export function viewLayers(
  inspection: LayeredInspection,
  view: Pick<View, 'width' | 'depth' | 'layerNames'>,
): string[] {
  const steps = [...inspection.inputs].map(([name, rows]) => `${rows.length} of "${name}"`).join(', ');
  const isText = [...inspection.inputs.values()].every(([row]) => typeof row?.[0] === 'string');
  return [
    `${isText ? '' : 'series '}${inspection.name}: ${steps}`,
    ...inspection.layers.flatMap((layer) => {
      const { node, columns } = layer;
      const { cellActivation } = node.directions[0]!;
      const units = view.layerNames.map((_, index) => (index === layer.layer ? layerUnits(node) : 0));
      const own: Inspection = { ...asInspection(inspection, [layer]), layers: [layer] };
      const shape = { units, cellActivation };
      return ['', ...viewInspection(own, { ...view, columns, architecture: shape, steps: stepsOf(layer) })];
    }),
  ];
}

/** How a layer's steps are told. */
function stepsOf({ node, steps, columns, skipped = [] }: LayeredLayer): string {
  const count = `${steps} ${steps === 1 ? 'step' : 'steps'}`;
  const left = skipped.filter(Boolean).length;
  const reads = node.givesAsRead ? ', read from the last row to the first' : columns.length === 0 ? ' of its own' : '';
  return `${count}${reads}${left === 0 ? '' : `, of which ${left} are masked and keep c and h as they were`}`;
}

function asInspection({ name }: LayeredInspection, [first]: readonly LayeredLayer[]): Omit<Inspection, 'layers'> {
  const sequence = { length: first!.steps, unit: 'steps', inputs: () => ({}) };
  return { name, inputs: first!.rows, sequence, outputs: undefined };
}

/**
 * As `toJson` of a plain stack has it, but `inputs` are by name, and each layer has its `steps`, which are its own where
 * it has no `follows`, the input whose steps they are; `order` is `backwards` where they are listed as they were read,
 * from the last row to the first; and `masked` are the steps that were skipped, from 1, at which i, f, g and o are null.
 */
export function layersToJson(inspections: readonly LayeredInspection[], { model, carried, said }: Told): string {
  const series = inspections.map(({ name, inputs, layers }) => ({
    name,
    inputs: Object.fromEntries(
      [...inputs].map(([input, rows]) => [
        input,
        rows.map((row) => row.map((value) => (typeof value === 'number' ? exactly(value) : value))),
      ]),
    ),
    layers: layers.map((layer) => {
      const { node, steps, first, last, skipped = [], columns } = layer;
      const masked = skipped.flatMap((isSkipped, t) => (isSkipped ? [t + 1] : []));
      return {
        layer: layer.layer + 1,
        name: node.name,
        units: [first, last],
        steps,
        ...(columns.length === 0 || node.follows === undefined ? {} : { follows: node.follows.input }),
        ...(node.follows?.reversed || node.givesAsRead ? { order: 'backwards' } : {}),
        ...(masked.length === 0 ? {} : { masked }),
        signals: Object.fromEntries(
          [...layer.signals].map(([signal, values]) => [signal, rowsOf(layer, signal, values)]),
        ),
      };
    }),
  }));
  return JSON.stringify({ format: 1, model, state: carried ? 'carried' : 'reset', ...said, series });
}

const isOfStep = (signal: Signal) => signal !== 'c' && signal !== 'h';

function rowsOf(layer: LayeredLayer, signal: Signal, values: Float32Array): (number | null)[][] {
  const width = countUnits(layer);
  return Array.from({ length: layer.steps }, (_, t) => {
    const row = values.subarray(t * width, (t + 1) * width);
    return layer.skipped?.[t] && isOfStep(signal) ? Array.from(row, () => null) : Array.from(row, exactly);
  });
}

/** A line a step and cell, as `toCsv` has them; empty cells where a layer's steps are not an input's, and of gates where one is masked. */
export function* layersToCsv(inspections: readonly LayeredInspection[], signals: readonly Signal[]): Generator<string> {
  const columns = [...new Set(inspections.flatMap(({ layers }) => layers.flatMap((layer) => layer.columns)))];
  yield ['series', 'step', ...columns, 'layer', 'unit', ...signals].map(csvCell).join(',');
  for (const { name, layers } of inspections) {
    for (const layer of layers) {
      for (let t = 0; t < layer.steps; t++) {
        const read = columns.map((column) => layer.rows[t]![layer.columns.indexOf(column)] ?? '');
        const before = [name, t + 1, ...read].map(csvCell).join(',');
        for (let unit = layer.first; unit <= layer.last; unit++) {
          const values = valuesAt(layer, t, unit).map((value, k) =>
            layer.skipped?.[t] && isOfStep(signals[k]!) ? '' : exactly(value),
          );
          yield [before, layer.layer + 1, unit, ...values].join(',');
        }
      }
    }
  }
}

/**
 * The same as inspections of a plain stack, for what takes all layers over the same steps.
 * @throws InputError layers of different steps
 */
export function overSameSteps(inspections: readonly LayeredInspection[], signals: readonly Signal[]) {
  const [first] = inspections;
  const layers = first!.layers.map((layer) => ({ layer: layer.layer, first: layer.first, last: layer.last }));
  const selection: Selection = { layers, signals };
  const plain = inspections.map((inspection): Inspection => {
    const [own, ...others] = inspection.layers;
    const other = others.find(({ steps }) => steps !== own!.steps);
    if (other === undefined) return { ...asInspection(inspection, inspection.layers), layers: inspection.layers };
    throw new InputError(
      `"${own!.node.name}" has ${own!.steps} steps and "${other.node.name}" ${other.steps}, which is no one tensor.`,
      {},
      `Choose one with --layer, or take --json or --csv.`,
    );
  });
  const masked = inspections.flatMap(({ layers: all }) =>
    all.flatMap(({ skipped = [] }) => skipped.flatMap((is, t) => (is ? [t + 1] : []))),
  );
  return { plain, selection, masked: [...new Set(masked)] };
}
