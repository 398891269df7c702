// How the pages write parts of the evidence: what a cell's best hypothesis is worth beside the others, its rule, how far back
// it reaches, and what is lost without it.
import type { Element } from 'hast';
import { toHtml } from 'hast-util-to-html';
import { h } from 'hastscript';
import type { Cell, RuleNode, Score } from '../../pipeline/contract/index.ts';
import type { AblationComparison, CellAblation, ChangedProbability } from '../../pipeline/evidence/ablation/schema.ts';
import { type CellReach, FAR, type GalleryReach, KNOWN } from '../../pipeline/evidence/reach/schema.ts';
import { decimal, integer, percent, probability, signed } from '../shared/format.ts';
import { headline } from '../shared/words.ts';

type Competing = NonNullable<Cell['evidence']['competing']>;

/** The leaky counter of opening marks among the terms. */
export const COUNTER_TERM = 'opening-marks';

/** A difference of two shares. */
export function points(share: number): string {
  const count = Math.round(100 * share);
  return count < 1 ? 'less than one point' : `${integer(count)} point${count === 1 ? '' : 's'}`;
}

/** What is left of a score, in the measure and the direction of the score itself, with its interval. */
export function remainingValue(score: Score, { value, interval }: Competing['afterOthers']): string {
  const left = headline({ ...score, interval, ...(score.auroc === null ? { spearman: value } : { auroc: value }) });
  if (left.interval === null) return decimal(left.value);
  return `${decimal(left.value)} (${decimal(left.interval[0])} to ${decimal(left.interval[1])})`;
}

/**
 * A regression tree as nested lists: each question with what holds where the answer is yes, and where it is no; a leaf says the mean of h there, and how much of the text it is.
 */
export function ruleHtml(root: RuleNode): string {
  return root.split === null ? '' : toHtml(branches(root.split));
}

function branches({ question, yes, no }: NonNullable<RuleNode['split']>): Element {
  return h('ul', [branch(question, yes), branch('otherwise', no)]);
}

function branch(words: string, { value, share, split }: RuleNode): Element {
  if (split !== null) return h('li', [words, branches(split)]);
  return h('li', `${words}: ${decimal(value)} (${percent(share)})`);
}

/** How far back a cell reaches, and untrained cells, as sentences. */
export function reachWords(
  { half, nineTenths }: CellReach,
  { twins, far }: GalleryReach['untrained'],
  { step, steps }: { readonly step: string; readonly steps: string },
): { readonly half: string; readonly beside: string } {
  const within = (count: number | null, what = true): string => {
    if (count === null) return `more than ${integer(KNOWN.at(-1)!)}${what ? ` ${steps}` : ''}`;
    const whole = Math.max(1, Math.round(count));
    return what ? `${integer(whole)} ${whole === 1 ? step : steps}` : integer(whole);
  };
  const untrained =
    far.nineTenths === 0
      ? 'no cell needs'
      : `${integer(far.nineTenths)} of ${integer(far.of)} cells ${far.nineTenths === 1 ? 'needs' : 'need'}`;
  return {
    half: `Half of what its output varies by is there after ${within(half)}, nine tenths after ${within(nineTenths, false)}.`,
    beside: `In ${twins === 1 ? 'an untrained network' : `${integer(twins)} untrained networks`} ${untrained} more than ${integer(FAR)} for nine tenths.`,
  };
}

/** Of a change of the loss, after the point. */
export const LOSS_DIGITS = 4;

/**
 * What the loss does without a cell, as it follows “the loss”. A change that cells like it bring about as well says nothing of
 * the cell, so its size is not given.
 */
export function lossWords({ mean: { change, others } }: AblationComparison): string {
  const amount = decimal(Math.abs(change), LOSS_DIGITS);
  if (Number(amount) === 0) return 'stays as it is';
  if (others !== null && change >= others.low && change <= others.high)
    return 'changes no more than without cells like it';
  const moved = `${change < 0 ? 'falls' : 'rises'} by ${amount}`;
  if (others === null) return moved;
  const range = `${signed(others.low, LOSS_DIGITS)} to ${signed(others.high, LOSS_DIGITS)}`;
  return `${moved}, ${change < 0 ? 'further down' : 'more'} than without any cell like it (${range})`;
}

/** Whether the cell is needed, as a sentence. @param label the title of what it is looked at by, null where that is everywhere */
export function neededWords({ needed, everywhere, byLabel, estimated }: CellAblation, label: string | null): string {
  const where = label === null ? '' : ` for “${label}”`;
  if (needed === null) return 'There is too little text to tell whether it is needed.';
  const p = `p = ${probability(needed.p)}`.replace('= <', '<');
  if (needed.is) return `It is needed${where} (${p} over all cells).`;
  const { change, others } = (byLabel?.inside ?? everywhere).mean;
  const stands = others !== null && change > Math.max(0, others.high);
  return stands
    ? `That may be chance (${p} over all cells${estimated ? ', estimated' : ''}).`
    : `It is not found to be needed${where}.`;
}

/** What a probability does without a cell, as it follows “the probability”. */
export function probabilityWords({ asIs, mean: { change, others } }: ChangedProbability): string {
  if (others !== null && change >= others.low && change <= others.high)
    return `(${decimal(asIs, LOSS_DIGITS)}) changes no more than without cells like it`;
  const to = decimal(Math.max(0, asIs + change), LOSS_DIGITS);
  const range =
    others === null
      ? ''
      : ` (without cells like it, ${signed(others.low, LOSS_DIGITS)} to ${signed(others.high, LOSS_DIGITS)})`;
  return `goes from ${decimal(asIs, LOSS_DIGITS)} to ${to}${range}`;
}
