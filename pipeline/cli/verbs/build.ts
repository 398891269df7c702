// `cellarium build`.
import type { Command } from 'commander';
import { buildGalleries } from '../../build/build.ts';
import { addExamples, basePath, type Computing, contentOption, engineOption, threadsOption } from '../options.ts';

interface BuildOptions extends Computing {
  readonly data: string;
  readonly out: string;
  readonly base: string;
}

export function define(verb: Command): void {
  verb
    .argument('[galleries...]', 'files of content/galleries, without .md; all of them when left out')
    .addOption(contentOption())
    .option('--data <folder>', 'where the data goes that the pages are drawn from', 'public/data')
    .option('-o, --out <folder>', 'where the site goes', 'dist')
    .option('--base <path>', 'the path below which the site will be served', basePath, '/')
    .addOption(engineOption())
    .addOption(threadsOption())
    .action((galleries: string[], options: BuildOptions) =>
      buildGalleries({ ...options, ...(galleries.length === 0 ? {} : { galleries }) }),
    );
  addExamples(verb, ['build', 'build alice --base /cellarium/']);
}
