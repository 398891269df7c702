// `cellarium inspect`: the six signals of every cell at every time step of a text or of series of numbers.
import { type Command, Option } from 'commander';
import { InputError } from '../../base/errors.ts';
import type { PreparationReport } from '../../base/preparation.ts';
import { createProgress } from '../../base/progress.ts';
import { terminalLook } from '../../base/terminal.ts';
import type { SeriesOptions } from '../../datasets/series/csv.ts';
import { chooseEngine } from '../../engines/index.ts';
import { writeSafetensors } from '../../files/safetensors.ts';
import { type InspectedSequence, inspect, type SelectionOptions, selectCells } from '../../inspect/inspect.ts';
import { saidAsJson, saidLines } from '../../inspect/said.ts';
import { seriesSequences, textSequence } from '../../inspect/sources.ts';
import { toCsv, toJson, toTensors } from '../../inspect/values.ts';
import { viewInspection } from '../../inspect/view.ts';
import type { LayerChoice } from '../../models/layer-names.ts';
import { findLayer, type ImportOptions, type OpenedModel, openAny, readsBackwards } from '../../models/open.ts';
import { inspectLayered } from '../layered.ts';
import { addModelArgument, addModelOptions, addSelectionOptions, inputOption } from '../model-options.ts';
import { addEngineOptions, addExamples, type Placed } from '../options.ts';
import { addSeriesOptions, readSeriesFor } from '../series-options.ts';
import {
  addTextFileOptions,
  prepareFor,
  readTextFor,
  type TextFileOptions,
  type TextForModel,
} from '../text-options.ts';

export interface InspectOptions
  extends Placed,
    ImportOptions,
    Omit<SelectionOptions, 'layer'>,
    SeriesOptions,
    TextFileOptions {
  /** Files by the names of the inputs that they are for. */
  readonly input: ReadonlyMap<string, string>;
  readonly layer?: LayerChoice;
  readonly text?: string;
  readonly textFile?: string;
  readonly series?: string;
  readonly stateful?: true;
  readonly reset?: true;
  readonly json?: true;
  readonly csv?: true;
  readonly safetensors?: string;
}

export function define(verb: Command): void {
  addModelArgument(verb)
    .addOption(new Option('--text <text>', 'what it reads').conflicts(['textFile', 'series']))
    .addOption(new Option('--text-file <file>', 'a text file').conflicts(['series']))
    .option(
      '--series <file>',
      'a CSV file: a row a step, a column a feature; an empty line, or the column "series", separates series',
    )
    .addOption(inputOption())
    .addOption(new Option('--stateful', 'carry the state from one series to the next').conflicts('reset'))
    .option('--reset', 'start each series from a state of zeros; by default the model decides');
  addSelectionOptions(addSeriesOptions(verb))
    .addOption(new Option('--json', 'print JSON instead of tables').conflicts(['csv', 'safetensors']))
    .addOption(new Option('--csv', 'print CSV: a line for each step and cell').conflicts('safetensors'))
    .option('--safetensors <file>', 'write a tensor for each signal, [steps, cells]');
  addEngineOptions(addModelOptions(addTextFileOptions(verb))).action(inspectModel);
  addExamples(verb, [
    'inspect alice --text "“Oh!” said Alice" --layer 2 --unit 139',
    'inspect model.h5 --series data.csv',
    'inspect model.h5 --series data.csv --signal f,c --csv > cells.csv',
    'inspect alice --text-file chapter.txt --unit 0-99 --safetensors cells.safetensors',
  ]);
}

/**
 * Prints tables and strips, JSON as `toJson` has it, or CSV as `toCsv` has it; or writes tensors as `toTensors` has them.
 * @throws InputError a model, a text or series that is not there, broken, or not for each other
 */
async function inspectModel(argument: string, options: InspectOptions): Promise<void> {
  const { safetensors } = options;
  const model = await openAny(argument, options.content, options);
  if ('graph' in model) return inspectLayered(model, options);
  if (options.input.size > 0) throw onlyInput(model, options.input);
  const { architecture, parameters } = model;
  const { sequences, columns, notes, preparation } = readSequences(options, model);
  const { layer, ...rest } = options;
  const selection = selectCells(architecture, layer === undefined ? rest : { ...rest, layer: findLayer(model, layer) });
  const carried = options.stateful || options.reset ? options.stateful === true : model.stateful;
  const total = sequences.reduce((sum, { sequence }) => sum + sequence.length, 0);
  const progress = createProgress({ title: `Reading with ${model.name}`, total, unit: 'steps' });
  const engine = await chooseEngine(readsBackwards(architecture) ? { engine: 'reference' } : options);
  const inspections = await inspect({
    ...{ engine, architecture, parameters, sequences, selection, carried },
    progress: (steps) => progress.advance(steps),
  }).finally(() => progress.finish());

  const said = saidLines(model.origin, notes);
  if (safetensors !== undefined) {
    const { tensors, metadata } = toTensors(inspections, selection, model.name, model.origin.assumed ?? []);
    writeSafetensors(safetensors, { tensors, metadata });
    const [first] = [...tensors.values()];
    console.log(
      [`${safetensors}: ${selection.signals.join(' ')}, each [${first!.shape.join(', ')}]`, ...said].join('\n'),
    );
  } else if (options.json)
    console.log(
      toJson(inspections, {
        model: model.name,
        carried,
        layerNames: model.layerNames,
        said: saidAsJson(model.origin, notes, preparation),
      }),
    );
  else if (options.csv) {
    // Beside the table, which other programs read.
    if (said.length > 0) console.error(said.join('\n'));
    for (const line of toCsv(inspections, columns, selection.signals)) console.log(line);
  } else {
    const view = { architecture, layerNames: model.layerNames, columns, ...terminalLook() };
    const state = carried ? 'carried from one series to the next' : 'zero at the start of each series';
    const lines = inspections.flatMap((inspection) => ['', ...viewInspection(inspection, view)]);
    console.log([`${model.name} (${model.origin.format}), state ${state}`, ...said, ...lines].join('\n'));
  }
}

function onlyInput({ name }: OpenedModel, input: ReadonlyMap<string, string>): InputError {
  const [first] = input.values();
  return new InputError(`"${name}" has one input, which needs no name.`, {}, `Give --series ${first}, or --text-file.`);
}

interface Read {
  readonly sequences: readonly InspectedSequence[];
  /** Names of what is read at a step: `character`, or the features. */
  readonly columns: readonly string[];
  /** What was left out or taken for granted. */
  readonly notes: readonly string[];
  /** Of a text. */
  readonly preparation?: PreparationReport;
}

function readSequences(options: InspectOptions, model: OpenedModel): Read {
  const { text, textFile, series } = options;
  const ofText = ({ text: read, report, notes }: TextForModel, name: string) => {
    const sequence = textSequence(read, model, name);
    return {
      sequences: [sequence],
      columns: [model.tokeniser === undefined ? 'character' : 'token'],
      notes: [...notes, ...(sequence.notes ?? [])],
      preparation: report,
    };
  };
  if (textFile !== undefined) return ofText(readTextFor(model, textFile, options), textFile);
  if (text !== undefined && text !== '') return ofText(prepareFor(model, text, options), 'the text');
  if (series === undefined) {
    throw new InputError(
      'There is nothing to read.',
      {},
      'Give --text "…", --text-file file.txt or --series data.csv.',
    );
  }
  const file = readSeriesFor(model, series, options);
  const sequences = seriesSequences(file, model, series);
  const numbered = Array.from({ length: file.width }, (_, k) => `x${k + 1}`);
  return { sequences, columns: model.features ?? file.features ?? numbered, notes: file.notes };
}
