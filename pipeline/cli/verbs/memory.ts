// `cellarium memory`: how far back a model looks.

import { InputError } from '../../base/errors.ts';
import { createProgress } from '../../base/progress.ts';
import { readSeries } from '../../datasets/series/csv.ts';
import { cleanText } from '../../datasets/text/corpus.ts';
import { chooseEngine, type EngineChoice } from '../../engines/index.ts';
import type { CellTarget } from '../../evidence/memory/influence.ts';
import { readText, writeAtomically } from '../../files/files.ts';
import type { InspectedSequence } from '../../inspect/inspect.ts';
import { defaultLags, measureMemory, stepsToRead } from '../../inspect/memory.ts';
import { drawMemory } from '../../inspect/memory-picture.ts';
import { type LossUnit, type MeasuredMemory, memoryJson, viewMemory } from '../../inspect/memory-view.ts';
import { joinSeries, seriesSequences, textSequence } from '../../inspect/sources.ts';
import { type ImportOptions, type OpenedModel, openModel } from '../../models/open.ts';
import type { Targets } from '../../trace/targets.ts';

export interface MemoryOptions extends EngineChoice {
  readonly content: string;
  /** A path or an id. */
  readonly model: string;
  readonly reading: ImportOptions;
  /** What to read: a text file, or a CSV file. */
  readonly textFile?: string;
  readonly series?: string;
  /** Take the text as it is, without cleaning it as a corpus. */
  readonly raw: boolean;
  /** The largest lag; half of what there is to read, at most 50, where left out. */
  readonly lags?: number;
  /** A cell whose memory c is explained too; layer from 1. */
  readonly cell?: { readonly layer: number; readonly unit: number };
  readonly json: boolean;
  /** Path of a picture to write. */
  readonly svg?: string;
}

/**
 * Prints tables with bars, or JSON as `memoryJson` has it.
 * @throws InputError a model, text or series that is not there, broken, too short, or not for each other; a cell that
 *   the model does not have
 */
export async function showMemory(options: MemoryOptions): Promise<void> {
  const { content, json, svg, ...choice } = options;
  const model = await openModel(options.model, content, options.reading);
  const { architecture, parameters, name } = model;
  const { sequence, targets, note } = readSequence(options, model);
  const measure = {
    lags: options.lags ?? defaultLags(sequence.length),
    ...(options.cell === undefined ? {} : { cell: targetOf(options.cell, model) }),
    ...(targets === undefined ? {} : { targets }),
  };
  const engine = await chooseEngine(choice);
  const total = stepsToRead(sequence.length, measure);
  const progress = createProgress({ title: `Measuring ${name}`, total, unit: 'steps' });
  const found = await measureMemory(
    { engine, architecture, parameters, sequence },
    { ...measure, progress: (steps) => progress.advance(steps) },
  ).finally(() => progress.finish());
  const measured: MeasuredMemory = {
    ...{ model: name, steps: sequence.length, ...found },
    ...(options.cell === undefined ? {} : { cell: `${options.cell.layer}-${options.cell.unit}` }),
    lossUnit: lossUnitOf(model, targets),
  };
  if (svg !== undefined) writeAtomically(svg, drawMemory(measured));
  if (json) console.log(memoryJson(measured));
  else {
    const title = `${name}, over ${sequence.length.toLocaleString('en')} steps${note}`;
    console.log([title, ...viewMemory(measured), ...(svg === undefined ? [] : ['', `picture: ${svg}`])].join('\n'));
  }
}

function lossUnitOf({ architecture }: OpenedModel, targets: Targets | undefined): LossUnit {
  if (targets === undefined) return 'squared difference';
  return architecture.reads === 'numbers' ? 'squared error' : 'nats';
}

type Read = Pick<InspectedSequence, 'sequence' | 'targets'> & { readonly note: string };

function readSequence({ textFile, series, raw }: MemoryOptions, model: OpenedModel): Read {
  if (textFile !== undefined) {
    const written = readText(textFile);
    return { ...textSequence(raw ? written : cleanText(written), model, textFile), note: '' };
  }
  if (series === undefined) {
    throw new InputError('There is nothing to read.', {}, 'Give --text-file file.txt or --series data.csv.');
  }
  const all = seriesSequences(readSeries(series), model, series);
  if (all.length === 1) return { ...all[0]!, note: '' };
  if (model.stateful) return { ...joinSeries(all, model), note: `, ${all.length} series one after the other` };
  const longest = all.reduce((most, one) => (one.sequence.length > most.sequence.length ? one : most));
  return { ...longest, note: `, the longest of ${all.length} series ("${longest.name}")` };
}

function targetOf({ layer, unit }: { layer: number; unit: number }, { architecture, name }: OpenedModel): CellTarget {
  const units = architecture.units[layer - 1];
  if (units !== undefined && unit < units) return { layer: layer - 1, unit, signal: 'c' };
  const have = architecture.units.map((count, index) => `${index + 1}-0 to ${index + 1}-${count - 1}`).join(', ');
  throw new InputError(`"${name}" has no cell ${layer}-${unit}.`, {}, `Its cells are ${have}.`);
}
