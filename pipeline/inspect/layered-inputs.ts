// What a model of several inputs and layers is to read, and which of its layers that is enough for.
import { InputError } from '../base/errors.ts';
import { type Characters, toCharacters } from '../base/positions.ts';
import { suggestNames } from '../base/suggest.ts';
import type { SeriesFile } from '../datasets/series/csv.ts';
import { encode } from '../datasets/text/vocabulary.ts';
import type { Value } from '../engines/index.ts';
import {
  type GraphInput,
  hindrance,
  kindOfLayers,
  needsOf,
  type RecurrentNode,
  recurrentNodes,
} from '../models/graph/model.ts';
import { type LayerChoice, layerNumber } from '../models/layer-names.ts';
import type { OpenedLayers } from '../models/open.ts';

/** A text, or a file of series, with the name that messages call it by. */
export type Source =
  | {
      readonly kind: 'text';
      readonly name: string;
      readonly text: string;
      /** What was changed in it. */
      readonly notes: readonly string[];
    }
  /** Read for an input of a known width, which tells which columns are meant. */
  | { readonly kind: 'series'; readonly name: string; read(width: number): SeriesFile };

export interface Sources {
  /** By the name of the input that each is for. */
  readonly named: ReadonlyMap<string, Source>;
  /** For the only other input that the layers need. */
  readonly other?: Source;
}

/** One sequence, as an input takes it. */
export interface FedSequence {
  readonly name: string;
  readonly value: Value;
  /** What is read at each step, a list a step. */
  readonly rows: readonly (readonly (string | number)[])[];
}

export interface FedInput {
  readonly input: GraphInput;
  /** Names of what is read at a step. */
  readonly columns: readonly string[];
  readonly sequences: readonly FedSequence[];
  /** What was left out of its file, or taken for granted. */
  readonly notes: readonly string[];
}

export interface Feeding {
  /** The layers that are to be shown, each with its number from 1. */
  readonly layers: readonly { readonly number: number; readonly node: RecurrentNode }[];
  readonly inputs: readonly FedInput[];
  /** What there is to say: layers that were left out, and why; lengths that are not the model's own. */
  readonly notes: readonly string[];
}

/**
 * Brings the layers that are asked for and what is given together. Where no layer is asked for, those are left out whose
 * inputs are not given.
 * @throws InputError a layer or an input that there is not, one that is needed and not given, or a layer behind a part
 *   that cannot be run
 */
export function feed(model: OpenedLayers, sources: Sources, wanted: LayerChoice | undefined): Feeding {
  const { graph, layerNames } = model;
  const all = recurrentNodes(graph).map((node, index) => ({ number: index + 1, node }));
  const asked =
    wanted === undefined
      ? all
      : [
          all[
            layerNumber({ count: all.length, names: layerNames, kind: kindOfLayers(recurrentNodes(graph)) }, wanted) - 1
          ]!,
        ];
  for (const { node } of asked) requireOpen(model, node);
  checkNames(model, sources);
  const needed = needsOf(
    graph,
    asked.map(({ node }) => node),
  ).inputs;
  const missing = needed.filter(({ name }) => !sources.named.has(name));
  const given = new Map(sources.named);
  if (sources.other !== undefined) {
    const [only, ...others] = missing;
    if (only === undefined || others.length > 0) throw ambiguous(model, asked, needed, sources.other.name);
    given.set(only.name, sources.other);
  }
  const needsOfNode = (node: RecurrentNode) => needsOf(graph, [node]).inputs;
  const lacks = (node: RecurrentNode) => needsOfNode(node).filter(({ name }) => !given.has(name));
  const layers = asked.filter(({ node }) => lacks(node).length === 0);
  if (layers.length === 0) throw notGiven(model, asked, missing);
  const leftOut = asked.filter((layer) => !layers.includes(layer));
  const used = needsOf(
    graph,
    layers.map(({ node }) => node),
  ).inputs;
  const inputs = used.map((input) => feedInput(input, given.get(input.name)!, model));
  checkCounts(inputs);
  return {
    layers,
    inputs,
    notes: [
      ...leftOut.map(({ number, node }) => {
        const names = lacks(node).map(({ name }) => `"${name}"`);
        return `Layer ${number} ("${node.name}") is left out: it reads from ${names.join(' and ')}, which was not given.`;
      }),
      ...inputs.flatMap((input) => [...input.notes, ...lengthNote(input)]),
    ],
  };
}

/** @throws InputError where a part before the layer cannot be run, saying which layers can be opened */
function requireOpen(model: OpenedLayers, node: RecurrentNode): void {
  const error = hindrance(model.graph, node);
  if (error === undefined) return;
  const open = recurrentNodes(model.graph).filter((other) => hindrance(model.graph, other) === undefined);
  const [first] = open;
  const names = open.map(({ name }) => `"${name}"`).join(', ');
  const can = first === undefined ? '' : `${names} can be opened: --layer ${quoted(first.name)}. `;
  throw new InputError(
    `"${node.name}" cannot be opened. ${error.what}`,
    error.place,
    `${can}\`cellarium weights\` needs none of what lies before a layer.`,
  );
}

const quoted = (name: string) => (/^[\w./-]+$/.test(name) ? name : `"${name}"`);

function checkNames({ graph }: OpenedLayers, { named }: Sources): void {
  const names = graph.inputs.map(({ name }) => name);
  for (const name of named.keys()) {
    if (!names.includes(name)) {
      throw new InputError(`The model has no input "${name}".`, {}, suggestNames(name, names));
    }
  }
}

function ambiguous(
  { graph }: OpenedLayers,
  asked: Feeding['layers'],
  needed: readonly GraphInput[],
  source: string,
): InputError {
  const names = needed.map(({ name }) => name);
  const alone = asked.find(({ node }) => needsOf(graph, [node]).inputs.length === 1);
  const fix = [
    `Say which each is for: ${names.map((name) => `--input ${quoted(name)}=file.csv`).join(' ')}`,
    ...(alone === undefined || asked.length === 1
      ? []
      : [`or open one layer alone: --layer ${quoted(alone.node.name)}`]),
  ].join(', ');
  return new InputError(
    `It has ${names.length} inputs, ${names.map((name) => `"${name}"`).join(', ')}, and it is not said which of them ${source} is for.`,
    {},
    `${fix}.`,
  );
}

function notGiven({ graph }: OpenedLayers, asked: Feeding['layers'], missing: readonly GraphInput[]): InputError {
  const [layer] = asked;
  const what = missing.map((input) => `"${input.name}" (${describe(input)})`).join(' and ');
  const only =
    needsOf(
      graph,
      asked.map(({ node }) => node),
    ).inputs.length === 1;
  const fix = only
    ? 'Give --series data.csv, --text "…" or --text-file file.txt.'
    : `Give --input ${quoted(missing[0]!.name)}=file.csv.`;
  return new InputError(`"${layer!.node.name}" reads from ${what}, which was not given.`, {}, fix);
}

function describe({ reads, width, sides }: GraphInput): string {
  if (reads === 'characters') return `numbers of ${width} characters`;
  const numbers = `${width} ${width === 1 ? 'number' : 'numbers'}`;
  return sides.includes('steps') ? `${numbers} a step` : `one row of ${numbers}`;
}

// The values.

/** What an input is given, as its value. @throws InputError what does not fit it */
export function feedInput(input: GraphInput, source: Source, model: OpenedLayers): FedInput {
  const { name } = source;
  if (source.kind === 'text') return { ...feedText(input, source.text, name, model), notes: source.notes };
  const width = input.reads === 'characters' && perStep(input) === 1 ? 1 : input.width;
  const file = source.read(width);
  const columns = model.features ?? file.features ?? Array.from({ length: file.width }, (_, k) => `x${k + 1}`);
  if (file.width !== width) {
    const found = `The file has ${file.width} ${file.width === 1 ? 'feature' : 'features'}`;
    const fix = 'Give a column for each, and no other except one named "series".';
    throw new InputError(`${found}, but the input "${input.name}" takes ${describe(input)}.`, { file: name }, fix);
  }
  const order = orderOf(file, model, name);
  const sequences = file.series.map(({ name: series, values, steps }): FedSequence => {
    const rows = Array.from({ length: steps }, (_, t) => order.map((column) => values[t * file.width + column]!));
    if (input.reads === 'characters') checkIds(rows, input, name);
    return { name: series, rows, value: asValue(input, Float32Array.from(rows.flat()), steps, name) };
  });
  return { input, columns, sequences, notes: file.notes };
}

function orderOf({ features, width }: SeriesFile, model: OpenedLayers, file: string): number[] {
  const all = Array.from({ length: width }, (_, column) => column);
  if (model.features === undefined || features === undefined || model.features.length !== width) return all;
  return model.features.map((feature) => {
    const column = features.indexOf(feature);
    if (column >= 0) return column;
    const fix = `Name the columns ${model.features!.join(', ')}, or leave the header out where they are in this order.`;
    throw new InputError(`It has no column "${feature}".`, { file }, fix);
  });
}

/** Numbers of words or characters that an embedding knows. */
function checkIds(rows: readonly (readonly number[])[], { name, width }: GraphInput, file: string): void {
  for (const [t, row] of rows.entries()) {
    for (const id of row) {
      if (Number.isInteger(id) && id >= 0 && id < width) continue;
      const fix = `Give whole numbers from 0 to ${width - 1}, or --text and --vocabulary.`;
      throw new InputError(
        `Step ${t + 1} has ${id}, where the input "${name}" takes numbers of ${width} characters.`,
        { file },
        fix,
      );
    }
  }
}

function feedText(input: GraphInput, text: string, file: string, model: OpenedLayers): Omit<FedInput, 'notes'> {
  const { vocabulary, name } = model;
  if (vocabulary.length === 0) {
    const fix =
      input.reads === 'characters'
        ? 'Give them with --vocabulary, or their numbers with --series, a row a step.'
        : 'Give it --series, or --vocabulary if these numbers are one-hot characters.';
    throw new InputError(`It is not known which characters the ${input.width} numbers of "${name}" are.`, {}, fix);
  }
  const characters: Characters = toCharacters(text);
  const ids = encode(characters, vocabulary, file);
  const values = input.reads === 'characters' ? Float32Array.from(ids) : oneHot(ids, input.width);
  const rows = characters.map((character) => [character]);
  const value = asValue(input, values, ids.length, file);
  return { input, columns: ['character'], sequences: [{ name: file, rows, value }] };
}

function oneHot(ids: Int32Array, width: number): Float32Array {
  const values = new Float32Array(ids.length * width);
  ids.forEach((id, t) => {
    values[t * width + id] = 1;
  });
  return values;
}

/** How many rows are one step of the model, which is more than one where it reads pieces of a sequence. */
function perStep({ sides, reads }: GraphInput): number {
  const inner = sides.slice(sides.indexOf('steps') + 1) as number[];
  const own = reads === 'characters' ? inner : inner.slice(0, -1);
  return sides.includes('steps') ? own.reduce((product, side) => product * side, 1) : 1;
}

function asValue(input: GraphInput, numbers: Float32Array, rows: number, file: string): Value {
  const { name, sides, type } = input;
  const per = perStep(input);
  if (!sides.includes('steps') && rows !== 1) {
    const fix = 'Give a file of one row; of several series, one row each, parted by empty lines.';
    throw new InputError(`The input "${name}" takes one row, and was given ${rows}.`, { file }, fix);
  }
  if (per < 1 || rows % per !== 0) {
    const fix = `Give a number of rows that ${per} divides.`;
    throw new InputError(`The input "${name}" takes ${per} rows a step, and was given ${rows}.`, { file }, fix);
  }
  const dims = sides.map((side) => (side === 'steps' ? rows / per : side));
  if (type === 'float32') return { type, dims, data: numbers };
  if (type === 'int64') return { type, dims, data: BigInt64Array.from(numbers, (value) => BigInt(Math.round(value))) };
  if (type === 'int32') return { type, dims, data: Int32Array.from(numbers) };
  if (type === 'float64') return { type, dims, data: Float64Array.from(numbers) };
  return { type, dims, data: Uint8Array.from(numbers) };
}

/** As many sequences of each input; one row for all where an input takes a single row. */
function checkCounts(inputs: readonly FedInput[]): void {
  const most = Math.max(...inputs.map(({ sequences }) => sequences.length));
  const wrong = inputs.find(({ sequences }) => sequences.length !== most && sequences.length !== 1);
  if (wrong === undefined) return;
  throw new InputError(
    `The input "${wrong.input.name}" was given ${wrong.sequences.length} series, and another one ${most}.`,
    {},
    'Give each input as many series, or one for all.',
  );
}

function lengthNote({ input, sequences }: FedInput): string[] {
  const { steps, name } = input;
  const other = sequences.find(({ value }) => value.dims[input.sides.indexOf('steps')] !== steps);
  if (steps === undefined || !input.sides.includes('steps') || other === undefined) return [];
  const given = other.value.dims[input.sides.indexOf('steps')];
  return [`The model declares ${steps} steps of "${name}", and was given ${given}.`];
}
