// The options that say how a file of series is to be read, and its notes for whoever reads what comes of it.
import { type Command, Option } from 'commander';
import { readSeries, type SeriesFile, type SeriesOptions } from '../datasets/series/csv.ts';
import { DELIMITERS } from '../datasets/series/dialect.ts';
import type { OpenedModel } from '../models/open.ts';
import { namesOf } from './model-options.ts';

/** What {@link SeriesOptions} is, for a verb with `--series`. */
export function addSeriesOptions(verb: Command): Command {
  return verb
    .option('--columns <names>', 'the columns of the CSV file to read, by name or by number from 1', namesOf)
    .addOption(
      new Option('--delimiter <mark>', 'what parts its cells, where that is open').choices(Object.keys(DELIMITERS)),
    )
    .addOption(new Option('--decimal <mark>', 'what marks its decimals, where that is open').choices(['.', ',']))
    .addOption(
      new Option('--header <is>', 'whether its first row is a header, where that is open').choices(['yes', 'no']),
    );
}

/** @throws InputError what `readSeries` throws */
export function readSeriesFor(model: OpenedModel, path: string, options: SeriesOptions): SeriesFile {
  const { architecture, features } = model;
  return readSeries(path, options, { inputs: architecture.inputs, ...(features === undefined ? {} : { features }) });
}
