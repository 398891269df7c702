// `cellarium gallery new`: the files that a gallery begins with.
import { isAbsolute, join, relative, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { stringify } from 'yaml';
import { InputError } from '../../base/errors.ts';
import { faultOfId } from '../../base/ids.ts';
import { toCharacters } from '../../base/positions.ts';
import { changedWords, PREPARATION_STEPS, type Preparation, parsePreparation } from '../../base/preparation.ts';
import { isLanguageTag, wantedHypotheses } from '../../content/corpora.ts';
import { FOLDERS, listIds } from '../../content/files.ts';
import { requireBlocks } from '../../datasets/blocks.ts';
import type { Language } from '../../datasets/dataset.ts';
import { applicable, describeReading, NO_HYPOTHESES } from '../../datasets/text/applicable.ts';
import { cutBlocks } from '../../datasets/text/blocks.ts';
import { text as textKind } from '../../datasets/text/kind.ts';
import { prepare as prepareText, stepsInPlace } from '../../datasets/text/preparation.ts';
import { parseEncoding } from '../../files/encoding.ts';
import { readText } from '../../files/files.ts';
import { type NewFile, writeNewFiles } from '../../files/new-files.ts';
import { ENDING } from '../../gallery/activation-source.ts';
import { labelActivations } from '../../gallery/activations.ts';
import type { Activations } from '../../gallery/activations-file.ts';
import { proposeFor, type SaidOfText } from '../../gallery/new-text.ts';
import { BLOCKS_AT_LEAST } from '../../scoring/plan/labels.ts';
import { startingConfiguration } from '../../training/configuration.ts';
import { namesOf } from '../model-options.ts';
import { addExamples, type Content, contentOption } from '../options.ts';
import { ENCODING_OPTION } from '../text-options.ts';

export interface NewGalleryOptions extends SaidOfText {
  readonly content: string;
  readonly id: string;
  /** Title of the gallery; made of the id where left out. */
  readonly title?: string | undefined;
  /** Of the file with the text. */
  readonly encoding?: string | undefined;
}

export interface ActivationsGalleryOptions extends NewGalleryOptions {
  readonly activations: string;
  /** Whether to refer to the file where it lies instead of copying it. */
  readonly link: boolean;
  /** The text that they belong to, where it lies neither in nor beside their file. */
  readonly text?: string | undefined;
  /** The arrays that are meant, where their file holds others too. */
  readonly dataset?: readonly string[] | undefined;
}

export interface TextOptions extends NewGalleryOptions {
  readonly text: string;
}

interface NewOptions extends Content {
  readonly activations?: string;
  readonly text?: string;
  readonly title?: string;
  readonly link?: true;
  readonly dataset?: readonly string[];
  readonly prepare?: Preparation;
  readonly language?: Language;
  readonly programmingLanguage?: Language;
  readonly encoding?: string;
}

export function define(gallery: Command): void {
  const verb = gallery
    .helpCommand(false)
    .command('new')
    .description('Write the files of a new gallery, of activations or of a text to train on.')
    .argument('<id>', 'its name in addresses: lower-case letters, digits and hyphens')
    .addOption(contentOption())
    .option('--activations <file>', 'activations of any network (safetensors, npy, npz, HDF5), with their text')
    .option('--text <file>', 'a text, to train a model on; with --activations the one that they belong to')
    .option('--dataset <names>', 'the arrays of --activations that are meant, a layer each', namesOf)
    .option('--title <title>', 'what the gallery is called')
    .option('--link', 'refer to the file of activations where it is instead of copying it')
    .option(
      '--prepare <steps>',
      `what is changed in the text: none, or some of ${PREPARATION_STEPS.join(',')}; line-breaks when left out, for activations none`,
      parsePreparation,
    )
    .option('--language <tag>', 'what the text is written in, as a BCP 47 tag such as de or pt-BR', languageTag)
    .addOption(
      new Option('--programming-language <name>', 'or which programming language, such as c or python')
        .argParser((name): Language => ({ kind: 'programming', name: name.toLowerCase() }))
        .conflicts('language'),
    )
    .option('--encoding <name>', 'of the text, such as windows-1252 or utf-16le; UTF-8 when left out', parseEncoding)
    .action(async (id: string, { activations, text, link, dataset, programmingLanguage, ...rest }: NewOptions) => {
      const { language = programmingLanguage } = rest;
      const options = { ...rest, language };
      if (activations !== undefined) {
        await newActivationsGallery({ ...options, id, activations, text, dataset, link: link ?? false });
      } else if (link !== undefined || dataset !== undefined) {
        verb.error('error: --link and --dataset are for a file of --activations');
      } else if (text !== undefined) newTextGallery({ ...options, id, text });
      else verb.error('error: say what it shows: --activations <file> or --text <file>');
    });
  addExamples(verb, [
    'gallery new mine --activations activations.safetensors --title "My network"',
    'gallery new mine --text mine.txt',
    'gallery new kernel --text kernel.c --programming-language c --prepare none',
    'gallery new roman --text roman.txt --language de --encoding windows-1252',
  ]);
}

/**
 * Begins a gallery of the activations in a file, after looking at every value in it.
 * @throws InputError a file that is broken or does not fit its text; an id that is taken or no part of an address
 */
export async function newActivationsGallery(options: ActivationsGalleryOptions): Promise<void> {
  const { content, id, title, activations: file, link, text, dataset, prepare, language, encoding } = options;
  checkId(id);
  const inPlace = prepare === undefined ? undefined : stepsInPlace(prepare);
  const said = { text, datasets: dataset, prepare: inPlace, encoding, told: ENCODING_OPTION };
  const { activations } = await labelActivations(file, NO_HYPOTHESES, {}, said);
  let found: string;
  try {
    checkValues(activations);
    found = describe(activations);
  } finally {
    activations.close();
  }
  const folder = join(content, FOLDERS.gallery);
  const ending = ENDING.exec(file)?.[0] ?? '.safetensors';
  const copy = join(content, 'activations', `${id}${ending}`);
  if (link && text !== undefined) {
    const fix = `Put it into ${file.replace(ENDING, '')}.txt, or leave out --link.`;
    throw new InputError('A gallery looks for the text beside the file that it is linked to.', { file: text }, fix);
  }
  const stays = link || resolve(file) === resolve(copy);
  const copies: NewFile[] = [
    { path: copy, copyOf: file },
    ...(activations.textFile === null ? [] : [{ path: copy.replace(ENDING, '.txt'), copyOf: activations.textFile }]),
  ];
  const gallery = markdown(
    {
      title: title ?? titleOf(id),
      summary: `${found}, computed elsewhere.`,
      activations: stays && isAbsolute(file) ? file : relative(folder, stays ? file : copy),
      ...(dataset === undefined ? {} : { datasets: [...dataset] }),
      ...(inPlace === undefined ? {} : preparationKey(inPlace)),
      ...languageKey(language),
      ...encodingKey(encoding),
      hypotheses: 'all',
    },
    'The text below the second line of hyphens is the front page: say there what computed the activations.',
  );
  finish([...(stays ? [] : copies), { path: join(folder, `${id}.md`), content: gallery }]);
  console.log(`${found}\nNext: npx cellarium build ${id}`);
}

/**
 * Begins a gallery of a text that a model is to be trained on.
 * @throws InputError a text that is not in its encoding or too short to train on; an id that is taken or no part of an address
 */
export function newTextGallery({ content, id, title: given, text: file, encoding, ...said }: TextOptions): void {
  checkId(id);
  const written = readText(file, { encoding, told: ENCODING_OPTION });
  const { preparation, language, lines } = proposeFor(written, file, said);
  const { text, report } = prepareText(written, preparation);
  const characters = toCharacters(text);
  const blocks = cutBlocks(characters);
  requireBlocks(blocks, file, textKind);
  const title = given ?? titleOf(id);
  const labels = labelsFor(content, characters, language, title);
  const corpus = markdown(
    {
      ...{ title, source: `./${id}.txt`, licence: 'Not stated' },
      ...preparationKey(preparation),
      ...languageKey(language),
      ...encodingKey(encoding),
    },
    'Say whose text it is (author:), under which licence, and below where it comes from.',
  );
  const gallery = markdown(
    { title, summary: `What a network learned from ${title}.`, model: id, corpus: id, hypotheses: 'all' },
    'The text below the second line of hyphens is the front page, in Markdown.',
  );
  finish([
    { path: join(content, FOLDERS.corpus, `${id}.txt`), copyOf: file },
    { path: join(content, FOLDERS.corpus, `${id}.md`), content: corpus },
    { path: join(content, FOLDERS.model, id, 'training.yaml'), content: startingConfiguration(id, characters.length) },
    { path: join(content, FOLDERS.gallery, `${id}.md`), content: gallery },
  ]);
  const changed = changedWords(report);
  console.log(['', ...lines, ...(changed === undefined ? [] : [changed]), ...labels, ''].join('\n'));
  if (blocks.filter(({ split }) => split === 'held-out').length < BLOCKS_AT_LEAST) {
    console.log('The text is short: it can be trained on, but too little of it is held out to score a hypothesis.');
  }
  console.log(`Next: npx cellarium train ${id}, then npx cellarium build ${id}`);
}

/** @throws InputError what is no BCP 47 tag */
function languageTag(tag: string): Language {
  if (isLanguageTag(tag)) return { kind: 'natural', name: Intl.getCanonicalLocales(tag)[0]! };
  throw new InputError(`"${tag}" is no language tag.`, {}, 'Give one of BCP 47, such as en, de or pt-BR.');
}

const preparationKey = (preparation: Preparation) => ({
  prepare: preparation.length === 0 ? 'none' : [...preparation],
});
const encodingKey = (encoding: string | undefined) => (encoding === undefined ? {} : { encoding });
function languageKey(language: Language | undefined): Record<string, string> {
  if (language === undefined) return {};
  return { [language.kind === 'programming' ? 'programming-language' : 'language']: language.name };
}

/** How the text will be labelled: its quotation marks, and how many hypotheses apply to it. @throws InputError none does */
function labelsFor(content: string, texts: readonly string[], language: Language | undefined, title: string): string[] {
  if (listIds(content, 'hypothesis').length === 0) return [];
  const wanted = wantedHypotheses(content, 'all');
  const { hypotheses, leftOut, remarks } = applicable(wanted, texts, language);
  const source = { id: title, title, source: title, ...(language === undefined ? {} : { language }) };
  const count = `${hypotheses.length} of ${hypotheses.length + leftOut.length} hypotheses apply to it; its page of hypotheses will say why the others do not.`;
  return [...remarks, ...describeReading({ source, texts, hypotheses }), count];
}

function checkId(id: string): void {
  const fault = faultOfId(id, true);
  if (fault !== undefined) throw new InputError(`"${id}" ${fault.why}.`, {}, fault.fix);
}

/** Values that are looked at together. */
const PIECE = 2 ** 22;

function checkValues({ rows: all, layers, signals, read }: Activations): void {
  const rows = Math.ceil(PIECE / layers.reduce((sum, units) => sum + units, 0));
  for (const signal of signals) {
    for (let first = 0; first < all; first += rows) {
      read(signal, first, Math.min(rows, all - first));
    }
  }
}

function describe({ rows, spans, layers, signals }: Activations): string {
  const units = layers.reduce((sum, count) => sum + count, 0);
  const counted = units === 1 ? '1 unit' : `${units.toLocaleString('en')} units`;
  const of = signals.length === 1 ? '' : ` (${signals.join(', ')})`;
  return `${counted} over ${rows.toLocaleString('en')} ${spans === null ? 'characters' : 'tokens'}${of}`;
}

/** through-the-glass: Through the glass. */
function titleOf(id: string): string {
  const words = id.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A Markdown file of front matter alone, with a comment for whoever edits it next. */
function markdown(data: Record<string, string | string[]>, comment: string): string {
  return `---\n# ${comment}\n${stringify(data, { lineWidth: 0 })}---\n`;
}

function finish(files: readonly NewFile[]): void {
  writeNewFiles(files);
  for (const { path } of files) console.log(path);
}
