// The verbs that look at what a model does with a text or a series.
import type { Command } from 'commander';
import { contentOption, deviceOption, engineOption, type Placed, threadsOption } from './options.ts';
import { addVerb } from './verb.ts';

export function addReadingVerbs(program: Command): void {
  addVerb(program, 'trace', 'Write all six signals of every cell over a text to a safetensors file.', [
    'trace alice chapter.txt',
    'trace alice chapter.txt --out chapter.safetensors',
  ])
    .argument('<model>', 'a folder of content/models')
    .argument('<text>', 'a text file in UTF-8')
    .addOption(contentOption())
    .option('-o, --out <file>', 'where to write the tensors i f g o c h, [characters, units]', 'trace.safetensors')
    .addOption(engineOption())
    .addOption(deviceOption())
    .addOption(threadsOption())
    .action(async (model: string, text: string, options: Placed & { out: string }) => {
      const { traceFile } = await import('../verbs/trace.ts');
      await traceFile({ ...options, model, text });
    });
}
