// The verb that studies a gallery's network beside others of its kind.
import { type Command, Option } from 'commander';
import { addVerb, type Computing, contentOption, engineOption, namedFolder, threadsOption } from './options.ts';

interface StudyVerbOptions extends Computing {
  weights: ReadonlyMap<string, string>;
  trained?: true;
}

export function addStudyVerb(program: Command): void {
  addVerb(
    program,
    'study',
    'Study a network from other seeds, along its training, and on a shuffled text; write content/studies.',
    ['study alice', 'study alice --weights seed-3=content/models/alice-seed-3', 'study alice --trained'],
  )
    .argument('<gallery>', 'a gallery of a text, with a content/studies/<gallery>.yaml, or its model')
    .addOption(contentOption())
    .addOption(
      new Option('--weights <run=folder>', 'take a run that is trained already; can be given again')
        .argParser(namedFolder)
        .default(new Map<string, string>(), 'none'),
    )
    .option('--trained', 'train nothing: leave out what is not trained yet')
    .addOption(engineOption())
    .addOption(threadsOption())
    .action(async (id: string, options: StudyVerbOptions) => {
      const { studyGallery } = await import('./verbs/study.ts');
      await studyGallery({ ...options, gallery: id, trained: options.trained ?? false });
    });
}
