// A model of any shape as a graph: layers of LSTM or GRU cells that are opened, parts that run as they are, and the values
// between them.
import { InputError } from '../../base/errors.ts';
import { GRU_SIGNALS, SIGNALS, type Signal } from '../../base/signals.ts';
import type { ValueType } from '../../engines/index.ts';
import type { CellFunctions } from '../../lstm/cell.ts';
import type { GruParameters } from '../../lstm/gru.ts';
import type { LayerParameters } from '../../lstm/parameters.ts';
import type { ForeignNetwork } from '../foreign.ts';

/** The length of a side: a number, or however many time steps there are. One sequence is read at a time. */
export type Side = number | 'steps';

/** What the model is given, under the name that it has as a value too. */
export interface GraphInput {
  readonly name: string;
  /** Numbers of characters, words or whatever an embedding takes; or rows of numbers. */
  readonly reads: 'characters' | 'numbers';
  /** The size of the vocabulary, or the count of numbers in a row. */
  readonly width: number;
  /** As its value is fed: `[1, 'steps', width]`, or `[1, width]` of an input that is one row and no sequence. */
  readonly sides: readonly Side[];
  readonly type: ValueType;
  /** The only count of steps that the model declares, where it declares one. */
  readonly steps?: number;
}

interface Way extends CellFunctions {
  readonly backwards: boolean;
  /** Values that hold the state it starts from, [units] each; zeros where one is left out. A GRU has no c. */
  readonly initial?: { readonly h?: string; readonly c?: string };
}

/** One way in which a layer of LSTM cells reads. */
export interface LstmDirection extends Way {
  readonly cell?: 'lstm';
  readonly parameters: LayerParameters;
}

/** One way in which a layer of GRU cells reads. */
export interface GruDirection extends Way {
  readonly cell: 'gru';
  readonly parameters: GruParameters;
}

export type Direction = LstmDirection | GruDirection;

/** A value that a recurrent layer gives out; c of LSTM cells alone. */
export interface RecurrentOutput {
  readonly name: string;
  /**
   * h of every step; h of the step that each direction reads last; or the state at the end.
   */
  readonly of: 'sequence' | 'last' | 'h' | 'c';
  /** The only direction that it is of; all of them, merged or one beside the other, where left out. */
  readonly direction?: number;
  readonly sides: readonly Side[];
}

/** A layer of LSTM or GRU cells that is called once: the calls of a shared one are nodes of their own. */
export interface RecurrentNode {
  readonly kind: 'recurrent';
  /** As the file calls it; no two nodes have one name. */
  readonly name: string;
  /** The value that it reads. */
  readonly input: string;
  /** Which side of what it reads counts sequences, and has to be 1; the last is the width, all others are steps. */
  readonly batchSide: number;
  /** One, or two that read the same. */
  readonly directions: readonly Direction[];
  /** How the sequences and last steps of two directions become one. */
  readonly merge: 'concat' | 'sum' | 'mul' | 'ave';
  /** Whether what it gives out has the order in which it was read, where that is backwards; else the order of the input. */
  readonly givesAsRead?: boolean;
  /** A value with a number or truth for each step: those of 0 are skipped, and keep the state. */
  readonly mask?: string;
  /** A value that holds one number: only so many steps are read. */
  readonly length?: string;
  /** What it gives out at a step that is skipped: what it gave before (where left out), or zeros. */
  readonly skipped?: 'repeats' | 'zeros';
  readonly outputs: readonly RecurrentOutput[];
  /** The input whose steps are its own, one for one, and whether from the last to the first; left out where it has others. */
  readonly follows?: { readonly input: string; readonly reversed: boolean };
  /** Whether the state is carried from one sequence to the next. */
  readonly stateful: boolean;
}

/** Anything else: a small ONNX model, whose inputs and outputs are named like the values. */
export interface PartNode {
  readonly kind: 'part';
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /**
   * The model, written when it is needed and not before.
   * @throws InputError what cannot be run here, by its name and kind
   */
  bytes(): Uint8Array;
}

export type GraphNode = RecurrentNode | PartNode;

export interface LayeredModel {
  /** What kind of file it was, as `Keras 2, HDF5`. */
  readonly format: string;
  readonly gateOrder: string;
  readonly biases: string;
  readonly notes: readonly string[];
  /** What the file does not say and was assumed: sentences; nothing where left out. */
  readonly assumed?: readonly string[];
  readonly inputs: readonly GraphInput[];
  /** In an order in which each can be computed after those before it. */
  readonly nodes: readonly GraphNode[];
  /** The values that the model gives out. */
  readonly outputs: readonly string[];
  /** A sentence: why it is not computed whole by the mathematics of this project. */
  readonly why: string;
  /** The same as a network that is computed whole, for what needs one: a stack of GRU layers. */
  readonly whole?: ForeignNetwork;
}

/** Why a stack of GRU layers is no network of LSTM layers, as {@link LayeredModel.why}. */
export const GRUS = 'Its layers are GRU layers.';

/** Its layers of LSTM and GRU cells, in the order in which they run: layer 1 is the first. */
export function recurrentNodes({ nodes }: LayeredModel): RecurrentNode[] {
  return nodes.filter((node) => node.kind === 'recurrent');
}

/** Whether a layer's cells are those of a GRU. */
export function isGru({ directions }: Pick<RecurrentNode, 'directions'>): boolean {
  return directions[0]!.cell === 'gru';
}

/** The signals that a layer's cells have. */
export function signalsOfNode(node: Pick<RecurrentNode, 'directions'>): readonly Signal[] {
  return isGru(node) ? GRU_SIGNALS : SIGNALS;
}

/** What the layers are made of, for sentences: `LSTM`, `GRU`, or `recurrent` where there are both. */
export function kindOfLayers(nodes: readonly RecurrentNode[]): 'LSTM' | 'GRU' | 'recurrent' {
  if (!nodes.some(isGru)) return 'LSTM';
  return nodes.every(isGru) ? 'GRU' : 'recurrent';
}

/** Units of all directions. */
export function unitsOf({ directions }: RecurrentNode): number {
  return directions.reduce((sum, { parameters }) => sum + parameters.recurrentKernel.rows, 0);
}

/** Units of one direction: those that read backwards follow them. */
export const layerUnits = ({ directions }: RecurrentNode): number => directions[0]!.parameters.recurrentKernel.rows;

const reads = (node: GraphNode): string[] => {
  if (node.kind === 'part') return [...node.inputs];
  const states = node.directions.flatMap(({ initial }) => [initial?.h, initial?.c]);
  return [node.input, node.mask, node.length, ...states].filter((value) => value !== undefined);
};

const gives = (node: GraphNode): readonly string[] =>
  node.kind === 'part' ? node.outputs : node.outputs.map(({ name }) => name);

/** The node that gives out each value. */
export function producers({ nodes }: LayeredModel): Map<string, GraphNode> {
  return new Map(nodes.flatMap((node) => gives(node).map((value) => [value, node])));
}

export interface Needs {
  /** The nodes themselves and all that they read from, in the order of the model. */
  readonly nodes: readonly GraphNode[];
  readonly inputs: readonly GraphInput[];
}

/** What has to be computed and given for some nodes, or for values. */
export function needsOf(model: LayeredModel, wanted: readonly GraphNode[], values: readonly string[] = []): Needs {
  const from = producers(model);
  const needed = new Set(wanted);
  const named = new Set<string>();
  const queue = [...values, ...wanted.flatMap(reads)];
  for (let value = queue.pop(); value !== undefined; value = queue.pop()) {
    if (named.has(value)) continue;
    named.add(value);
    const node = from.get(value);
    if (node === undefined || needed.has(node)) continue;
    needed.add(node);
    queue.push(...reads(node));
  }
  return {
    nodes: model.nodes.filter((node) => needed.has(node)),
    inputs: model.inputs.filter(({ name }) => named.has(name)),
  };
}

/** Why a layer cannot be opened: what its parts throw, or undefined where all of them can be run. */
export function hindrance(model: LayeredModel, node: RecurrentNode): InputError | undefined {
  for (const needed of needsOf(model, [node]).nodes) {
    if (needed.kind === 'recurrent') continue;
    try {
      needed.bytes();
    } catch (error) {
      if (error instanceof InputError) return error;
      throw error;
    }
  }
  return undefined;
}
