// `cellarium memory`: how far back a model looks.

import { type Command, Option } from 'commander';
import { cellId } from '../../base/cell-ids.ts';
import { InputError } from '../../base/errors.ts';
import type { PreparationReport } from '../../base/preparation.ts';
import { createProgress } from '../../base/progress.ts';
import type { SeriesOptions } from '../../datasets/series/csv.ts';
import { chooseEngine } from '../../engines/index.ts';
import type { CellTarget } from '../../evidence/memory/influence.ts';
import { writeAtomically } from '../../files/files.ts';
import type { InspectedSequence } from '../../inspect/inspect.ts';
import { defaultLags, measureMemory, stepsToMeasure } from '../../inspect/memory.ts';
import { drawMemory } from '../../inspect/memory-picture.ts';
import { type LossUnit, type MeasuredMemory, memoryJson, viewMemory } from '../../inspect/memory-view.ts';
import { saidAsJson, saidLines } from '../../inspect/said.ts';
import { joinSeries, seriesSequences, textSequence } from '../../inspect/sources.ts';
import { readsNumbers } from '../../lstm/parameters.ts';
import { isGru, recurrentNodes } from '../../models/graph/model.ts';
import type { LayerChoice } from '../../models/layer-names.ts';
import { findLayer, type ImportOptions, notWhole, type OpenedModel, openAny } from '../../models/open.ts';
import { charactersToRead } from '../../trace/streams.ts';
import type { Targets } from '../../trace/targets.ts';
import { measureGruMemory } from '../gru-memory.ts';
import { sourcesOf } from '../layered.ts';
import { addModelArgument, addModelOptions, type ChosenCell, cellName, layerChoice } from '../model-options.ts';
import { addEngineOptions, addExamples, integerWithin, type Placed } from '../options.ts';
import { addSeriesOptions, readSeriesFor } from '../series-options.ts';
import { addTextFileOptions, readTextFor, type TextFileOptions } from '../text-options.ts';

interface MemoryOptions extends Placed, ImportOptions, SeriesOptions, TextFileOptions {
  readonly textFile?: string;
  readonly series?: string;
  readonly lags?: number;
  /** Only the half-lives of this layer's cells. */
  readonly layer?: LayerChoice;
  readonly cell?: ChosenCell;
  readonly json?: true;
  readonly svg?: string;
}

export function define(verb: Command): void {
  addModelArgument(verb)
    .addOption(new Option('--text-file <file>', 'a text file').conflicts('series'))
    .option('--series <file>', 'a CSV file, as for inspect')
    .option(
      '--lags <count>',
      'the largest lag, in steps; 50, or half of a shorter text or series, when left out',
      integerWithin(1),
    )
    .option('--layer <layer>', 'tell the half-lives of this layer alone: its number, from 1, or its name', layerChoice)
    .option('--cell <name>', 'a cell whose memory is explained too, such as 2-139 or encoder-139', cellName)
    .option('--json', 'print JSON instead of tables')
    .option('--svg <file>', 'draw a picture');
  addEngineOptions(addModelOptions(addTextFileOptions(addSeriesOptions(verb)))).action(showMemory);
  addExamples(verb, [
    'memory alice --text-file chapter.txt --svg memory.svg',
    'memory alice --text-file chapter.txt --cell 2-139 --lags 100',
    'memory model.h5 --series data.csv --lags 5 --json',
  ]);
}

/**
 * Prints tables with bars, or JSON as `memoryJson` has it.
 * @throws InputError a model, text or series that is not there, broken, too short, or not for each other; a cell that
 *   the model does not have
 */
async function showMemory(argument: string, options: MemoryOptions): Promise<void> {
  const model = await openAny(argument, options.content, options);
  if ('graph' in model) {
    if (!recurrentNodes(model.graph).some(isGru)) throw notWhole(model, argument);
    const { measured, said, note } = await measureGruMemory(
      model,
      sourcesOf(model, { input: new Map(), ...options }),
      options,
    );
    return tell(measured, { note, json: saidAsJson(said), lines: saidLines(said) }, options);
  }
  const { architecture, parameters, name } = model;
  const layer = options.layer === undefined ? {} : { layer: findLayer(model, options.layer) };
  const cell = options.cell === undefined ? undefined : targetOf(options.cell, model);
  const { sequence, targets, note, notes, preparation } = readSequence(options, model);
  const measure = {
    lags: options.lags ?? defaultLags(sequence.length),
    ...(cell === undefined ? {} : { cell }),
    ...(targets === undefined ? {} : { targets }),
  };
  const engine = await chooseEngine(options);
  let progress = createProgress({
    title: `Reading with ${name}`,
    total: charactersToRead(sequence.length),
    unit: 'steps',
  });
  const found = await measureMemory(
    { engine, architecture, parameters, sequence },
    {
      ...measure,
      read: (steps) => progress.advance(steps),
      measured(steps) {
        if (steps > 0) return progress.advance(steps);
        progress.finish();
        progress = createProgress({ title: `Measuring ${name}`, total: stepsToMeasure(measure), unit: 'steps' });
      },
    },
  ).finally(() => progress.finish());
  const measured: MeasuredMemory = {
    ...{ model: name, steps: sequence.length, ...found },
    ...layer,
    ...(cell === undefined ? {} : { cell: cellId(cell.layer + 1, cell.unit) }),
    lossUnit: lossUnitOf(model, targets),
  };
  const { origin } = model;
  tell(measured, { note, json: saidAsJson(origin, notes, preparation), lines: saidLines(origin, notes) }, options);
}

interface Said {
  /** What follows the count of steps in the title. */
  readonly note: string;
  readonly json: ReturnType<typeof saidAsJson>;
  readonly lines: readonly string[];
}

function tell(measured: MeasuredMemory, said: Said, { json, svg }: MemoryOptions): void {
  if (svg !== undefined) writeAtomically(svg, drawMemory(measured));
  if (json) console.log(memoryJson(measured, said.json));
  else {
    const title = `${measured.model}, over ${measured.steps.toLocaleString('en')} steps${said.note}`;
    console.log(
      [title, ...said.lines, ...viewMemory(measured), ...(svg === undefined ? [] : ['', `picture: ${svg}`])].join('\n'),
    );
  }
}

function lossUnitOf({ architecture }: OpenedModel, targets: Targets | undefined): LossUnit {
  if (targets === undefined) return 'squared difference';
  return readsNumbers(architecture) ? 'squared error' : 'nats';
}

type Read = Pick<InspectedSequence, 'sequence' | 'targets'> & {
  readonly note: string;
  /** What was left out of the file or taken for granted. */
  readonly notes: readonly string[];
  readonly preparation?: PreparationReport;
};

function readSequence(options: MemoryOptions, model: OpenedModel): Read {
  const { textFile, series } = options;
  if (textFile !== undefined) {
    const { text, report, notes } = readTextFor(model, textFile, options);
    const sequence = textSequence(text, model, textFile);
    return { ...sequence, note: '', notes: [...notes, ...(sequence.notes ?? [])], preparation: report };
  }
  if (series === undefined) {
    throw new InputError('There is nothing to read.', {}, 'Give --text-file file.txt or --series data.csv.');
  }
  const file = readSeriesFor(model, series, options);
  const { notes } = file;
  const all = seriesSequences(file, model, series);
  if (all.length === 1) return { ...all[0]!, note: '', notes };
  if (model.stateful) return { ...joinSeries(all, model), note: `, ${all.length} series one after the other`, notes };
  const longest = all.reduce((most, one) => (one.sequence.length > most.sequence.length ? one : most));
  return { ...longest, note: `, the longest of ${all.length} series ("${longest.name}")`, notes };
}

function targetOf({ layer: wanted, unit }: ChosenCell, model: OpenedModel): CellTarget {
  const { architecture, name } = model;
  const layer = typeof wanted === 'number' ? wanted : findLayer(model, wanted);
  const units = architecture.units[layer - 1];
  if (units !== undefined && unit < units) return { layer: layer - 1, unit, signal: 'c' };
  const have = architecture.units
    .map((count, index) => `${cellId(index + 1, 0)} to ${cellId(index + 1, count - 1)}`)
    .join(', ');
  throw new InputError(`"${name}" has no cell ${cellId(layer, unit)}.`, {}, `Its cells are ${have}.`);
}
