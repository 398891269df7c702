// `cellarium slurm`: what hands a scoring to the machines of a cluster, by Slurm or by Kubernetes.
import { join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { UsageError } from '../../base/errors.ts';
import { PACKAGE_ROOT } from '../../base/package.ts';
import { kubernetesManifest } from '../../distributed/kubernetes.ts';
import { slurmScript } from '../../distributed/slurm.ts';
import { writeAtomically } from '../../files/files.ts';
import { addExamples, commaSeparated, contentOption, engineOption, integerWithin } from '../options.ts';

interface SlurmOptions {
  readonly content: string;
  readonly engine: string;
  readonly hypotheses?: readonly string[];
  readonly shards: number;
  readonly cellShares: number;
  readonly store: string;
  readonly threads: number;
  readonly kubernetes?: true;
  readonly image?: string;
  readonly claim?: string;
  readonly out?: string;
}

/** Cores of a task: of more the scoring of a shard makes less. */
const THREADS = 2;

export function define(verb: Command): void {
  verb
    .argument('<gallery>', 'the id of a gallery or of its model')
    .requiredOption('--shards <n>', 'shards of the text, a task each', integerWithin(1))
    .option('--cell-shares <n>', 'shares of the cells, a task each for every shard', integerWithin(1), 1)
    .requiredOption('--store <folder>', 'a folder that all machines see')
    .addOption(contentOption())
    .option('--hypotheses <ids>', 'as of `score`', commaSeparated)
    .addOption(engineOption())
    .addOption(new Option('--threads <count>', 'cores of each task').argParser(integerWithin(1)).default(THREADS))
    .option('--kubernetes', 'write a manifest of Kubernetes instead')
    .option('--image <image>', 'with --kubernetes: a container image with Cellarium and the content')
    .option('--claim <name>', 'with --kubernetes: the persistent volume claim of the store')
    .option('-o, --out <file>', 'where it goes instead of being printed')
    .action(writeJob);
  addExamples(verb, [
    'slurm alice --shards 64 --store /scratch/x --out alice.sh',
    'slurm alice --shards 64 --store /store --kubernetes --image registry.example/cellarium:1 --claim scores',
  ]);
}

function writeJob(gallery: string, options: SlurmOptions): void {
  const { out } = options;
  const written = jobOf(gallery, options);
  if (out === undefined) process.stdout.write(written);
  else writeAtomically(out, written);
}

function jobOf(scored: string, options: SlurmOptions): string {
  const { content, engine, hypotheses, shards, cellShares, threads, kubernetes, image, claim } = options;
  const job = {
    ...{ scored, shards, cellShares, threads },
    options: [
      ...['--content', content, '--engine', engine],
      ...(hypotheses === undefined ? [] : ['--hypotheses', hypotheses.join(',')]),
    ],
  };
  if (kubernetes === true) {
    const { store } = options;
    if (image === undefined || claim === undefined) throw missing('--kubernetes needs an --image and a --claim.');
    return `${JSON.stringify(kubernetesManifest({ ...job, store, image, claim, out: scoresOf(store) }), null, 2)}\n`;
  }
  if (image !== undefined || claim !== undefined) throw missing('--image and --claim are for --kubernetes.');
  const store = resolve(options.store);
  const program = [process.execPath, join(PACKAGE_ROOT, 'bin', 'cellarium.mjs')];
  return slurmScript({ ...job, store, program, folder: process.cwd(), out: scoresOf(store) });
}

const scoresOf = (store: string) => join(store, 'scores.json');
const missing = (what: string) => new UsageError(what, {}, 'Run it with --help to see which options go together.');
