// How the pages draw what a network reads, and what they say of it that hangs on that: the one place that knows of both.
import type { Gallery } from '../../pipeline/contract/index.ts';

export interface Drawn {
  /** Whether an excerpt is text in the colours of a cell; else it is lines along a time axis. */
  readonly asText: boolean;
  /** The folder of the prose of its hypotheses. */
  readonly hypotheses: 'hypotheses' | 'series-hypotheses';
  /** What is held out. */
  readonly held: string;
  /** What adds to a gate's sum. */
  readonly input: string;
  /** What an untrained cell follows too. */
  readonly givenAway: string;
  /** What a cell contributes to: the figures' titles, and the words of their captions. */
  readonly contribution: Readonly<Record<'changed' | 'changes' | 'unit' | 'judged', string>>;
}

const TEXT: Drawn = {
  asText: true,
  hypotheses: 'hypotheses',
  held: 'text',
  input: 'reading a character',
  givenAway: 'a vowel or a space is given away by the character just read.',
  contribution: {
    changed: 'log-odds, nats',
    changes: 'each next character’s log-odds',
    unit: 'log-odds, nats',
    judged: 'the log-odds of the character that really follows',
  },
};

const TOKENS: Drawn = {
  ...TEXT,
  input: 'reading a token',
  givenAway: 'a quotation mark or a capital is given away by the token just read.',
  contribution: {
    ...TEXT.contribution,
    changes: 'each next token’s log-odds',
    judged: 'the log-odds of the token that really follows',
  },
};

const LINES: Drawn = {
  asText: false,
  hypotheses: 'series-hypotheses',
  held: 'steps',
  input: 'one standard deviation of a feature',
  givenAway: 'some of it the row just read gives away.',
  contribution: {
    changed: 'the forecast, deviations',
    changes: 'each forecast',
    unit: 'squared error, square deviations',
    judged: 'the squared error of the forecast, so that less is better',
  },
};

export function drawn({ dataset }: Pick<Gallery, 'dataset'>): Drawn {
  return dataset.kind === 'tokens' ? TOKENS : { text: TEXT, lines: LINES }[dataset.drawn];
}

/** Whether its excerpts are text in the colours of a cell. */
export const isText = (gallery: Pick<Gallery, 'dataset'>): boolean => drawn(gallery).asText;

/** Whether its text is a program, whose lines and columns are shown as they are. */
export const isProgram = ({ corpus }: Pick<Gallery, 'corpus'>): boolean => corpus.programmingLanguage !== undefined;

/** Whether a gallery's steps are characters, which a page can read, search and compare line by line. */
export function ofCharacters({ dataset }: Pick<Gallery, 'dataset'>): boolean {
  return dataset.ofCharacters;
}

/** A word at the beginning of a sentence or a heading. */
export const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
