import type { Span } from '../../../base/positions.ts';
import type { TextView } from '../text-view.ts';

/** English articles, pronouns, prepositions, conjunctions, auxiliary verbs and a few particles: words of a closed class. */
const FUNCTION_WORDS = new Set(
  `a an the
  i me my mine myself you your yours yourself yourselves he him his himself she her hers herself it its itself
  we us our ours ourselves they them their theirs themselves one oneself who whom whose which what that this these those
  each every either neither some any no none all both such another other
  about above across after against along among around at before behind below beneath beside besides between beyond by
  down during except for from in inside into like near of off on onto out outside over past round since through
  throughout till to toward towards under until up upon with within without
  and or but nor so yet if unless because although though while whereas whether than as when where why how
  am is are was were be been being have has had having do does did doing done
  can could may might must shall should will would ought
  not never there here then too very just only even also`.split(/\s+/),
);

/** The part of a contraction that carries the grammar: don’t is as closed a class as do and not. */
const CONTRACTION = /^(.+?)(?:n['’]t|['’](?:s|d|ll|m|re|ve))$/;

/** Each function word, contractions of two of them included (don’t, I’ve, it’s), whole. */
export function functionWord(view: TextView): Span[] {
  return view.words.filter((word) => isFunctionWord(view.slice(word).toLowerCase()));
}

/** @param word in lower case */
export function isFunctionWord(word: string): boolean {
  if (FUNCTION_WORDS.has(word)) return true;
  const stem = CONTRACTION.exec(word)?.[1];
  return stem !== undefined && (FUNCTION_WORDS.has(stem) || IRREGULAR.has(stem));
}

/** What is left of can’t, won’t and shan’t without n’t. */
const IRREGULAR = new Set(['ca', 'wo', 'sha']);

/** A word is rare if the whole text has it at most so often, in whatever case. */
const AT_MOST = 2;

export function rareWord(view: TextView): Span[] {
  return view.words.filter((word) => view.spellings.get(view.slice(word).toLowerCase())! <= AT_MOST);
}
