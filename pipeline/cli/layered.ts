// How `inspect` and `trace` show a model that is no plain stack: its layers of LSTM and GRU cells, each over
// the steps of its own.
import { InputError } from '../base/errors.ts';
import { createProgress } from '../base/progress.ts';
import { KNOWN_SIGNALS, type Signal } from '../base/signals.ts';
import { terminalLook } from '../base/terminal.ts';
import { readSeries, type SeriesOptions } from '../datasets/series/csv.ts';
import { chooseEngine, type EngineChoice } from '../engines/index.ts';
import { writeSafetensors } from '../files/safetensors.ts';
import type { UnitRange } from '../inspect/inspect.ts';
import { inspectLayers, type LayeredInspection } from '../inspect/layered.ts';
import { type Feeding, feed, type Source, type Sources } from '../inspect/layered-inputs.ts';
import { layersToCsv, layersToJson, overSameSteps, viewLayers } from '../inspect/layered-view.ts';
import { saidAsJson, saidLines } from '../inspect/said.ts';
import { toTensors } from '../inspect/values.ts';
import { isGru, signalsOfNode } from '../models/graph/model.ts';
import type { LayerChoice } from '../models/layer-names.ts';
import type { OpenedLayers } from '../models/open.ts';
import { prepareFor, readTextFor, type TextFileOptions, type TextForModel } from './text-options.ts';

export interface LayeredOptions extends EngineChoice, SeriesOptions, TextFileOptions {
  readonly input: ReadonlyMap<string, string>;
  readonly text?: string;
  readonly textFile?: string;
  readonly series?: string;
  readonly layer?: LayerChoice;
  readonly unit?: UnitRange;
  readonly signal?: readonly Signal[];
  readonly stateful?: true;
  readonly reset?: true;
  readonly json?: true;
  readonly csv?: true;
  readonly safetensors?: string;
}

/**
 * Reads what is given, and all that is to be said of it.
 * @throws InputError as `feed` and `inspectLayers` do
 */
async function readLayers(model: OpenedLayers, options: LayeredOptions) {
  const feeding = feed(model, sourcesOf(model, options), options.layer);
  const total = Math.max(
    ...feeding.inputs.map(({ sequences }) => sequences.reduce((sum, { rows }) => sum + rows.length, 0)),
  );
  const progress = createProgress({ title: `Reading with ${model.name}`, total, unit: 'steps' });
  const engine = await chooseEngine(options);
  const { stateful, reset, unit, signal } = options;
  const inspections = await inspectLayers({
    ...{ engine, model, feeding },
    ...(unit === undefined ? {} : { unit }),
    ...(signal === undefined ? {} : { signal }),
    ...(stateful || reset ? { carried: stateful === true } : {}),
    progress: (steps) => progress.advance(steps),
  }).finally(() => progress.finish());
  const carried = stateful || reset ? stateful === true : feeding.layers.some(({ node }) => node.stateful);
  return {
    inspections,
    carried,
    said: {
      assumed: model.graph.assumed ?? [],
      notes: [...model.graph.notes, ...feeding.notes, ...withoutSignals(inspections, feeding)],
    },
    signals: KNOWN_SIGNALS.filter((name) => inspections[0]!.layers.some(({ signals }) => signals.has(name))),
  };
}

/** Layers that have none of the signals that are asked for. */
function withoutSignals([first]: readonly LayeredInspection[], { layers }: Feeding): string[] {
  const left = layers.filter(({ node }) => !first!.layers.some((shown) => shown.node === node));
  return left.map(({ number, node }) => {
    const cells = isGru(node) ? 'GRU' : 'LSTM';
    return `Layer ${number} ("${node.name}") is left out: it has ${cells} cells, whose signals are ${signalsOfNode(node).join(' ')}.`;
  });
}

/** Prints as `inspect` does; see there. */
export async function inspectLayered(model: OpenedLayers, options: LayeredOptions): Promise<void> {
  const { inspections, carried, said, signals } = await readLayers(model, options);
  const { name, layerNames, graph } = model;
  if (options.safetensors !== undefined) {
    writeTensors(options.safetensors, model, inspections, said, signals);
  } else if (options.json) {
    console.log(layersToJson(inspections, { model: name, carried, layerNames, said: saidAsJson(said) }));
  } else if (options.csv) {
    const lines = saidLines(said);
    if (lines.length > 0) console.error(lines.join('\n'));
    for (const line of layersToCsv(inspections, signals)) console.log(line);
  } else {
    const state = carried ? 'carried from one series to the next' : 'zero at the start of each series';
    const view = { layerNames, ...terminalLook() };
    const lines = inspections.flatMap((inspection) => ['', ...viewLayers(inspection, view)]);
    console.log([`${name} (${graph.format}), state ${state}`, ...saidLines(said), ...lines].join('\n'));
  }
}

/**
 * Writes the signals of the layers whose steps are those of what was read, one for one, as `trace` does.
 * @throws InputError where there is no such layer
 */
export async function traceLayered(
  model: OpenedLayers,
  options: LayeredOptions & { readonly out: string },
): Promise<void> {
  const { inspections, said, signals } = await readLayers(model, options);
  const isAligned = ({ columns, node }: LayeredInspection['layers'][number]) =>
    columns.length > 0 && node.follows?.reversed !== true;
  const left = inspections[0]!.layers.filter((layer) => !isAligned(layer));
  const aligned = inspections.map((one) => ({ ...one, layers: one.layers.filter(isAligned) }));
  if (aligned[0]!.layers.length === 0) {
    throw new InputError(
      `None of its layers has a step for each step that is read: ${left.map(({ node }) => `"${node.name}"`).join(', ')}.`,
      {},
      'Write what they do with `cellarium inspect --safetensors`.',
    );
  }
  const notes = left.map(({ node }) => `"${node.name}" is left out: its steps are not those of what is read.`);
  writeTensors(options.out, model, aligned, { ...said, notes: [...said.notes, ...notes] }, signals);
}

function writeTensors(
  file: string,
  model: OpenedLayers,
  inspections: readonly LayeredInspection[],
  said: { readonly assumed: readonly string[]; readonly notes: readonly string[] },
  signals: readonly Signal[],
): void {
  const { plain, selection, masked } = overSameSteps(inspections, signals);
  const { tensors, metadata } = toTensors(plain, selection, model.name, said.assumed);
  const layers = JSON.stringify(selection.layers.map(({ layer }) => model.layerNames[layer]));
  const steps = masked.length === 0 ? {} : { masked: JSON.stringify(masked) };
  writeSafetensors(file, { tensors, metadata: { ...metadata, layers, ...steps } });
  const shapes = new Set([...tensors.values()].map(({ shape }) => shape.join(', ')));
  const ofShape = (shape: string) =>
    [...tensors].flatMap(([name, one]) => (one.shape.join(', ') === shape ? [name] : []));
  const written = [...shapes].map((shape) => `${ofShape(shape).join(' ')}, each [${shape}]`);
  console.log([`${file}: ${written.join('; ')}`, ...saidLines(said)].join('\n'));
}

/** What is given, as the inputs that it is for take it. */
export function sourcesOf(
  model: OpenedLayers,
  options: Pick<LayeredOptions, 'input' | 'text' | 'textFile' | 'series'> & SeriesOptions & TextFileOptions,
): Sources {
  const { input, text, textFile, series } = options;
  const ofText = ({ text: read, notes }: TextForModel, name: string): Source => {
    return { kind: 'text', name, text: read, notes };
  };
  const ofTextFile = (file: string) => ofText(readTextFor(model, file, options), file);
  const ofSeries = (file: string): Source => {
    const { features } = model;
    const reads = (inputs: number) => ({ inputs, ...(features?.length === inputs ? { features } : {}) });
    return { kind: 'series', name: file, read: (width) => readSeries(file, options, reads(width)) };
  };
  /** A text where characters are read whose names are known, unless the file is a CSV file by its name. */
  const ofFile = (file: string): Source =>
    model.vocabulary.length > 0 && !/\.(csv|tsv)$/i.test(file) ? ofTextFile(file) : ofSeries(file);
  const named = new Map([...input].map(([name, file]) => [name, ofFile(file)]));
  if (textFile !== undefined) return { named, other: ofTextFile(textFile) };
  if (text !== undefined && text !== '') return { named, other: ofText(prepareFor(model, text, options), 'the text') };
  return series === undefined ? { named } : { named, other: ofSeries(series) };
}
