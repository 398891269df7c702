// What a network reads at a step, and may predict: characters, or the features of a series.
import type { Gallery } from '../../pipeline/contract/index.ts';
import { characterName } from '../shared/format.ts';

/** Their names in the order of the network's inputs; none of a gallery without a network. */
export function inputNames({ series, model }: Gallery): string[] {
  return series?.features.map(({ title }) => title) ?? (model?.vocabulary ?? []).map(characterName);
}
