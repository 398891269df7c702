// The `cellarium` command: the table of its verbs. A verb's options, and what it does, are loaded when it is called.
import { Command } from 'commander';
import { VERSION } from '../base/package.ts';

/** A module of verbs/. */
interface VerbModule {
  /** Adds the arguments, options, examples and action of the verb. */
  define(verb: Command): void;
}

type Verb = readonly [name: string, usage: string, description: string, load: () => Promise<VerbModule>];

const GROUPS: Readonly<Record<string, readonly Verb[]>> = {
  'Models:': [
    [
      'train',
      '[options] <model>',
      'Train a model on its corpus, as its training.yaml says.',
      () => import('./verbs/train.ts'),
    ],
    ['generate', '[options] <model>', 'Let a model write.', () => import('./verbs/generate.ts')],
    [
      'import',
      '[options] <file>',
      'Import a trained model from a file of Keras, PyTorch, ONNX, TensorFlow.js or ml5.',
      () => import('./verbs/import.ts'),
    ],
    [
      'export',
      '[options] <model>',
      'Export a model to another framework, value for value.',
      () => import('./verbs/export.ts'),
    ],
    [
      'weights',
      '[options] <model>',
      'Show every array of a model, and which of its columns belong to which gate.',
      () => import('./verbs/weights.ts'),
    ],
  ],
  'What a model does with a text or a series:': [
    [
      'evaluate',
      '[options] <model>',
      'Measure how well a model predicts a text: its loss a character.',
      () => import('./verbs/evaluate.ts'),
    ],
    [
      'inspect',
      '[options] <model>',
      'Show the gates, candidate, memory and output of every cell at every time step.',
      () => import('./verbs/inspect.ts'),
    ],
    [
      'memory',
      '[options] <model>',
      'Measure how far back a model looks: by gradients, by cutting older input off, by its forget gates.',
      () => import('./verbs/memory.ts'),
    ],
    [
      'trace',
      '[options] <model> <text>',
      'Write all six signals of every cell over a text to a safetensors file.',
      () => import('./verbs/trace.ts'),
    ],
  ],
  'Galleries:': [
    [
      'score',
      '[options] <gallery>',
      'Score the cells of a gallery, or the units of a file of activations, best first.',
      () => import('./verbs/score.ts'),
    ],
    [
      'merge',
      '[options] <tallies...>',
      'Combine the tallies of all shards into the scores of the whole text.',
      () => import('./verbs/merge.ts'),
    ],
    ['gallery', 'new [options] <id>', 'Start a gallery.', () => import('./verbs/gallery-new.ts')],
    [
      'build',
      '[options] [galleries...]',
      'Build the site: train what is not trained, trace, score, draw. What has not changed is not done again.',
      () => import('./verbs/build.ts'),
    ],
    [
      'bench',
      '[options]',
      'Measure rates, memory and sizes, and print them as JSON beside their budgets.',
      () => import('./verbs/bench.ts'),
    ],
    [
      'study',
      '[options] <gallery>',
      'Study a network with other seeds, along its training, and on a shuffled text; write content/studies.',
      () => import('./verbs/study.ts'),
    ],
  ],
};

/** Every exit of the program is an exception, for `runCommand` to make an exit code of. Parse it with `parseAsync`. */
export function createProgram(): Command {
  const program = new Command('cellarium')
    .description('A gallery of what the cells of an LSTM have learned, built as a static site.')
    .version(VERSION)
    .helpCommand(false)
    .showHelpAfterError('Run it with --help to see what there is.')
    // A verb's options are not known before it is called.
    .configureHelp({ subcommandTerm: (verb) => `${verb.name()} ${verb.usage()}` })
    // Comes before the verbs, which inherit it.
    .exitOverride();
  const loaders = new Map<string, Verb[3]>();
  for (const [group, verbs] of Object.entries(GROUPS)) {
    program.commandsGroup(group);
    for (const [name, usage, description, load] of verbs) {
      program.command(name).usage(usage).description(description);
      loaders.set(name, load);
    }
  }
  return program.hook('preSubcommand', async (_, verb) => (await loaders.get(verb.name())!()).define(verb));
}
