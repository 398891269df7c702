// Whether tallies belong together, and to what there is.
import { InputError } from '../base/errors.ts';
import type { TallyDescription } from '../gallery/tally-file.ts';
import type { TallyFile } from '../gallery/tally-reader.ts';
import { sameEdges } from '../scoring/tally/bin-edges.ts';

/** What a fingerprint is of, in words. */
const WORDS: Record<keyof TallyDescription['fingerprints'], string> = {
  text: 'another text',
  labels: 'other hypotheses',
  weights: 'another network',
  plan: 'another way of scoring',
  engine: 'another engine',
  version: 'another version of Cellarium',
};

/**
 * The shards of one scoring, first to last.
 * @throws InputError where one is of another scoring, there twice or missing
 */
export function inOrder(files: readonly TallyFile[]): TallyFile[] {
  const [first] = files;
  if (first === undefined) throw new InputError('There is no tally to merge.', {}, 'Name the tallies of all shards.');
  for (const file of files) checkAlike(first, file);
  const { of } = first.description;
  const byShard = new Map<number, TallyFile>();
  for (const file of files) {
    const { shard } = file.description;
    const other = byShard.get(shard);
    if (other !== undefined) {
      throw new InputError(
        `It is shard ${shard} of ${of}, and so is ${other.path}.`,
        { file: file.path },
        'Name each shard once.',
      );
    }
    byShard.set(shard, file);
  }
  const missing = Array.from({ length: of }, (_, index) => index + 1).filter((shard) => !byShard.has(shard));
  if (missing.length > 0) {
    const [what, which] = missing.length === 1 ? ['Shard', 'is'] : ['Shards', 'are'];
    throw new InputError(
      `${what} ${missing.join(', ')} of ${of} ${which} missing.`,
      {},
      `Make ${missing.length === 1 ? 'it' : 'them'} with \`cellarium score ${first.description.scored} --shard ${missing[0]}/${of}\`.`,
    );
  }
  return [...byShard].sort(([a], [b]) => a - b).map(([, file]) => file);
}

function checkAlike(first: TallyFile, file: TallyFile): void {
  const [one, other] = [first.description, file.description];
  const refuse = (what: string) => {
    throw new InputError(what, { file: file.path }, 'Merge shards of one scoring.');
  };
  for (const [key, words] of Object.entries(WORDS)) {
    const name = key as keyof typeof WORDS;
    if (one.fingerprints[name] !== other.fingerprints[name]) refuse(`It is a tally of ${words} than ${first.path}.`);
  }
  if (one.of !== other.of) refuse(`It is one of ${other.of} shards, and ${first.path} is one of ${one.of}.`);
}

/**
 * @param current fingerprints of what there is now
 * @throws InputError where that is not what was tallied
 */
export function checkFresh(
  { path, description }: TallyFile,
  current: Readonly<Partial<TallyDescription['fingerprints']>>,
): void {
  for (const [key, words] of Object.entries(WORDS)) {
    const name = key as keyof typeof WORDS;
    if (current[name] === undefined || current[name] === description.fingerprints[name]) continue;
    throw new InputError(
      `It is a tally of ${words} than "${description.scored}" has now.`,
      { file: path },
      'Tally all shards again, or bring back what they were made from.',
    );
  }
}

/**
 * @param columns of the network: cells × signals
 * @throws InputError where two shards have sorted their values into other bins
 */
export function checkBins(files: readonly TallyFile[], network: string, columns: number): void {
  const [first, ...others] = files;
  const edges = first!.edges(network, 0, columns);
  for (const file of others) {
    if (sameEdges(edges, file.edges(network, 0, columns))) continue;
    throw new InputError(
      `Its bins are not those of ${first!.path}: the beginning of the text gave other values.`,
      { file: file.path },
      'Tally all shards on machines whose processors are of one kind, from the same files.',
    );
  }
}
