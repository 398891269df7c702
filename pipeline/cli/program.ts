// The `cellarium` command: the table of its verbs. A verb's options, and what it does, are loaded when it is called.
import { Command } from 'commander';
import { VERSION } from '../base/package.ts';

/** A module of verbs/. */
interface VerbModule {
  /** Adds the arguments, options, examples and action of the verb. */
  define(verb: Command): void;
}

/** The verbs of each group of the help, with what they do. */
const GROUPS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'Models:': {
    train: 'Train a model on its corpus, as its training.yaml says.',
    generate: 'Let a model write.',
    import: 'Import a trained model from a file of Keras, PyTorch, ONNX, TensorFlow.js or ml5.',
    export: 'Export a model to another framework, value for value.',
    weights: 'Show every array of a model, and which of its columns belong to which gate.',
  },
  'What a model does with a text or a series:': {
    evaluate: 'Measure how well a model predicts a text: its loss a character.',
    inspect: 'Show the gates, candidate, memory and output of every cell at every time step.',
    memory: 'Measure how far back a model looks: by gradients, by cutting older input off, by its forget gates.',
    trace: 'Write all six signals of every cell over a text to a safetensors file.',
  },
  'What computes:': {
    devices: 'Show which engines and GPUs there are, whether they agree with the reference, and how fast they are.',
    gpu: "Install onnxruntime's library for CUDA, which no npm package brings.",
  },
  'Galleries:': {
    score: 'Score the cells of a gallery, or the units of a file of activations, best first.',
    slurm: 'Write a script that scores a gallery on a cluster: a job array of Slurm, or a manifest of Kubernetes.',
    merge: 'Combine the tallies of all shards into the scores of the whole text.',
    gallery: 'Start a gallery.',
    build: 'Build the site: train what is not trained, trace, score, draw. What has not changed is not done again.',
    cache: 'Write what a build has made into one file, or take in such a file of another machine.',
    bench: 'Measure rates, memory and sizes, and print them as JSON beside their budgets.',
    study: 'Study a network with other seeds, along its training, and on a shuffled text; write content/studies.',
  },
};

/** What follows a verb in its help, and its module. */
const VERBS: Readonly<Record<string, readonly [usage: string, load: () => Promise<VerbModule>]>> = {
  train: ['[options] <model>', () => import('./verbs/train.ts')],
  generate: ['[options] <model>', () => import('./verbs/generate.ts')],
  import: ['[options] <file>', () => import('./verbs/import.ts')],
  export: ['[options] <model>', () => import('./verbs/export.ts')],
  weights: ['[options] <model>', () => import('./verbs/weights.ts')],
  evaluate: ['[options] <model>', () => import('./verbs/evaluate.ts')],
  inspect: ['[options] <model>', () => import('./verbs/inspect.ts')],
  memory: ['[options] <model>', () => import('./verbs/memory.ts')],
  trace: ['[options] <model> <text>', () => import('./verbs/trace.ts')],
  devices: ['[options]', () => import('./verbs/devices.ts')],
  gpu: ['install [options]', () => import('./verbs/gpu-install.ts')],
  score: ['[options] <gallery>', () => import('./verbs/score.ts')],
  slurm: ['[options] <gallery>', () => import('./verbs/slurm.ts')],
  merge: ['[options] <tallies...>', () => import('./verbs/merge.ts')],
  gallery: ['new [options] <id>', () => import('./verbs/gallery-new.ts')],
  build: ['[options] [galleries...]', () => import('./verbs/build.ts')],
  cache: ['export|import [options] <file>', () => import('./verbs/cache.ts')],
  bench: ['[options]', () => import('./verbs/bench.ts')],
  study: ['[options] <gallery>', () => import('./verbs/study.ts')],
};

/** As parsed, of what was typed: `help train` asks for what `train --help` does. */
export function readWords(words: readonly string[]): string[] {
  return words[0] === 'help' ? [...words.slice(1), '--help'] : [...words];
}

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
  for (const [group, verbs] of Object.entries(GROUPS)) {
    program.commandsGroup(group);
    for (const [name, description] of Object.entries(verbs)) {
      program.command(name).usage(VERBS[name]![0]).description(description);
    }
  }
  return program.hook('preSubcommand', async (_, verb) => (await VERBS[verb.name()]![1]()).define(verb));
}
