// What an argument `<model>` may be, the options that supply what a model's file does not say, and the choice of cells
// and signals.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseCellId } from '../base/cell-ids.ts';
import { KNOWN_SIGNALS, type Signal } from '../base/signals.ts';
import type { UnitRange } from '../inspect/inspect.ts';
import type { Activation, CellActivation, RecurrentActivation } from '../lstm/parameters.ts';
import type { LayerChoice } from '../models/layer-names.ts';
import { contentOption } from './options.ts';

/** The first argument of a verb that opens a model. */
export function addModelArgument(verb: Command): Command {
  return verb.argument('<model>', "a model's file or folder, or an id of content/models").addOption(contentOption());
}

const ACTIVATIONS = ['linear', 'tanh', 'sigmoid', 'relu'] as const satisfies readonly Activation[];

const CELL_ACTIVATIONS = [
  ...ACTIVATIONS,
  ...(['relu6', 'elu', 'selu', 'exponential', 'softplus', 'softsign', 'leaky-relu(0.2)'] as const),
] satisfies CellActivation[];

/** The options of `ImportOptions`. */
export function addModelOptions(command: Command): Command {
  const activation = (flag: string, of: string, choices: readonly string[] = ACTIVATIONS) =>
    new Option(`--${flag} <name>`, `activation ${of}, where the file does not say`).choices([...choices]);
  return command
    .option(
      '--vocabulary <file>',
      'the characters that it reads: a JSON list, a JSON object of their numbers, or a text',
    )
    .option(
      '--tokenizer <file>',
      "what cuts a text into the tokens that it reads: Keras's Tokenizer as to_json() saves it, a tokenizer.json of Hugging Face, or a list with a token on each line",
    )
    .option('--features <names>', 'names of the numbers that it reads, such as temperature,wind', namesOf)
    .option('--recurrent-activation <name>', RECURRENT, recurrentActivation)
    .addOption(activation('cell-activation', 'of the candidate and of c', CELL_ACTIVATIONS))
    .addOption(activation('hidden-activation', 'of the dense layers below the last'))
    .addOption(activation('output-activation', 'of the last dense layer', [...ACTIVATIONS, 'softmax']))
    .option('--architecture <file>', "the JSON of Keras's model.to_json(), for a file of weights alone")
    .addOption(
      new Option(
        '--order <names>',
        'LSTM or GRU layers that are called one after the other, where the file does not say',
      )
        .argParser(namesOf)
        .conflicts(['architecture', 'assumeStack']),
    )
    .addOption(
      new Option(
        '--assume-stack',
        'take LSTM or GRU layers whose file does not connect them as a plain stack',
      ).conflicts('architecture'),
    );
}

const RECURRENT =
  'activation of the gates, where the file does not say: sigmoid, hard-sigmoid (0.2·x + 0.5), or hard-sigmoid:<slope>,<offset>';

/** Different names separated by commas. */
export function namesOf(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.every((name) => name !== '') && new Set(names).size === names.length) return names;
  throw new InvalidArgumentError('It must be different names, separated by commas.');
}

/** `sigmoid`, `hard-sigmoid` as Keras 2 has it, or `hard-sigmoid:0.1667,0.5`. */
export function recurrentActivation(text: string): RecurrentActivation {
  if (text === 'sigmoid') return { kind: 'sigmoid' };
  if (text === 'hard-sigmoid') return { kind: 'hard-sigmoid', slope: 0.2, offset: 0.5 };
  const [, slope, offset] = /^hard-sigmoid:([\d.]+),([\d.]+)$/.exec(text) ?? [];
  const numbers = { slope: Number(slope), offset: Number(offset) };
  if (numbers.slope > 0 && numbers.offset >= 0) return { kind: 'hard-sigmoid', ...numbers };
  throw new InvalidArgumentError('It must be sigmoid, hard-sigmoid, or hard-sigmoid:<slope>,<offset>.');
}

// Cells and signals.

/** `--input encoder=data.csv`, once for each input of a model that has several. */
export function inputOption(): Option {
  return new Option('--input <name=file>', 'a file for one input of a model that has several, a CSV file or a text')
    .argParser((text: string, before: ReadonlyMap<string, string> = new Map()) => {
      const at = text.indexOf('=');
      const [name, file] = [text.slice(0, at), text.slice(at + 1)];
      if (at > 0 && file !== '') return new Map([...before, [name, file]]);
      throw new InvalidArgumentError(
        "It must be an input's name, an equals sign and a file, such as encoder=data.csv.",
      );
    })
    .default(new Map(), 'none');
}

/** Those of `SelectionOptions`. */
export function addSelectionOptions(command: Command): Command {
  return command
    .option('--layer <layer>', 'only this layer of LSTM or GRU cells: its number, from 1, or its name', layerChoice)
    .option('--unit <number>', 'only this unit, from 0, or these, such as 10-19', unitRange)
    .option('--signal <names>', 'only these of i,f,g,o,c,h, or of r,z,n,h for GRU cells', signalsOf);
}

/** A number from 1, or a name. */
export function layerChoice(text: string): LayerChoice {
  if (/^0*[1-9]\d*$/.test(text)) return Number(text);
  if (text.trim() !== '' && !/^[+-]?\d+$/.test(text)) return text;
  throw new InvalidArgumentError("It must be a layer's number, from 1, or its name.");
}

/** `12`, or `10-19`. */
export function unitRange(text: string): UnitRange {
  const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  const range = { first: Number(first), last: Number(last) };
  if (range.first <= range.last) return range;
  throw new InvalidArgumentError('It must be a unit such as 12, or units such as 10-19.');
}

/** Signals separated by commas, in the order in which every file has them. */
export function signalsOf(text: string): Signal[] {
  const names = namesOf(text);
  if (names.every((name) => KNOWN_SIGNALS.includes(name as Signal)))
    return KNOWN_SIGNALS.filter((name) => names.includes(name));
  throw new InvalidArgumentError('It must be some of i,f,g,o,c,h, or of r,z,n,h for GRU cells.');
}

/** A cell of a layer that is given by number or name; its unit from 0. */
export interface ChosenCell {
  readonly layer: LayerChoice;
  readonly unit: number;
}

/** `2-139`, or `encoder-139`: layer from 1 or its name, unit from 0. */
export function cellName(text: string): ChosenCell {
  const place = parseCellId(text);
  if (place !== undefined) return place;
  const [, layer, unit] = /^(.*\D.*)-(\d{1,9})$/.exec(text) ?? [];
  if (layer !== undefined) return { layer, unit: Number(unit) };
  throw new InvalidArgumentError(
    'It must be a cell such as 2-139 or encoder-139: layer from 1 or its name, unit from 0.',
  );
}
