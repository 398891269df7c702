// `cellarium cache`: what a build has made, from machine to machine.
import { type Command, InvalidArgumentError } from 'commander';
import { InputError } from '../../base/errors.ts';
import { CACHE } from '../../base/package.ts';
import { exportCache } from '../../build/cache/export.ts';
import { importCache } from '../../build/cache/import.ts';
import { type CacheReport, reportLines } from '../../build/cache/report.ts';
import { addExamples } from '../options.ts';

interface Printed {
  readonly json?: true;
}

interface ImportVerbOptions extends Printed {
  readonly sha256?: string;
}

export function define(cache: Command): void {
  cache.helpCommand(false);
  const exporting = cache
    .command('export')
    .description('Write what a build has made into one file, for another machine to take in.')
    .argument('<file>', 'where it goes: a tar archive, compressed')
    .argument('[galleries...]', 'whose; all that are built when left out')
    .option('--json', 'JSON instead of lines')
    .action((file: string, galleries: string[], { json }: Printed) => exportFile(file, galleries, json));
  addExamples(exporting, ['cache export cache.tar.gz', 'cache export alice.tar.gz alice --json']);
  const importing = cache
    .command('import')
    .description('Take in such a file; a build then runs only what is not in it.')
    .argument('<file>', 'what `cache export` wrote')
    .option('--sha256 <hash>', 'refuse a file with another SHA-256', sha256)
    .option('--json', 'JSON instead of lines')
    .action(importFile);
  addExamples(importing, ['cache import cache.tar.gz']);
  addExamples(cache, ['cache export cache.tar.gz', 'cache import cache.tar.gz']);
}

function sha256(text: string): string {
  if (/^[\da-f]{64}$/i.test(text)) return text;
  throw new InvalidArgumentError('It must be 64 hexadecimal digits.');
}

async function exportFile(file: string, galleries: readonly string[], json?: boolean): Promise<void> {
  print(await exportCache(file, { cache: CACHE, ...(galleries.length === 0 ? {} : { galleries }) }), json);
}

/** @throws InputError a file that is damaged, after what is whole in it was taken */
async function importFile(file: string, { json, ...options }: ImportVerbOptions): Promise<void> {
  const imported = await importCache(file, { cache: CACHE, ...options });
  print(imported, json);
  const damaged = imported.stages.filter(({ outcome }) => outcome === 'damaged').map(({ stage }) => stage);
  if (imported.damage === null && damaged.length === 0) return;
  const why = imported.damage ?? `these stages are not what their manifests say: ${damaged.join(', ')}`;
  const taken = imported.stages.length - damaged.length;
  throw new InputError(
    `It is damaged: ${why}. ${taken === 1 ? '1 stage is whole and was' : `${taken} stages are whole and were`} taken.`,
    { file },
    'Fetch it again, or build: what is missing is run.',
  );
}

function print(report: CacheReport, json = false): void {
  console.log(json ? JSON.stringify(report, null, 2) : reportLines(report).join('\n'));
}
