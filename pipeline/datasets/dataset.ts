// What a network reads, step by step: the one interface that every kind of dataset fills in, and from which labels,
// scores, evidence and pages are made. It is plain data, which the stages of a build hash. What a kind does with its data
// is code, which they import; see `kinds.ts`.
import type { Span } from '../base/positions.ts';
import type { Preparation } from '../base/preparation.ts';
import type { Block } from './blocks.ts';
import type { Label, LabelKind } from './labels.ts';

/** The kinds there are. What else a new one needs, the compiler asks for. */
export const KINDS = ['text', 'series', 'tokens'] as const;
export type Kind = (typeof KINDS)[number];

/** What a text is written in: a language, by its BCP 47 tag, or a programming language, by its name in lower case. */
export interface Language {
  readonly kind: 'natural' | 'programming';
  readonly name: string;
}

/** Where a dataset comes from. */
export interface Source {
  readonly id: string;
  readonly title: string;
  readonly author?: string | undefined;
  readonly source: string;
  readonly licence?: string | undefined;
  /** Of a text; undefined where nobody said. */
  readonly language?: Language | undefined;
  /** What was changed in a text before anything read it; undefined where nobody said. */
  readonly preparation?: Preparation | undefined;
  /** How its quotations are marked, as a corpus declares it: „…“, dash, none; undefined where the text itself is to show it. */
  readonly quotations?: readonly string[] | undefined;
}

export interface Feature {
  /** As the file's column is called. */
  readonly column: string;
  readonly title: string;
  /** What a number of it counts, `°C`; empty where it has no unit. */
  readonly unit: string;
}

/** The numbers of a dataset whose steps are rows of them. */
export interface Rows {
  readonly features: readonly Feature[];
  /** [steps, features], row-major. */
  readonly values: Float32Array;
  /** What stands beside each step, such as its hour; empty where nothing does. */
  readonly times: readonly string[];
  /** Steps after which much comes again: a day. */
  readonly period: number;
  /** Steps of a block, a multiple of the period. */
  readonly block: number;
}

/** Of a dataset whose steps are no numbers. */
export const NO_ROWS: Rows = { features: [], values: new Float32Array(), times: [], period: 0, block: 0 };

/** What a dataset is a sample of. */
export interface Whole {
  readonly steps: number;
  readonly text: string;
  /** Where the pieces lie in it, in order, that the dataset consists of. */
  readonly pieces: readonly Span[];
}

export interface Dataset {
  readonly kind: Kind;
  readonly source: Source;
  /**
   * How each step is written: a character of a text, a word, or for a row of numbers a mark that stands for it. Joined they
   * are the text that artifacts hold; excerpts begin and end beside those that are white space.
   */
  readonly texts: readonly string[];
  /** A name for what is read at each step: all that a baseline without memory can go by. */
  readonly symbols: readonly string[];
  /** Of tokens: which characters of the joined texts each is. Empty where a step is no token. */
  readonly spans: readonly Span[];
  readonly rows: Rows;
  /** They tile the dataset, in order. */
  readonly blocks: readonly Block[];
  /** A text's paragraphs, a series's periods. They tile the dataset, in order. */
  readonly paragraphs: readonly Span[];
  /** Null where it is whole. */
  readonly sampledFrom: Whole | null;
  /** Where a sample leaps: steps that do not follow the one before them in the whole. */
  readonly leaps: readonly number[];
  /** Steps of the training blocks, of the whole where this is a sample. */
  readonly training: number;
}

/** A hypothesis in words. */
export interface NamedHypothesis {
  readonly id: string;
  readonly title: string;
  readonly kind: LabelKind;
  /** What a cell does whose signal is higher, or lower, on the label, as a phrase: On inside quotation marks. */
  readonly phrases: { readonly on: string; readonly off: string };
  /** Whether the label of a step depends on what comes after it, so that no cell can follow it to the letter. */
  readonly looksAhead?: boolean | undefined;
}

/** A hypothesis that does not apply to a dataset, and why: what follows on "because". */
export interface LeftOut {
  readonly id: string;
  readonly title: string;
  readonly reason: string;
}

/** A dataset as every scoring needs it. */
export interface LabelledDataset extends Dataset {
  readonly hypotheses: readonly NamedHypothesis[];
  /** Of those that there are, where nobody named the ones that are wanted. */
  readonly leftOut?: readonly LeftOut[] | undefined;
  /** What was found out or guessed of the dataset, on which labels rest, in sentences. */
  readonly remarks?: readonly string[] | undefined;
  /** The hypotheses' labels over all steps, in their order. */
  readonly labels: readonly Label[];
}

/** What a network is given at each step: the number of a symbol, or a row of numbers, [steps, features]. */
export type StepInputs =
  | { readonly reads: 'symbols'; readonly ids: Int32Array }
  | { readonly reads: 'numbers'; readonly values: Float32Array; readonly features: number };

/** @throws TypeError numbers, which whoever asks should have ruled out */
export function symbolsOf(inputs: StepInputs): Int32Array {
  if (inputs.reads === 'symbols') return inputs.ids;
  throw new TypeError('The network reads numbers');
}

/** What is asked of a network before it reads a dataset. */
export interface Reader {
  readonly model: string;
  readonly vocabulary: readonly string[];
  readonly features?: readonly string[];
  /** How many it reads of symbols or numbers, and which of the two. */
  readonly inputs: number;
  readonly readsNumbers: boolean;
  /** The file that puts the two together, for messages. */
  readonly file: string;
}

/** What a page calls what is read. */
export interface DatasetWords {
  /** One step of the time axis, and several. */
  readonly step: string;
  readonly steps: string;
  /** What is read at a step. */
  readonly read: string;
  readonly whole: string;
  readonly excerpt: string;
  /** What a loss is counted in. */
  readonly loss: string;
}

/** About how many steps an excerpt has. */
export interface ExcerptLengths {
  readonly lead: number;
  /** All the others of a cell. */
  readonly other: number;
  /** On a hypothesis's page. */
  readonly labelled: number;
}

/** What a kind of dataset adds to its data: how it is spoken of, drawn, hashed and read. */
export interface DatasetKind {
  readonly words: DatasetWords;
  /** Steps of a block, where all datasets of the kind have about as many. */
  readonly blockLength: number | null;
  readonly reads: StepInputs['reads'];
  /** How a page draws an excerpt: as text in the colours of a cell, or as lines along a time axis. */
  readonly drawn: 'text' | 'lines';
  /** Whether a step is a character: a network can then write, a visitor can type, and quotations are to be found. */
  readonly ofCharacters: boolean;
  excerptLengths(dataset: Dataset): ExcerptLengths;
  /** All that a network can read in it, to be hashed. */
  identity(dataset: Dataset): string;
  /** Names of what the network reads, in the order of its inputs. */
  inputNames(dataset: Dataset, vocabulary: readonly string[]): readonly string[];
  /** @throws InputError a network that cannot read this dataset */
  inputs(dataset: Dataset, reader: Reader): StepInputs;
}
