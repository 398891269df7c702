// `cellarium weights`: every array of a model, which of its columns are which gate, and where the time steps are.

import { type Command, Option } from 'commander';
import { cellId } from '../../base/cell-ids.ts';
import { InputError } from '../../base/errors.ts';
import { csvCell, exactly, formatNumber, formatTable } from '../../base/table.ts';
import { describeWeights, PARTS, type Part, sliceRow, type TensorFacts } from '../../inspect/weights.ts';
import { explainTime } from '../../inspect/where-is-time.ts';
import { countParameters, GATES, type Gate, inputWidth, isBidirectional, readsNumbers } from '../../lstm/parameters.ts';
import type { LayerChoice } from '../../models/layer-names.ts';
import { findLayer, type ImportOptions, type OpenedModel, openModel } from '../../models/open.ts';
import { addModelArgument, addModelOptions, layerChoice } from '../model-options.ts';
import { addExamples, type Content } from '../options.ts';

interface WeightsOptions extends Content, ImportOptions, Choice {
  readonly json?: true;
  readonly csv?: true;
}

/** Which of the tensors: all where nothing is chosen. */
interface Choice {
  /** By its number, from 1, or its name. */
  readonly layer?: LayerChoice;
  readonly gate?: Gate;
  readonly part?: Part;
  /** Only the direction that reads backwards; only the other one where false. */
  readonly backward?: boolean;
}

export function define(verb: Command): void {
  addModelArgument(verb)
    .option('--layer <layer>', 'only this LSTM layer: its number, from 1, or its name', layerChoice)
    .addOption(
      new Option('--gate <name>', 'only this gate; g is the candidate, which Keras calls c').choices([...GATES, 'c']),
    )
    .addOption(new Option('--part <name>', 'only W (kernel), U (recurrent) or b (bias)').choices([...PARTS]))
    .option('--backward', 'only the direction that reads backwards')
    .addOption(new Option('--json', 'print JSON instead of a table').conflicts('csv'))
    .option('--csv', 'print the values of one gate of one layer: a row for each input, a column for each unit');
  addModelOptions(verb).action((model: string, options: Omit<WeightsOptions, 'gate'> & { gate?: Gate | 'c' }) => {
    const { gate, ...rest } = options;
    if (options.csv && (options.layer === undefined || gate === undefined)) {
      verb.error('error: --csv prints one gate of one layer: name them with --gate and --layer.');
    }
    return showWeights(model, gate === undefined ? rest : { ...rest, gate: gate === 'c' ? 'g' : gate });
  });
  addExamples(verb, [
    'weights alice',
    'weights model.h5 --layer 1 --gate f',
    'weights model.h5 --layer 1 --gate f --part recurrent --csv > forget-gate.csv',
  ]);
}

/**
 * Prints a table and the explanation; or as JSON `{format, model, parameters, tensors: [{name, shape, norm, minimum,
 * maximum, gates: [{gate, symbol, from, to, norm, minimum, maximum}]}], time}`; or as CSV the values of one gate of one
 * layer, a row for each number that it weighs and a column for each unit.
 * @throws InputError a model that is not there or broken, a layer that it does not have
 */
async function showWeights(argument: string, options: WeightsOptions): Promise<void> {
  const model = await openModel(argument, options.content, options);
  const tensors = selectTensors(model, options.csv ? { backward: false, ...options } : options);
  if (options.csv) for (const line of sliceLines(model, tensors)) console.log(line);
  else if (options.json) console.log(toJson(model, tensors));
  else console.log([...tableLines(tensors), '', ...wrap(timeOf(model))].join('\n'));
}

/** The tensors that are asked for, and of each the gates. */
function selectTensors(model: OpenedModel, choice: Choice): TensorFacts[] {
  const { gate, part, backward } = choice;
  const { architecture, parameters } = model;
  const layer = choice.layer === undefined ? undefined : findLayer(model, choice.layer);
  const asked = [layer, gate, part, backward].some((wanted) => wanted !== undefined);
  const tensors = describeWeights(architecture, parameters).filter(({ position }) => {
    if (position === undefined) return !asked;
    return [
      [layer, position.layer],
      [part, position.part],
      [backward, position.backward],
    ].every(([wanted, found]) => wanted === undefined || wanted === found);
  });
  if (tensors.length === 0) {
    throw new InputError('No layer reads backwards.', {}, 'Leave out --backward.');
  }
  return tensors.map((tensor) => ({
    ...tensor,
    gates: tensor.gates.filter((slice) => gate === undefined || slice.gate === gate),
  }));
}

function tableLines(tensors: readonly TensorFacts[]): string[] {
  const numbers = (spread: { norm: number; minimum: number; maximum: number }) =>
    [spread.norm, spread.minimum, spread.maximum].map(formatNumber);
  const rows = tensors.flatMap((tensor) => [
    [tensor.name, `[${tensor.shape.join(', ')}]`, '', '', ...numbers(tensor)],
    ...tensor.gates.map((slice) => ['', '', slice.symbol, `${slice.from}-${slice.to - 1}`, ...numbers(slice)]),
  ]);
  return formatTable(['array', 'shape', 'gate', 'columns', 'norm', 'least', 'greatest'], rows, [4, 5, 6]);
}

function timeOf({ architecture, features }: OpenedModel): string[] {
  const { embedding, inputs } = architecture;
  const characters =
    embedding === undefined ? 'one character of a vocabulary, one-hot' : 'the embedding of one character';
  const names = features === undefined ? `the feature${inputs === 1 ? '' : 's'} of one step` : features.join(', ');
  const layers = architecture.units.map((units, layer) => ({
    inputs: inputWidth(architecture, layer),
    units,
    bidirectional: isBidirectional(architecture, layer),
  }));
  return explainTime(readsNumbers(architecture) ? names : characters, layers);
}

function toJson(model: OpenedModel, tensors: readonly TensorFacts[]): string {
  return JSON.stringify({
    format: 1,
    model: model.name,
    parameters: countParameters(model.architecture),
    tensors: tensors.map(({ name, shape, norm, minimum, maximum, gates }) => {
      return { name, shape, norm, minimum, maximum, gates };
    }),
    time: timeOf(model),
  });
}

/** The lines of a CSV file of one gate: the array, what is weighed, and a column for each unit. */
function* sliceLines(model: OpenedModel, tensors: readonly TensorFacts[]): Generator<string> {
  const units = tensors[0]!.gates[0]!.to - tensors[0]!.gates[0]!.from;
  yield ['array', 'from', ...Array.from({ length: units }, (_, unit) => `unit ${unit}`)].map(csvCell).join(',');
  for (const { matrix, position, gates } of tensors) {
    const { part, layer } = position!;
    for (const { symbol, from, to } of gates) {
      for (let row = 0; row < matrix.rows; row++) {
        const source = part === 'bias' ? '' : part === 'recurrent' ? `unit ${row}` : inputName(model, layer, row);
        const values = Array.from(sliceRow(matrix, row, from, to), exactly);
        yield [symbol, csvCell(source), ...values].join(',');
      }
    }
  }
}

/** What a row of a kernel weighs. */
function inputName({ architecture, vocabulary, features }: OpenedModel, layer: number, row: number): string {
  if (layer > 1) return cellId(layer - 1, row);
  if (architecture.embedding !== undefined) return `embedding ${row}`;
  return features?.[row] ?? vocabulary[row] ?? `x${row + 1}`;
}

const LINE = 100;

/** Paragraphs in lines, with an empty one between them. */
function wrap(paragraphs: readonly string[]): string[] {
  return paragraphs.flatMap((paragraph, index) => {
    const lines = index === 0 ? [''] : ['', ''];
    for (const word of paragraph.split(' ')) {
      const line = lines.at(-1)!;
      if (line !== '' && line.length + 1 + word.length > LINE) lines.push(word);
      else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
    }
    return lines;
  });
}
