// What a list says of a cell: all of it about the one hypothesis, and the one direction, that the cell is listed under.
import type { Hypothesis } from '../../pipeline/contract/index.ts';
import { percent, thousandths } from './format.ts';
import { passes, type Ranked, rememberedBy } from './ranking.ts';

/** What is said of a hypothesis. */
export type Titled = Pick<Hypothesis, 'title' | 'phrases'>;

/** What heads the cell, where it is listed under that; else what it does on the hypothesis that was asked for. */
export function whatItDoes({ cell, hypothesis, byRule }: Ranked, hypotheses: readonly Titled[]): string {
  const isOwn = hypothesis === cell.best && (byRule || cell.heading !== 'found');
  const phrases = hypotheses[hypothesis]?.phrases;
  if (isOwn || phrases === undefined) return cell.name ?? cell.explanation;
  return cell.choice[hypothesis]?.endsWith('-') ? phrases.off : phrases.on;
}

/**
 * What sets the cell apart, before any score: what it remembers, what a rule explains of it, or whether its score is one that an
 * untrained cell reaches. A dash where the score may be chance.
 */
export function whatIsLearned({ cell, hypothesis, byRule }: Ranked): string {
  const kept = rememberedBy(cell, hypothesis);
  if (kept !== undefined) return `adds ${percent(kept / 1000)}`;
  if (byRule) return `explains ${percent(cell.found! / 1000)}`;
  if (!passes(cell, hypothesis)) return '–';
  return cell.beyond.includes(hypothesis) ? 'beyond untrained' : 'untrained too';
}

/** The same with the score, where that tells more: what a strip of the wall is called by. */
export function scoreWords(ranked: Ranked, isReal: boolean): string {
  const { cell, hypothesis, byRule } = ranked;
  const kept = rememberedBy(cell, hypothesis);
  if (kept !== undefined) return `adds ${percent(kept / 1000)} to what was read last`;
  if (byRule) return `the rule explains ${percent(cell.found! / 1000)}`;
  const value = cell.value[hypothesis];
  if (value == null) return 'not scored';
  if (!cell.beyond.includes(hypothesis)) return 'no better than an untrained cell';
  return `${isReal ? '|Spearman|' : 'AUROC'} ${thousandths(value)}`;
}

/** The texts of a row after the cell's strip, one a column. @param names of the signals, by their letters */
export function rowTexts(
  ranked: Ranked,
  hypotheses: readonly Titled[],
  names: (letter: string) => string | undefined,
): string[] {
  const { cell, hypothesis, byRule } = ranked;
  const choice = byRule ? '' : (cell.choice[hypothesis] ?? '');
  return [
    whatItDoes(ranked, hypotheses),
    byRule ? 'a rule, found automatically' : (hypotheses[hypothesis]?.title ?? '–'),
    whatIsLearned(ranked),
    byRule ? '–' : thousandths(cell.value[hypothesis]),
    names(choice.charAt(0)) ?? '–',
    choice === '' ? '–' : `${choice[2] === '+' ? 'on' : 'off'}, ${choice[1] === 'r' ? 'reading' : 'predicting'}`,
  ];
}
