// The `cellarium` command: its groups of verbs, and how it ends. What a verb does is loaded when it is called.
import { Command } from 'commander';
import { addGalleryVerbs } from './cli/gallery.ts';
import { addModelVerbs } from './cli/models.ts';
import { addReadingVerbs } from './cli/reading.ts';
import { addTrainingVerbs } from './cli/training.ts';
import { VERSION } from './package.ts';
import { runCommand } from './terminal.ts';

const program = new Command('cellarium')
  .description('A gallery of what the cells of an LSTM have learned, built as a static site.')
  .version(VERSION)
  .helpCommand(false)
  .showHelpAfterError('Run it with --help to see what there is.')
  // Comes before the verbs, which inherit it: an exit is an exception, and its code is ours.
  .exitOverride();

program.commandsGroup('Models:');
addTrainingVerbs(program);
addModelVerbs(program);
program.commandsGroup('What a model does with a text or a series:');
addReadingVerbs(program);
program.commandsGroup('Galleries:');
addGalleryVerbs(program);

await runCommand(() => program.parseAsync());
