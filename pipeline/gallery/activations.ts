// Activations from a file brought together with what is asked of them: labels, signals and their ranges.
import { basename } from 'node:path';
import { DOMAINS, type GivenSignals, GRU_DOMAINS, symmetricDomain } from '../base/bytes.ts';
import { InputError } from '../base/errors.ts';
import type { Characters } from '../base/positions.ts';
import { areOfGru } from '../base/signals.ts';
import type { ActivationsGallery } from '../content/content.ts';
import { languageOf } from '../content/corpora.ts';
import { readSyntax } from '../content/syntax/read.ts';
import type { Block } from '../datasets/blocks.ts';
import type { LabelledDataset, Source } from '../datasets/dataset.ts';
import { labelWanted, type Wanted } from '../datasets/text/applicable.ts';
import { prepareInPlace } from '../datasets/text/preparation.ts';
import { textDataset } from '../datasets/text/text.ts';
import { labelTokens, tokensDataset } from '../datasets/tokens/tokens.ts';
import { BLOCKS_AT_LEAST } from '../scoring/plan/labels.ts';
import { ENDING } from './activation-source.ts';
import { type Activations, type ActivationsOptions, openActivationsFile } from './activations-file.ts';

export interface LabelledActivations extends LabelledDataset {
  readonly activations: Activations;
  readonly given: GivenSignals;
}

/** Columns, units × signals, whose tallies and samples take less than two gigabytes of memory together. */
const COLUMNS_AT_MOST = 8192;

/** Characters, spread over the text, from which a signal's range is told. */
const RANGE_ROWS = 2048;

/**
 * Opens a file of activations and labels its text, which is what it is: each character has its row.
 * @param described the text's title and licence; the file's name where left out
 * @param options what its user says of the file
 * @throws InputError a file that is broken, does not fit its text, or is too wide
 */
export async function labelActivations(
  file: string,
  wanted: Wanted,
  described: Partial<Source> = {},
  options: ActivationsOptions = {},
): Promise<LabelledActivations> {
  const activations = await openActivationsFile(file, options);
  try {
    checkWidth(activations);
    const name = basename(file).replace(ENDING, '');
    const source = { id: name, title: name, source: basename(file), ...described };
    const { prepare = [] } = options;
    const characters = prepareInPlace(activations.characters, prepare);
    const text = labelRows(activations, characters, source, wanted);
    const given = { signals: activations.signals, domains: domainsOf(activations) };
    const remarks = [...(text.remarks ?? []), ...remarksOn(activations.characters, characters, prepare)];
    return { ...text, ...(remarks.length === 0 ? {} : { remarks }), blocks: divided(text), activations, given };
  } catch (error) {
    activations.close();
    throw error;
  }
}

/** What was changed in the text. */
function remarksOn(before: Characters, after: Characters, prepare: readonly string[]): string[] {
  const count = (value: number) => value.toLocaleString('en');
  const changed = before.reduce((sum, character, position) => sum + Number(character !== after[position]), 0);
  const noun = changed === 1 ? 'character' : 'characters';
  const stay = prepare.includes('typographic-quotes') && after.includes('"');
  return [
    ...(changed === 0
      ? []
      : [`Of the text, ${count(changed)} ${noun} of ${count(before.length)} changed: ${prepare.join(', ')}.`]),
    ...(stay ? ['Its straight quotation marks stay: to set typographic ones would move characters.'] : []),
  ];
}

/** The text as the file's rows are: characters, or tokens. */
function labelRows(
  { characters, spans }: Activations,
  prepared: Characters,
  source: Source,
  wanted: Wanted,
): LabelledDataset {
  if (spans === null) return labelWanted(textDataset(source, prepared), wanted, readSyntax);
  // A token has no name in the file: what it spells stands for it.
  const names = spans.map(({ start, end }) => characters.slice(start, end).join(''));
  const tokens = [...new Set(names)];
  const numbers = new Map(tokens.map((name, id) => [name, id]));
  const tokenised = {
    ids: Int32Array.from(names, (name) => numbers.get(name)!),
    starts: Int32Array.from(spans, ({ start }) => start),
    ends: Int32Array.from(spans, ({ end }) => end),
  };
  return labelTokens(tokensDataset(source, prepared, tokenised, { tokens }), wanted, readSyntax);
}

function checkWidth({ file, layers, signals }: Activations): void {
  const units = layers.reduce((sum, count) => sum + count, 0);
  if (units * signals.length <= COLUMNS_AT_MOST) return;
  throw new InputError(
    `It has ${units} units with ${signals.length} ${signals.length === 1 ? 'signal' : 'signals'} each, and at most ${COLUMNS_AT_MOST} signals can be scored together.`,
    { file },
    'Leave signals out, or divide the units among several files.',
  );
}

/** What a gallery says of its file, and of the text. */
export function describedIn(gallery: ActivationsGallery): { source: Partial<Source>; options: ActivationsOptions } {
  const { id, title, licence, datasets, prepare, encoding } = gallery;
  return {
    source: { id, title, licence, language: languageOf(gallery) },
    options: { datasets, prepare: prepare === 'none' ? [] : prepare, encoding, told: 'encoding: ' },
  };
}

/** Where too few blocks would be held out to score anything on them, none is. */
function divided({ blocks }: LabelledDataset): readonly Block[] {
  const heldOut = blocks.filter(({ split }) => split === 'held-out');
  return heldOut.length >= BLOCKS_AT_LEAST ? blocks : blocks.map((block) => ({ ...block, split: 'train' }));
}

/** g and h of an LSTM, n and h of a GRU lie between −1 and 1, but those of other networks may not: their ranges are widened then. */
function domainsOf(activations: Activations): GivenSignals['domains'] {
  const { rows: all, signals } = activations;
  const rows = Math.min(RANGE_ROWS, all);
  const sample = (signal: 'g' | 'n' | 'h') =>
    Array.from({ length: rows }, (_, k) => activations.read(signal, Math.floor((k * all) / rows), 1));
  return {
    ...(areOfGru(signals) ? GRU_DOMAINS : DOMAINS),
    ...(signals.includes('g') ? { g: symmetricDomain(sample('g')) } : {}),
    ...(signals.includes('n') ? { n: symmetricDomain(sample('n')) } : {}),
    h: symmetricDomain(sample('h')),
  };
}
