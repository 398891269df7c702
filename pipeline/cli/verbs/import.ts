// `cellarium import`: a model of any framework becomes one of content/models.
import { basename, join } from 'node:path';
import type { Command } from 'commander';
import { InputError } from '../../base/errors.ts';
import { faultOfId } from '../../base/ids.ts';
import { PREPARATION_STEPS, parsePreparation } from '../../base/preparation.ts';
import { mixedRandom } from '../../base/random.ts';
import { formatTable } from '../../base/table.ts';
import { FOLDERS } from '../../content/files.ts';
import { TOKENISER_FILES } from '../../content/tokens.ts';
import { explainingFailure, listFolder, makeFolder, readText, writeAtomically } from '../../files/files.ts';
import { hashFile, hashTree } from '../../files/hash.ts';
import { publishFolder } from '../../files/publish.ts';
import { discard, reservePath } from '../../files/unfinished.ts';
import { requireWhole } from '../../inspect/said.ts';
import { countParameters } from '../../lstm/parameters.ts';
import { type Card, checkVocabulary, tokeniserEntry, writeCard } from '../../models/formats/own/card.ts';
import { writeParameters } from '../../models/formats/own/parameters.ts';
import { type ImportedModel, type ImportOptions, importModel } from '../../models/open.ts';
import { checkParity } from '../../models/parity.ts';
import { type Fact, importFacts, layerTable } from '../../models/summary.ts';
import { addModelOptions } from '../model-options.ts';
import { addExamples, type Content, contentOption } from '../options.ts';
import type { PrepareOptions } from '../text-options.ts';

interface ImportVerbOptions extends Content, ImportOptions, PrepareOptions {
  readonly as: string;
  readonly force?: true;
}

export function define(verb: Command): void {
  verb
    .argument('<file>', "a model's file or folder")
    .requiredOption('--as <id>', 'its name in content/models')
    .addOption(contentOption())
    .option('--force', 'replace the model that has this name');
  verb.option(
    '--prepare <steps>',
    `what was changed in the text that it learned from, and so in what it reads here: none, or some of ${PREPARATION_STEPS.join(',')}; none when left out`,
    parsePreparation,
  );
  addModelOptions(verb).action(importFile);
  addExamples(verb, [
    'import model.h5 --as forecaster --features temperature,wind',
    'import weights.safetensors --as shakespeare --vocabulary characters.json',
    'import tfjs-model/model.json --as writer',
    'import words.keras --as words --tokenizer tokenizer.json',
  ]);
}

const WEIGHTS = 'model.safetensors';
const WRITTEN: readonly string[] = [WEIGHTS, 'card.md', ...Object.values(TOKENISER_FILES)];
const PARITY_SEED = 1;

/**
 * Writes weights and card into content/models/<id>, both or neither, and prints what it found.
 * @throws InputError a file that cannot be read as a network, or computes something else than its own framework; an id
 *   that is taken, or cannot be part of an address
 */
async function importFile(file: string, options: ImportVerbOptions): Promise<void> {
  const { content, as: id, force = false } = options;
  const folder = join(content, FOLDERS.model, id);
  checkTarget(id, folder, force);
  const model = preparedAs(await importModel(file, options), options, file);
  requireWhole(model.origin, file);
  checkVocabulary(model.description, file);
  const parity = await checkParity(model, mixedRandom(PARITY_SEED), file);
  const facts = importFacts(model, parity);
  writeModel(folder, model, facts, file);
  const { architecture } = model.description;
  console.log(layerTable(architecture).join('\n'));
  console.log(`\n${formatTable(['file', file], facts).join('\n')}`);
  console.log(`\n${folder}: ${countParameters(architecture).toLocaleString('en')} parameters, with a card`);
}

/** @throws InputError a preparation of a model that reads no characters */
function preparedAs(model: ImportedModel, { prepare }: PrepareOptions, file: string): ImportedModel {
  const { description } = model;
  if (prepare === undefined) return model;
  if (description.vocabulary.length === 0) {
    const fix = 'Leave out --prepare, or give the characters that it reads with --vocabulary.';
    throw new InputError('Only a text is prepared, and this model is not known to read one.', { file }, fix);
  }
  return { ...model, description: { ...description, preparation: prepare } };
}

function checkTarget(id: string, folder: string, force: boolean): void {
  const fault = faultOfId(id);
  if (fault !== undefined) throw new InputError(`"${id}" ${fault.why}.`, {}, fault.fix);
  const there = listFolder(folder);
  const other = there.find((name) => !WRITTEN.includes(name));
  if (other !== undefined) {
    throw new InputError(`The folder holds ${other}, which no import made.`, { file: folder }, 'Choose another id.');
  }
  if (there.length > 0 && !force) {
    throw new InputError(
      'There is such a model already.',
      { file: folder },
      'Choose another id, or replace it with --force.',
    );
  }
}

function writeModel(
  folder: string,
  { description, parameters, tokens }: ImportedModel,
  facts: readonly Fact[],
  file: string,
) {
  makeFolder(join(folder, '..'));
  const pending = explainingFailure('write', folder, () => reservePath(folder));
  try {
    makeFolder(pending);
    const weights = join(pending, WEIGHTS);
    writeParameters(weights, description.architecture, parameters);
    if (tokens !== undefined) {
      const name = tokens.path.toLowerCase().endsWith('.json') ? TOKENISER_FILES.json : TOKENISER_FILES.list;
      writeAtomically(join(pending, name), readText(tokens.path));
    }
    writeCard(pending, {
      ...description,
      ...(tokens === undefined ? {} : { tokeniser: tokeniserEntry(pending) }),
      weights: { file: WEIGHTS, sha256: hashFile(weights) },
      chosenEpoch: null,
      loss: null,
      run: runOf(facts, file),
      body: `Imported by \`cellarium import\` from \`${basename(file)}\`.\n\n${facts.map(([name, value]) => `- ${name}: ${value}\n`).join('')}`,
    });
    publishFolder(pending, folder);
  } finally {
    discard(pending);
  }
}

/** What the card keeps of the import; notes and what was assumed, of which there may be several, in one. */
function runOf(facts: readonly Fact[], file: string): Card['run'] {
  const isNote = ([name]: Fact) => name === 'note' || name === 'assumed';
  const notes = facts.filter(isNote).map(([, value]) => value);
  return {
    ...Object.fromEntries(facts.filter((fact) => !isNote(fact))),
    file: basename(file),
    // What its links lead to is no part of the model.
    sha256: hashTree(file, false),
    ...(notes.length === 0 ? {} : { notes: notes.join(' ') }),
  };
}
