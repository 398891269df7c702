// The verbs that take a model in, hand it out, and show what it is made of.
import { type Command, Option } from 'commander';
import { PARTS, type Part } from '../inspect/weights.ts';
import { GATES, type Gate } from '../lstm/parameters.ts';
import { EXPORT_FORMATS, type ExportFormat } from '../models/formats.ts';
import type { ImportOptions } from '../models/open.ts';
import { addModelOptions, MODEL_ARGUMENT } from './model-options.ts';
import { addVerb, type Content, contentOption, integerWithin } from './options.ts';

export function addModelVerbs(program: Command): void {
  addImport(program);
  addExport(program);
  addWeights(program);
}

interface ImportVerbOptions extends Content, ImportOptions {
  readonly as: string;
  readonly force?: true;
}

function addImport(program: Command): void {
  const verb = addVerb(
    program,
    'import',
    'Make a model of yours from a file of Keras, PyTorch, ONNX, TensorFlow.js or ml5.',
    [
      'import model.h5 --as forecaster --features temperature,wind',
      'import weights.safetensors --as shakespeare --vocabulary characters.json',
      'import tfjs-model/model.json --as writer',
    ],
  )
    .argument('<file>', "a model's file or folder")
    .requiredOption('--as <id>', 'the name that it gets in content/models')
    .addOption(contentOption())
    .option('--force', 'replace the model that has this name');
  addModelOptions(verb).action(async (file: string, options: ImportVerbOptions) => {
    const { importFile } = await import('./verbs/import.ts');
    await importFile({ ...options, file, reading: options, force: options.force ?? false });
  });
}

interface ExportOptions extends Content, ImportOptions {
  readonly to: ExportFormat;
  readonly out: string;
}

function addExport(program: Command): void {
  const verb = addVerb(program, 'export', 'Write a model for another framework, value for value.', [
    'export alice --to keras -o alice.h5',
    'export alice --to pytorch -o alice.safetensors',
    'export model.h5 --to onnx -o model.onnx',
  ])
    .argument(...MODEL_ARGUMENT)
    .addOption(contentOption())
    .addOption(
      new Option('--to <format>', 'safetensors is this project’s own, with vocabulary and architecture in one file')
        .choices([...EXPORT_FORMATS])
        .makeOptionMandatory(),
    )
    .requiredOption('-o, --out <file>', 'where to write it');
  addModelOptions(verb).action(async (model: string, options: ExportOptions) => {
    const { exportModel } = await import('./verbs/export.ts');
    await exportModel({ ...options, model, reading: options });
  });
}

interface WeightsOptions extends Content, ImportOptions {
  readonly layer?: number;
  readonly gate?: Gate | 'c';
  readonly part?: Part;
  readonly backward?: true;
  readonly json?: true;
  readonly csv?: true;
}

function addWeights(program: Command): void {
  const verb = addVerb(program, 'weights', 'Show every array of a model, and which of its columns are which gate.', [
    'weights alice',
    'weights model.h5 --layer 1 --gate f',
    'weights model.h5 --layer 1 --gate f --part recurrent --csv > forget-gate.csv',
  ])
    .argument(...MODEL_ARGUMENT)
    .addOption(contentOption())
    .option('--layer <number>', 'only this LSTM layer, from 1', integerWithin(1))
    .addOption(
      new Option('--gate <name>', 'only this gate; g is the candidate, which Keras calls c').choices([...GATES, 'c']),
    )
    .addOption(new Option('--part <name>', 'only W (kernel), U (recurrent) or b (bias)').choices([...PARTS]))
    .option('--backward', 'only the direction that reads backwards')
    .addOption(new Option('--json', 'print JSON instead of a table').conflicts('csv'))
    .option('--csv', 'print the values of one gate of one layer: a row an input, a column a unit');
  addModelOptions(verb).action(async (model: string, options: WeightsOptions) => {
    const { gate, backward, json, csv, ...rest } = options;
    if (csv && (options.layer === undefined || gate === undefined)) {
      verb.error('error: --csv prints one gate of one layer: name them with --gate and --layer.');
    }
    const { showWeights } = await import('./verbs/weights.ts');
    await showWeights({
      ...rest,
      ...{ model, reading: options },
      ...(gate === undefined ? {} : { gate: gate === 'c' ? 'g' : gate }),
      ...(backward || csv ? { backward: backward ?? false } : {}),
      output: json ? 'json' : csv ? 'csv' : 'table',
    });
  });
}
