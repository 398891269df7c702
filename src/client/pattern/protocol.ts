// What the page about a visitor's pattern and its two workers say to each other.
import type { Span } from '../../../pipeline/base/positions.ts';
import type { PackedOutputs } from '../common/sample.ts';
import type { PatternLabel } from './label.ts';
import type { Outputs, RankedCell } from './ranking.ts';

export interface MatchRequest {
  readonly text: string;
  readonly pieces: readonly Span[];
  readonly pattern: string;
  readonly flags: string;
  /** How many matches the page shows. */
  readonly shown: number;
}

/** `begun` comes before the pattern is tried, so that only the matching is timed. */
export type MatchReply =
  | { readonly kind: 'begun' }
  | { readonly kind: 'matched'; readonly label: PatternLabel }
  | { readonly kind: 'failed'; readonly message: string };

/** What is ranked: the cells' outputs as they come, and the first characters of the text's blocks. */
export interface Rankable {
  readonly outputs: PackedOutputs;
  readonly starts: Outputs['starts'];
}

/** The outputs come once, then a label at a time. */
export type RankRequest =
  | { readonly kind: 'outputs'; readonly rankable: Rankable }
  | { readonly kind: 'label'; readonly label: Uint8Array; readonly shifts: number };

/** `failed` where the outputs are not as they should be. */
export type RankReply = Ranking | { readonly failed: string };

export interface Ranking {
  /** All cells, the best first. */
  readonly ranked: readonly RankedCell[];
  /** For each shift of the label the best cell's AUROC, rising. */
  readonly chance: readonly number[];
  /** How long it took. */
  readonly milliseconds: number;
}
