// What a tally says that it belongs to, of what was asked for and what there is.
import { VERSION } from '../../base/package.ts';
import type { TallyDescription } from '../../gallery/tally-file.ts';
import type { ScoredGallery, ScoredGalleryOptions } from './scored.ts';

export function originOf(
  { scored, hypotheses, text, dataset, prepare, encoding }: ScoredGalleryOptions,
  { fingerprints, engine }: Pick<ScoredGallery, 'fingerprints' | 'engine'>,
): Omit<TallyDescription, 'shard' | 'of'> {
  return {
    scored,
    hypotheses: hypotheses === undefined ? null : [...hypotheses],
    ...(text === undefined ? {} : { text }),
    ...(dataset === undefined ? {} : { dataset: [...dataset] }),
    ...(prepare === undefined ? {} : { prepare: [...prepare] }),
    ...(encoding === undefined ? {} : { encoding }),
    fingerprints: { ...fingerprints, engine, version: VERSION },
  };
}
