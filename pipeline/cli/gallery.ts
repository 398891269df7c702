// The verbs that score a gallery's cells and build the site.
import type { Command } from 'commander';
import { basePath, type Computing, contentOption, engineOption, threadsOption } from './options.ts';
import { addVerb } from './verb.ts';

export function addGalleryVerbs(program: Command): void {
  addVerb(program, 'score', "Score a gallery's cells against its hypotheses, best first.", [
    'score alice',
    'score alice --json | head',
  ])
    .argument('<gallery>', 'a file of content/galleries, without .md')
    .addOption(contentOption())
    .option('--json', 'print JSON instead of a table')
    .addOption(engineOption())
    .addOption(threadsOption())
    .action(async (gallery: string, options: Computing & { json?: true }) => {
      const { scoreModel } = await import('../verbs/score.ts');
      await scoreModel({ ...options, gallery, json: options.json ?? false });
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
      const { buildGalleries } = await import('../build.ts');
      await buildGalleries({ ...options, ...(galleries.length === 0 ? {} : { galleries }) });
    });

  addVerb(program, 'bench', 'Measure rates, memory and sizes, and print them as JSON beside their budgets.', [
    'bench',
    'bench --only training tracing',
  ])
    .option('--only <names...>', 'measure these alone')
    .action(async (options: { only?: string[] }) => {
      const { runBench } = await import('../../bench/run.ts');
      await runBench(options);
    });
}
