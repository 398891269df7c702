// The `cellarium` command as a tree of verbs in groups.
import { Command } from 'commander';
import { VERSION } from '../base/package.ts';
import { addGalleryVerbs } from './gallery.ts';
import { addModelVerbs } from './models.ts';
import { addReadingVerbs } from './reading.ts';
import { addScoringVerbs } from './scoring.ts';
import { addStudyVerb } from './study.ts';
import { addTrainingVerbs } from './training.ts';

/** Every exit of the program is an exception, for `runCommand` to make an exit code of. */
export function createProgram(): Command {
  const program = new Command('cellarium')
    .description('A gallery of what the cells of an LSTM have learned, built as a static site.')
    .version(VERSION)
    .helpCommand(false)
    .showHelpAfterError('Run it with --help to see what there is.')
    // Comes before the verbs, which inherit it.
    .exitOverride();
  program.commandsGroup('Models:');
  addTrainingVerbs(program);
  addModelVerbs(program);
  program.commandsGroup('What a model does with a text or a series:');
  addReadingVerbs(program);
  program.commandsGroup('Galleries:');
  addScoringVerbs(program);
  addGalleryVerbs(program);
  addStudyVerb(program);
  return program;
}
