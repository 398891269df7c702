// `cellarium export`: a model as a file of another framework, or as one file of this project.
import { type Command, Option } from 'commander';
import { requireWhole, saidLines } from '../../inspect/said.ts';
import { EXPORT_FORMATS, type ExportFormat, writeAs } from '../../models/formats.ts';
import { type ImportOptions, openModel } from '../../models/open.ts';
import { addModelArgument, addModelOptions } from '../model-options.ts';
import { addExamples, type Content } from '../options.ts';

interface ExportOptions extends Content, ImportOptions {
  readonly to: ExportFormat;
  readonly out: string;
}

export function define(verb: Command): void {
  addModelArgument(verb)
    .addOption(
      new Option('--to <format>', 'safetensors is this project’s own, with vocabulary and architecture in one file')
        .choices([...EXPORT_FORMATS])
        .makeOptionMandatory(),
    )
    .requiredOption('-o, --out <file>', 'where to write it');
  addModelOptions(verb).action(exportModel);
  addExamples(verb, [
    'export alice --to keras -o alice.h5',
    'export alice --to pytorch -o alice.safetensors',
    'export model.h5 --to onnx -o model.onnx',
  ]);
}

/**
 * @throws InputError a model that is not there or broken, or has what the other framework does not; a path that cannot
 *   be written
 */
async function exportModel(model: string, options: ExportOptions): Promise<void> {
  const { content, to, out } = options;
  const opened = await openModel(model, content, options);
  requireWhole(opened.origin, model);
  const { tokeniser } = opened;
  await writeAs(to, out, tokeniser === undefined ? opened : { ...opened, vocabulary: [] });
  const apart = tokeniser === undefined ? [] : ['The tokeniser is no part of the file: give it with --tokenizer.'];
  console.log([`${out}: ${model}, for ${to}`, ...saidLines(opened.origin, apart)].join('\n'));
}
