// `cellarium inspect`: the six signals of every cell at every time step of a text or of series of numbers.

import { InputError } from '../../base/errors.ts';
import { createProgress } from '../../base/progress.ts';
import { terminalLook } from '../../base/terminal.ts';
import { readSeries } from '../../datasets/series/csv.ts';
import { cleanText } from '../../datasets/text/corpus.ts';
import { chooseEngine, type EngineChoice } from '../../engines/index.ts';
import { readText } from '../../files/files.ts';
import { writeSafetensors } from '../../files/safetensors.ts';
import { type InspectedSequence, inspect, type SelectionOptions, selectCells } from '../../inspect/inspect.ts';
import { seriesSequences, textSequence } from '../../inspect/sources.ts';
import { toCsv, toJson, toTensors } from '../../inspect/values.ts';
import { viewInspection } from '../../inspect/view.ts';
import { type ImportOptions, type OpenedModel, openModel, readsBackwards } from '../../models/open.ts';

export interface InspectOptions extends EngineChoice, SelectionOptions {
  readonly content: string;
  /** A path or an id. */
  readonly model: string;
  readonly reading: ImportOptions;
  /** What to read: one of the three. */
  readonly text?: string;
  readonly textFile?: string;
  readonly series?: string;
  /** Take the text as it is, without cleaning it as a corpus. */
  readonly raw: boolean;
  /** Whether the state is carried from one series to the next; as the model says where left out. */
  readonly carried?: boolean;
  readonly output: 'view' | 'json' | 'csv';
  /** Path of a safetensors file to write instead. */
  readonly safetensors?: string;
}

/**
 * Prints tables and strips, JSON as `toJson` has it, or CSV as `toCsv` has it; or writes tensors as `toTensors` has them.
 * @throws InputError a model, a text or series that is not there, broken, or not for each other
 */
export async function inspectModel(options: InspectOptions): Promise<void> {
  const { content, output, safetensors, ...choice } = options;
  const model = await openModel(options.model, content, options.reading);
  const { architecture, parameters } = model;
  const { sequences, columns } = readSequences(options, model);
  const selection = selectCells(architecture, options);
  const carried = options.carried ?? model.stateful;
  const total = sequences.reduce((sum, { sequence }) => sum + sequence.length, 0);
  const progress = createProgress({ title: `Reading with ${model.name}`, total, unit: 'steps' });
  const engine = await chooseEngine(readsBackwards(architecture) ? { engine: 'reference' } : choice);
  const inspections = await inspect({
    ...{ engine, architecture, parameters, sequences, selection, carried },
    progress: (steps) => progress.advance(steps),
  }).finally(() => progress.finish());

  if (safetensors !== undefined) {
    const { tensors, metadata } = toTensors(inspections, selection, model.name);
    writeSafetensors(safetensors, { tensors, metadata });
    const [first] = [...tensors.values()];
    console.log(`${safetensors}: ${selection.signals.join(' ')}, each [${first!.shape.join(', ')}]`);
  } else if (output === 'json') console.log(toJson(inspections, model.name, carried));
  else if (output === 'csv') for (const line of toCsv(inspections, columns, selection.signals)) console.log(line);
  else {
    const view = { architecture, columns, ...terminalLook() };
    const state = carried ? 'carried from one series to the next' : 'zero at the start of each series';
    const lines = inspections.flatMap((inspection) => ['', ...viewInspection(inspection, view)]);
    console.log([`${model.name} (${model.origin.format}), state ${state}`, ...lines].join('\n'));
  }
}

interface Read {
  readonly sequences: readonly InspectedSequence[];
  /** Names of what is read at a step: `character`, or the features. */
  readonly columns: readonly string[];
}

function readSequences({ text, textFile, series, raw }: InspectOptions, model: OpenedModel): Read {
  const clean = (written: string) => (raw ? written : cleanText(written));
  const ofText = (written: string, name: string) => ({
    sequences: [textSequence(clean(written), model, name)],
    columns: ['character'],
  });
  if (textFile !== undefined) return ofText(readText(textFile), textFile);
  if (text !== undefined && text !== '') return ofText(text, 'the text');
  if (series === undefined) {
    throw new InputError(
      'There is nothing to read.',
      {},
      'Give --text "…", --text-file file.txt or --series data.csv.',
    );
  }
  const file = readSeries(series);
  const sequences = seriesSequences(file, model, series);
  const numbered = Array.from({ length: file.width }, (_, k) => `x${k + 1}`);
  return { sequences, columns: model.features ?? file.features ?? numbered };
}
