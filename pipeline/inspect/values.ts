// The signals of an inspection as other programs read them: JSON, CSV, or tensors.

import type { Signal } from '../base/signals.ts';
import { csvCell, exactly } from '../base/table.ts';
import type { Tensor } from '../files/safetensors.ts';
import { cellNames, countUnits, type Inspection, type Selection, valuesAt } from './inspect.ts';

/**
 * The whole as JSON: `{format, model, state, notes, series: [{name, inputs, layers, outputs}]}`, where `inputs` is what was
 * read, a list a step; each of `layers` is `{layer, units: [first, last], signals}` with `signals` by name, each a list
 * of time steps, each a list of units; and `outputs` is the network's output at each step, where it has one.
 */
export function toJson(
  inspections: readonly Inspection[],
  model: string,
  carried: boolean,
  notes: readonly string[] = [],
): string {
  const series = inspections.map(({ name, inputs, layers, outputs }) => ({
    name,
    inputs: inputs.map((row) => row.map((input) => (typeof input === 'number' ? exactly(input) : input))),
    layers: layers.map((layer) => ({
      layer: layer.layer + 1,
      units: [layer.first, layer.last],
      signals: Object.fromEntries(
        [...layer.signals].map(([signal, values]) => [signal, rowsOf(values, countUnits(layer))]),
      ),
    })),
    ...(outputs === undefined ? {} : { outputs: rowsOf(outputs, outputs.length / inputs.length) }),
  }));
  const noted = notes.length === 0 ? {} : { notes };
  return JSON.stringify({ format: 1, model, state: carried ? 'carried' : 'reset', ...noted, series });
}

function rowsOf(values: Float32Array, width: number): number[][] {
  return Array.from({ length: values.length / width }, (_, t) =>
    Array.from(values.subarray(t * width, (t + 1) * width), exactly),
  );
}

/**
 * The lines of a CSV file, a line a step and cell: the series, the step from 1, what was read, layer and unit, and a
 * column for each signal.
 * @param columns names of what is read: `character`, or the features
 */
export function* toCsv(
  inspections: readonly Inspection[],
  columns: readonly string[],
  signals: readonly Signal[],
): Generator<string> {
  yield ['series', 'step', ...columns, 'layer', 'unit', ...signals].map(csvCell).join(',');
  for (const { name, inputs, layers } of inspections) {
    for (const [t, row] of inputs.entries()) {
      const before = [name, t + 1, ...row].map(csvCell).join(',');
      for (const layer of layers) {
        for (let unit = layer.first; unit <= layer.last; unit++) {
          yield [before, layer.layer + 1, unit, ...valuesAt(layer, t, unit).map(exactly)].join(',');
        }
      }
    }
  }
}

/**
 * A tensor a signal, [steps of all series, selected cells of all layers], as `cellarium trace` writes them.
 * @returns the tensors, and metadata: `units`, the cells' names; `series`, name and steps of each; the `text`, if any
 */
export function toTensors(inspections: readonly Inspection[], selection: Selection, model: string) {
  const names = cellNames(selection);
  const steps = inspections.reduce((sum, { inputs }) => sum + inputs.length, 0);
  const tensors = new Map<string, Tensor>(
    selection.signals.map((signal) => {
      const data = new Float32Array(steps * names.length);
      let start = 0;
      for (const { layers, inputs } of inspections) {
        let column = 0;
        for (const layer of layers) {
          const count = countUnits(layer);
          const values = layer.signals.get(signal)!;
          inputs.forEach((_, t) => {
            const row = values.subarray(t * count, (t + 1) * count);
            data.set(row, (start + t) * names.length + column);
          });
          column += count;
        }
        start += inputs.length;
      }
      return [signal, { shape: [steps, names.length], data }];
    }),
  );
  const series = inspections.map(({ name, inputs }) => ({ name, steps: inputs.length }));
  const read = inspections.flatMap(({ inputs }) => inputs.flat());
  const text = read.every((input) => typeof input === 'string') ? { text: read.join('') } : {};
  const metadata = { ...text, units: JSON.stringify(names), series: JSON.stringify(series), model };
  return { tensors, metadata };
}
