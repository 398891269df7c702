// `cellarium weights`: every array of a model, which of its columns are which gate, and where the time steps are.

import { type Command, Option } from 'commander';
import { cellId } from '../../base/cell-ids.ts';
import { InputError } from '../../base/errors.ts';
import { csvCell, exactly, formatNumber, formatTable } from '../../base/table.ts';
import { wrapText } from '../../base/wrap.ts';
import { type WeightsOnly, weightsOf } from '../../inspect/layered-weights.ts';
import { saidAsJson, saidLines } from '../../inspect/said.ts';
import { describeWeights, PARTS, type Part, sliceRow, type TensorFacts } from '../../inspect/weights.ts';
import { explainTime } from '../../inspect/where-is-time.ts';
import { GRU_GATES, type GruGate, type GruParameters } from '../../lstm/gru.ts';
import { GATES, type Gate, inputWidth, isBidirectional, readsNumbers } from '../../lstm/parameters.ts';
import type { LayerChoice } from '../../models/layer-names.ts';
import { findStoredLayer, type ImportOptions, type OpenedModel, openAny } from '../../models/open.ts';
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
  readonly gate?: Gate | GruGate;
  readonly part?: Part;
  /** Only the direction that reads backwards; only the other one where false. */
  readonly backward?: boolean;
}

export function define(verb: Command): void {
  addModelArgument(verb)
    .option('--layer <layer>', 'only this layer of LSTM or GRU cells: its number, from 1, or its name', layerChoice)
    .addOption(
      new Option(
        '--gate <name>',
        'only this gate; g is the candidate, which Keras calls c; r, z and n are those of a GRU',
      ).choices([...GATES, 'c', ...GRU_GATES]),
    )
    .addOption(
      new Option(
        '--part <name>',
        "only W (kernel), U (recurrent), b (bias), b' of a GRU (recurrent-bias) or the projection of nn.LSTM",
      ).choices([...PARTS]),
    )
    .option('--backward', 'only the direction that reads backwards')
    .addOption(new Option('--json', 'print JSON instead of a table').conflicts('csv'))
    .option('--csv', 'print the values of one gate of one layer: a row for each input, a column for each unit');
  addModelOptions(verb).action(
    (model: string, options: Omit<WeightsOptions, 'gate'> & { gate?: Gate | GruGate | 'c' }) => {
      const { gate, ...rest } = options;
      if (options.csv && (options.layer === undefined || gate === undefined)) {
        verb.error('error: --csv prints one gate of one layer: name them with --gate and --layer.');
      }
      return showWeights(model, gate === undefined ? rest : { ...rest, gate: gate === 'c' ? 'g' : gate });
    },
  );
  addExamples(verb, [
    'weights alice',
    'weights model.h5 --layer 1 --gate f',
    'weights model.h5 --layer 1 --gate f --part recurrent --csv > forget-gate.csv',
  ]);
}

/**
 * Prints a table and the explanation; or as JSON `{format, model, parameters, layers, assumed, notes, tensors: [{name,
 * shape, norm, minimum, maximum, gates: [{gate, symbol, from, to, norm, minimum, maximum}]}], time}`, where `layers` are the
 * names of the LSTM and GRU layers; or as CSV the values of one gate of one
 * layer, a row for each number that it weighs and a column for each unit.
 * @throws InputError a model that is not there or broken, a layer that it does not have
 */
async function showWeights(argument: string, options: WeightsOptions): Promise<void> {
  const opened = await openAny(argument, options.content, options);
  const model: WeightsOnly = 'graph' in opened ? weightsOf(opened) : opened;
  const tensors = selectTensors(model, options.csv ? { backward: false, ...options } : options);
  if (options.csv) for (const line of sliceLines(model, tensors)) console.log(line);
  else if (options.json) console.log(toJson(model, tensors));
  else console.log([...tableLines(tensors), '', ...said(model), ...wrap(timeOf(model))].join('\n'));
}

/** The tensors that are asked for, and of each the gates. */
function selectTensors(model: OpenedModel, choice: Choice): TensorFacts[] {
  const { gate, part, backward } = choice;
  const { architecture, parameters, origin } = model;
  const layer = choice.layer === undefined ? undefined : findStoredLayer(model, choice.layer);
  const asked = [layer, gate, part, backward].some((wanted) => wanted !== undefined);
  const tensors = describeWeights(architecture, parameters, origin.lstms).filter(({ position, gates }) => {
    if (position === undefined) return !asked;
    if (gate !== undefined && !gates.some((slice) => slice.gate === gate)) return false;
    return [
      [layer, position.layer],
      [part, position.part],
      [backward, position.backward],
    ].every(([wanted, found]) => wanted === undefined || wanted === found);
  });
  if (tensors.length === 0) {
    const [what, flag] =
      backward === true
        ? ['No layer reads backwards.', '--backward']
        : ['No layer has such weights.', part === undefined ? '--gate' : '--part'];
    throw new InputError(what, {}, `Leave out ${flag}.`);
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

function timeOf({ architecture, features, origin, readsWhat }: WeightsOnly): string[] {
  const { embedding, inputs } = architecture;
  const characters =
    embedding === undefined ? 'one character of a vocabulary, one-hot' : 'the embedding of one character';
  const own = features === undefined ? `the feature${inputs === 1 ? '' : 's'} of one step` : features.join(', ');
  const names = readsWhat ?? own;
  const { lstms } = origin;
  const opened = architecture.units.map((units, layer) => ({
    inputs: inputWidth(architecture, layer),
    units,
    bidirectional: isBidirectional(architecture, layer),
  }));
  const others = (lstms ?? []).slice(opened.length);
  const layers = [
    ...opened,
    ...others.map(({ kind, forward, backward }) => ({
      inputs: forward.kernel.rows,
      units: forward.recurrentKernel.columns / (kind === 'gru' ? GRU_GATES : GATES).length,
      ...(kind === 'gru' ? { gruBiases: biasesOf(forward) } : {}),
      bidirectional: backward !== undefined,
      isAlone: true,
    })),
  ];
  return explainTime(readsNumbers(architecture) ? names : characters, layers);
}

function toJson(model: OpenedModel, tensors: readonly TensorFacts[]): string {
  return JSON.stringify({
    format: 1,
    model: model.name,
    parameters: countStored(model),
    layers: layerNamesOf(model),
    ...saidOf(model),
    tensors: tensors.map(({ name, shape, norm, minimum, maximum, gates }) => {
      return { name, shape, norm, minimum, maximum, gates };
    }),
    time: timeOf(model),
  });
}

const biasesOf = ({ recurrentBias }: GruParameters) => (recurrentBias === undefined ? 1 : 2);

/** All of the file's layers of LSTM and GRU cells count, whether they are opened or not. */
function countStored({ architecture, parameters, origin }: OpenedModel): number {
  const tensors = describeWeights(architecture, parameters, origin.lstms);
  // A layer that is called twice has its weights once.
  const arrays = new Set(tensors.map(({ matrix }) => matrix));
  return [...arrays].reduce((sum, { data }) => sum + data.length, 0);
}

function layerNamesOf({ layerNames, origin }: OpenedModel): readonly string[] {
  return origin.lstms?.map(({ name }) => name) ?? layerNames;
}

/** Nothing of what is assumed of a network changes its weights. */
function saidOf({ origin }: OpenedModel) {
  const { notes, withoutHead } = origin;
  return saidAsJson({ notes, ...(withoutHead === undefined ? {} : { withoutHead }) });
}

/** The layers' names, where they have some, and what the file holds besides. */
function said(model: OpenedModel): string[] {
  const names = layerNamesOf(model).flatMap((name, index) => {
    const own = `layer${index + 1}`;
    return name === own ? [] : [`${own} is "${name}"`];
  });
  const { notes, withoutHead } = model.origin;
  const lines = [
    ...(names.length === 0 ? [] : wrapText(`${names.join(', ')} in the file.`)),
    ...saidLines({ notes, ...(withoutHead === undefined ? {} : { withoutHead }) }),
  ];
  return lines.length === 0 ? [] : [...lines, ''];
}

/** The lines of a CSV file of one gate: the array, what is weighed, and a column for each unit. */
function* sliceLines(model: OpenedModel, tensors: readonly TensorFacts[]): Generator<string> {
  const units = tensors[0]!.gates[0]!.to - tensors[0]!.gates[0]!.from;
  yield ['array', 'from', ...Array.from({ length: units }, (_, unit) => `unit ${unit}`)].map(csvCell).join(',');
  for (const { matrix, position, gates } of tensors) {
    const { part, layer } = position!;
    for (const { symbol, from, to } of gates) {
      for (let row = 0; row < matrix.rows; row++) {
        const source =
          part === 'bias' || part === 'recurrent-bias'
            ? ''
            : part === 'recurrent'
              ? `unit ${row}`
              : inputName(model, layer, row);
        const values = Array.from(sliceRow(matrix, row, from, to), exactly);
        yield [symbol, csvCell(source), ...values].join(',');
      }
    }
  }
}

/** What a row of a kernel weighs. */
function inputName({ architecture, vocabulary, features }: OpenedModel, layer: number, row: number): string {
  if (layer > 1) return layer > architecture.units.length ? `x${row + 1}` : cellId(layer - 1, row);
  if (architecture.embedding !== undefined) return `embedding ${row}`;
  return features?.[row] ?? vocabulary[row] ?? `x${row + 1}`;
}

/** Paragraphs in lines, with an empty one between them. */
function wrap(paragraphs: readonly string[]): string[] {
  return paragraphs.flatMap((paragraph, index) => [...(index === 0 ? [] : ['']), ...wrapText(paragraph)]);
}
