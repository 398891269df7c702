// Every kind of dataset by its name. Rules and labels have registries of their own, since a stage depends on what it imports.
import type { Dataset, DatasetKind, Kind } from './dataset.ts';
import { series } from './series/series.ts';
import { text } from './text/kind.ts';
import { tokens } from './tokens/kind.ts';

const KINDS: Readonly<Record<Kind, DatasetKind>> = { text, series, tokens };

export function kindOf({ kind }: Pick<Dataset, 'kind'>): DatasetKind {
  return KINDS[kind];
}
