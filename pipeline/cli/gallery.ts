// The verbs that begin galleries and build the site.
import { type Command, Option } from 'commander';
import {
  addVerb,
  basePath,
  type Computing,
  type Content,
  contentOption,
  engineOption,
  threadsOption,
} from './options.ts';
import type { BenchOptions } from './verbs/bench.ts';

interface NewGallery extends Content {
  activations?: string;
  text?: string;
  title?: string;
  link?: true;
}

export function addGalleryVerbs(program: Command): void {
  const gallery = program.command('gallery').description('Begin a gallery.').helpCommand(false);
  addVerb(gallery, 'new', 'Write the files that a gallery begins with, of activations or of a text to train on.', [
    'gallery new mine --activations activations.safetensors --title "My network"',
    'gallery new mine --text mine.txt',
  ])
    .argument('<id>', 'its name in addresses: lower-case letters, digits and hyphens')
    .addOption(contentOption())
    .addOption(new Option('--activations <file>', 'a safetensors file with its text').conflicts('text'))
    .addOption(new Option('--text <file>', 'a text in UTF-8, to train a model on').conflicts('link'))
    .option('--title <title>', 'what the gallery is called')
    .option('--link', 'refer to the file of activations where it lies instead of copying it')
    .action(async (id: string, { activations, text, link, ...options }: NewGallery, command: Command) => {
      const { newActivationsGallery, newTextGallery } = await import('./verbs/gallery-new.ts');
      if (activations !== undefined) newActivationsGallery({ ...options, id, activations, link: link ?? false });
      else if (text !== undefined) newTextGallery({ ...options, id, text });
      else command.error('error: say what it shows: --activations <file> or --text <file>');
    });

  addVerb(
    program,
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
      const { buildGalleries } = await import('../build/build.ts');
      await buildGalleries({ ...options, ...(galleries.length === 0 ? {} : { galleries }) });
    });

  addVerb(program, 'bench', 'Measure rates, memory and sizes, and print them as JSON beside their budgets.', [
    'bench',
    'bench --only training tracing',
    'bench --scale',
  ])
    .addOption(new Option('--only <names...>', 'measure these alone').conflicts('scale'))
    .option('--scale', 'measure how time and memory grow with the text and the cells, which takes many minutes')
    .action(async (options: BenchOptions) => {
      const { bench } = await import('./verbs/bench.ts');
      await bench(options);
    });
}
