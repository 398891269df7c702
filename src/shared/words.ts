// What the pages call things.
import { type Alignment, areOfGru, type Signal } from '../../pipeline/base/signals.ts';
import type { ExcerptKind, Gallery, Score } from '../../pipeline/contract/index.ts';
import { orientedInterval, orientedValue } from '../../pipeline/statistics/strength.ts';
import { drawn } from './drawn.ts';

/** A signal's short name, and what it is in about five words. */
export const SIGNAL_WORDS: Record<Signal, { name: string; meaning: string }> = {
  h: { name: 'output', meaning: 'what other cells see of it' },
  c: { name: 'memory', meaning: 'what it keeps, as tanh c' },
  i: { name: 'input gate', meaning: 'how much new it lets in' },
  f: { name: 'forget gate', meaning: 'how much old it keeps' },
  g: { name: 'candidate', meaning: 'what it would write' },
  o: { name: 'output gate', meaning: 'how much memory it shows' },
  r: { name: 'reset gate', meaning: 'how much old the new depends on' },
  z: { name: 'update gate', meaning: 'how much old it keeps' },
  n: { name: 'candidate', meaning: 'what it would become' },
};

/** The order of the tabs: what a cell gives out and keeps first, then how it comes about. */
export const SIGNAL_ORDER: readonly Signal[] = ['h', 'c', 'i', 'f', 'g', 'o'];
const GRU_ORDER: readonly Signal[] = ['h', 'r', 'z', 'n'];

/** The signals that cells of a kind have, in the order of the tabs. @param signals those that there are */
export function signalOrder(signals: readonly Signal[]): readonly Signal[] {
  return areOfGru(signals) ? GRU_ORDER : SIGNAL_ORDER;
}

/** Which of the cell's values a character is coloured by. */
export const ALIGNMENT_WORDS: Record<Alignment, string> = {
  reading: 'just after it was read',
  predicting: 'just before it was read, while the network predicts it',
};

/**
 * The ends of the range, all in between, and what speaks against the best hypothesis, so that nobody is fooled by the best
 * alone.
 */
export const EXCERPT_WORDS: Record<ExcerptKind, { id: string; title: string; note: string }> = {
  lead: { id: 'passage', title: 'An excerpt', note: '' },
  exciting: {
    id: 'most-on',
    title: 'Where it is most on',
    note: 'How it goes on, in the middle of each excerpt.',
  },
  silencing: {
    id: 'most-off',
    title: 'Where it is most off',
    note: 'How it goes off, or to the other side.',
  },
  quantile: {
    id: 'from-top-to-bottom',
    title: 'From top to bottom',
    note: 'Five excerpts from high to low average, from on to off.',
  },
  random: {
    id: 'at-random',
    title: 'Picked at random',
    note: 'Chosen at random, so that nobody’s taste plays a part.',
  },
  'false-alarm': { id: 'false-alarms', title: 'False alarms', note: '' },
  miss: { id: 'misses', title: 'Misses', note: '' },
  generated: {
    id: 'generated',
    title: 'In text the model wrote',
    note: 'The model’s own continuation, character by character.',
  },
};

/** Whether what is held out was held back from the network too. Of one from elsewhere, nobody here knows. */
export function neverLearned({ model }: Gallery): boolean {
  return model !== null && model.learnedFrom !== null;
}

/** What the scores were taken on. */
export function judgedOn(gallery: Gallery): string {
  if (gallery.evaluatedOn === 'all') return `on the whole ${gallery.dataset.words.whole}`;
  const { held } = drawn(gallery);
  return neverLearned(gallery) ? `on ${held} it never saw` : `on held-out ${held}`;
}

/** The page about what a gallery's cells come from, below the gallery's own. */
export function originPage({ model }: Gallery): { path: string; name: string } {
  return model === null ? { path: 'activations/', name: 'Activations' } : { path: 'model/', name: 'Model' };
}

/** The measure that ranks a score, oriented so that more is better, with its name. */
export function headline(score: Score): { name: string; value: number; interval: readonly [number, number] | null } {
  const name = score.auroc === null ? '|Spearman|' : 'AUROC';
  return { name, value: orientedValue(score), interval: orientedInterval(score) };
}

export { cellNumber } from './cell-number.ts';
