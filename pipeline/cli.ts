// The `cellarium` command: verbs, arguments, exit codes. What a verb does is loaded when it is called.
import { Command } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import {
  basePath,
  contentOption,
  deviceOption,
  engineOption,
  integerWithin,
  numberWithin,
  threadsOption,
} from './cli-options.ts';
import type { DeviceName, EngineName } from './engines/index.ts';
import { runCommand } from './terminal.ts';

interface Content {
  content: string;
}
interface Computing extends Content {
  engine: EngineName;
  threads: number;
}
interface Placed extends Computing {
  device: DeviceName;
}

const program = new Command('cellarium')
  .description('A gallery of what the cells of an LSTM have learned, built as a static site.')
  .version(manifest.version)
  .helpCommand(false)
  .showHelpAfterError('Run it with --help to see what there is.')
  // Comes before the verbs, which inherit it: an exit is an exception, and its code is ours.
  .exitOverride();

function verb(name: string, description: string, examples: readonly string[]): Command {
  const lines = examples.map((example) => `  npx cellarium ${example}`);
  return program
    .command(name)
    .description(description)
    .addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
}

verb('train', 'Train a model on its corpus, by the numbers in its training.yaml.', [
  'train alice',
  'train alice --resume',
  'train alice --epochs 2 --threads 1',
])
  .argument('<model>', 'a folder of content/models')
  .addOption(contentOption())
  .addOption(engineOption())
  .addOption(deviceOption())
  .addOption(threadsOption())
  .option('--resume', 'go on from the last checkpoint, to the very same weights')
  .option('--epochs <count>', 'stop after so many epochs instead of those in training.yaml', integerWithin(1))
  .action(async (model: string, options: Placed & { resume?: true; epochs?: number }) => {
    const { trainModel } = await import('./verbs/train.ts');
    await trainModel({ ...options, model, resume: options.resume ?? false });
  });

verb('trace', 'Write all six signals of every cell over a text to a safetensors file.', [
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
    const { traceFile } = await import('./verbs/trace.ts');
    await traceFile({ ...options, model, text });
  });

verb('score', "Score a gallery's cells against its hypotheses, best first.", [
  'score alice',
  'score alice --json | head',
])
  .argument('<gallery>', 'a file of content/galleries, without .md')
  .addOption(contentOption())
  .option('--json', 'print JSON instead of a table')
  .addOption(engineOption())
  .addOption(threadsOption())
  .action(async (gallery: string, options: Computing & { json?: true }) => {
    const { scoreModel } = await import('./verbs/score.ts');
    await scoreModel({ ...options, gallery, json: options.json ?? false });
  });

verb('generate', 'Let a model write.', [
  'generate alice --seed-text "Alice was " --length 1000 --temperature 0.8',
  'generate alice --greedy',
])
  .argument('<model>', 'a folder of content/models')
  .addOption(contentOption())
  .option('--seed-text <text>', 'what it goes on from', 'The ')
  .option('--length <characters>', 'how many it writes', integerWithin(1), 500)
  .option('--temperature <number>', 'below 1 surer, above 1 wilder', numberWithin(0.01, 100), 1)
  .option('--greedy', 'always take the likeliest character')
  .option('--seed <integer>', 'of the random choices', integerWithin(-(2 ** 31), 2 ** 31 - 1), 1)
  .addOption(engineOption())
  .action(async (model: string, options: Content & GenerateOptions) => {
    const { generateText } = await import('./verbs/generate.ts');
    await generateText({ ...options, model, greedy: options.greedy ?? false });
  });

interface GenerateOptions {
  seedText: string;
  length: number;
  temperature: number;
  greedy?: true;
  seed: number;
  engine: EngineName;
}

verb(
  'build',
  'Build the site: train what is not trained, trace, score, draw. What has not changed is not done again.',
  ['build', 'build alice --base /cellarium/'],
)
  .argument('[galleries...]', 'files of content/galleries, without .md; all of them when left out')
  .addOption(contentOption())
  .option('--data <folder>', 'where the numbers go that the pages are drawn from', 'public/data')
  .option('-o, --out <folder>', 'where the site goes', 'dist')
  .option('--base <path>', 'the path below which the site will be served', basePath, '/')
  .addOption(engineOption())
  .addOption(threadsOption())
  .action(async (galleries: string[], options: Computing & { data: string; out: string; base: string }) => {
    const { buildGalleries } = await import('./build.ts');
    await buildGalleries({ ...options, ...(galleries.length === 0 ? {} : { galleries }) });
  });

verb('bench', 'Measure rates, memory and sizes, and print them as JSON beside their budgets.', [
  'bench',
  'bench --only training tracing',
])
  .option('--only <names...>', 'measure these alone')
  .action(async (options: { only?: string[] }) => {
    const { runBench } = await import('../bench/run.ts');
    await runBench(options);
  });

await runCommand(() => program.parseAsync());
