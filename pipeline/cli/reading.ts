// The verbs that look at what a model does with a text or a series.
import { type Command, Option } from 'commander';
import type { ImportOptions } from '../models/open.ts';
import { addModelOptions, addSelectionOptions, cellName, MODEL_ARGUMENT, type Selecting } from './model-options.ts';
import {
  addVerb,
  contentOption,
  deviceOption,
  engineOption,
  integerWithin,
  type Placed,
  threadsOption,
} from './options.ts';

const addEngineOptions = (command: Command): Command =>
  command.addOption(engineOption()).addOption(deviceOption()).addOption(threadsOption());

export function addReadingVerbs(program: Command): void {
  addEvaluate(program);
  addInspect(program);
  addMemory(program);
  addTrace(program);
}

interface EvaluateOptions extends Placed, ImportOptions {
  readonly text: string;
  readonly skipUnknown?: true;
  readonly raw?: true;
  readonly json?: true;
}

function addEvaluate(program: Command): void {
  const verb = addVerb(program, 'evaluate', 'Measure how well a model foretells a text: its loss a character.', [
    'evaluate alice --text chapter.txt',
    'evaluate model.safetensors --vocabulary characters.json --text chapter.txt --skip-unknown --json',
  ])
    .argument(...MODEL_ARGUMENT)
    .addOption(contentOption())
    .requiredOption('--text <file>', 'a text file in UTF-8')
    .option('--skip-unknown', 'leave characters out that the model does not know')
    .option('--raw', 'read the text as it is, without cleaning it as a corpus')
    .option('--json', 'print JSON');
  addEngineOptions(addModelOptions(verb)).action(async (model: string, options: EvaluateOptions) => {
    const { evaluateModel } = await import('./verbs/evaluate.ts');
    const { skipUnknown = false, raw = false, json = false } = options;
    await evaluateModel({ ...options, model, reading: options, skipUnknown, raw, json });
  });
}

interface InspectOptions extends Placed, ImportOptions, Selecting {
  readonly text?: string;
  readonly textFile?: string;
  readonly series?: string;
  readonly raw?: true;
  readonly stateful?: true;
  readonly reset?: true;
  readonly json?: true;
  readonly csv?: true;
  readonly safetensors?: string;
}

function addInspect(program: Command): void {
  const verb = addVerb(
    program,
    'inspect',
    'Show input, forget and output gate, candidate, memory and output of every cell at each time step.',
    [
      'inspect alice --text "“Oh!” said Alice" --layer 2 --unit 139',
      'inspect model.h5 --series data.csv',
      'inspect model.h5 --series data.csv --signal f,c --csv > cells.csv',
      'inspect alice --text-file chapter.txt --unit 0-99 --safetensors cells.safetensors',
    ],
  )
    .argument(...MODEL_ARGUMENT)
    .addOption(contentOption())
    .addOption(new Option('--text <text>', 'what it reads').conflicts(['textFile', 'series']))
    .addOption(new Option('--text-file <file>', 'a text file in UTF-8').conflicts(['series']))
    .option(
      '--series <file>',
      'a CSV file: a row a step, a column a feature; an empty line, or the column "series", parts series',
    )
    .option('--raw', 'read the text as it is, without cleaning it as a corpus')
    .addOption(new Option('--stateful', 'carry the state from one series to the next').conflicts('reset'))
    .option('--reset', 'begin each series from nothing; the default is what the model says');
  addSelectionOptions(verb)
    .addOption(new Option('--json', 'print JSON instead of tables').conflicts(['csv', 'safetensors']))
    .addOption(new Option('--csv', 'print CSV: a line a step and cell').conflicts('safetensors'))
    .option('--safetensors <file>', 'write tensors, a signal each, [steps, cells]');
  addEngineOptions(addModelOptions(verb)).action(async (model: string, options: InspectOptions) => {
    const { inspectModel } = await import('./verbs/inspect.ts');
    const { raw = false, stateful, reset, unit, signal, json, csv, ...rest } = options;
    await inspectModel({
      ...rest,
      ...{ model, reading: options, raw },
      ...(unit === undefined ? {} : { units: unit }),
      ...(signal === undefined ? {} : { signals: signal }),
      ...(stateful || reset ? { carried: stateful === true } : {}),
      output: json ? 'json' : csv ? 'csv' : 'view',
    });
  });
}

interface MemoryOptions extends Placed, ImportOptions {
  readonly textFile?: string;
  readonly series?: string;
  readonly raw?: true;
  readonly lags?: number;
  readonly cell?: { layer: number; unit: number };
  readonly json?: true;
  readonly svg?: string;
}

function addMemory(program: Command): void {
  const verb = addVerb(
    program,
    'memory',
    'Measure how far back a model looks: by gradients, by cutting off, by its forget gates.',
    [
      'memory alice --text-file chapter.txt --svg memory.svg',
      'memory alice --text-file chapter.txt --cell 2-139 --lags 100',
      'memory model.h5 --series data.csv --lags 5 --json',
    ],
  )
    .argument(...MODEL_ARGUMENT)
    .addOption(contentOption())
    .addOption(new Option('--text-file <file>', 'a text file in UTF-8').conflicts('series'))
    .option('--series <file>', 'a CSV file, as for inspect')
    .option('--raw', 'read the text as it is, without cleaning it as a corpus')
    .option(
      '--lags <count>',
      'the largest lag, in steps; 50, or half of a shorter text or series, when left out',
      integerWithin(1),
    )
    .option('--cell <name>', 'a cell whose memory is explained too, as in 2-139', cellName)
    .option('--json', 'print JSON instead of tables')
    .option('--svg <file>', 'draw a picture');
  addEngineOptions(addModelOptions(verb)).action(async (model: string, options: MemoryOptions) => {
    const { showMemory } = await import('./verbs/memory.ts');
    const { raw = false, json = false } = options;
    await showMemory({ ...options, model, reading: options, raw, json });
  });
}

interface TraceOptions extends Placed, ImportOptions {
  readonly out: string;
}

function addTrace(program: Command): void {
  const verb = addVerb(program, 'trace', 'Write all six signals of every cell over a text to a safetensors file.', [
    'trace alice chapter.txt',
    'trace alice chapter.txt --out chapter.safetensors',
  ])
    .argument(...MODEL_ARGUMENT)
    .argument('<text>', 'a text file in UTF-8')
    .addOption(contentOption())
    .option('-o, --out <file>', 'where to write the tensors i f g o c h, [characters, units]', 'trace.safetensors');
  addEngineOptions(addModelOptions(verb)).action(async (model: string, text: string, options: TraceOptions) => {
    const { traceFile } = await import('./verbs/trace.ts');
    await traceFile({ ...options, model, reading: options, text });
  });
}
