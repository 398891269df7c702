// The LSTM and GRU layers in a layer of Keras: bare, as cells of an RNN, on top of each other, or in both directions.
import { InputError } from '../../../base/errors.ts';
import { unsupported } from '../../foreign.ts';
import type { Direction, LstmDirection } from '../../graph/model.ts';
import { checkBuilt, type Layout, readLstm } from './arrays.ts';
import { cellActivation, recurrentActivation } from './functions.ts';
import { readGru } from './gru-arrays.ts';
import { describeLayer, innerLayer, type LayerConfig, layerSchema } from './model-config.ts';
import type { NamedArray } from './stored-weights.ts';

/** One LSTM or GRU of a layer; of cells on top of each other there are several, first to last. */
export interface LstmOfLayer {
  readonly name: string;
  readonly directions: readonly Direction[];
  readonly layouts: readonly Layout[];
}

export interface LstmLayer {
  readonly stack: readonly LstmOfLayer[];
  /** null where both directions are given out, each by itself. */
  readonly merge: 'concat' | 'sum' | 'mul' | 'ave' | null;
  readonly returnsSequences: boolean;
  readonly stateful: boolean;
}

const BARE = new Set(['LSTM', 'CuDNNLSTM', 'GRU', 'CuDNNGRU']);
const CELLS = new Set(['LSTMCell', 'GRUCell']);
const CUDNN = new Set(['CuDNNLSTM', 'CuDNNGRU']);
const isGru = ({ className }: LayerConfig) => className.includes('GRU');
const DAMAGED = 'The file is damaged, or its weights belong to another model: save the model again.';

/** Whether a layer holds LSTMs or GRUs, and nothing else recurrent. */
export function isOpenedLayer(layer: LayerConfig, file: string): boolean {
  if (layer.className === 'Bidirectional') return isOpenedLayer(innerLayer(layer, 'layer', file), file);
  if (layer.className !== 'RNN') return BARE.has(layer.className);
  return cellsOf(layer, file).every(({ className }) => CELLS.has(className));
}

/** The cells of an RNN, first to last. */
function cellsOf(layer: LayerConfig, file: string): LayerConfig[] {
  const cell = innerLayer(layer, 'cell', file);
  if (cell.className !== 'StackedRNNCells') return [cell];
  const { cells } = cell.options;
  if (!Array.isArray(cells) || cells.length === 0) {
    throw new InputError(`The description of "${layer.name}" names no cells.`, { file }, 'Save the model again.');
  }
  return cells.map((one) => {
    const parsed = layerSchema.safeParse(one);
    if (parsed.success) return describeLayer(parsed.data);
    throw new InputError(`The description of a cell of "${layer.name}" is broken.`, { file }, 'Save the model again.');
  });
}

/**
 * @param arrays those of the layer, or of the wrapper around it
 * @throws InputError arrays that do not fit, a function that is not supported
 */
export function readLstmLayer(
  layer: LayerConfig,
  arrays: readonly NamedArray[],
  version: number,
  file: string,
): LstmLayer {
  checkBuilt(arrays, layer.name, file);
  if (layer.className !== 'Bidirectional') {
    const { go_backwards: backwards, return_sequences: sequences, stateful } = layer.options;
    const stack = readWay(layer, layer.name, arrays, backwards === true, version, file);
    return { stack, merge: 'concat', returnsSequences: sequences === true, stateful: stateful === true };
  }
  const inner = innerLayer(layer, 'layer', file);
  const given = layer.options.backward_layer;
  const back = given === undefined || given === null ? inner : innerLayer(layer, 'backward_layer', file);
  const half = arrays.length / 2;
  const ahead = readWay(inner, layer.name, arrays.slice(0, half), false, version, file);
  const behind = readWay(back, layer.name, arrays.slice(half), true, version, file);
  if (ahead.length > 1) {
    const fix = '`weights` shows all of its cells; build it of Bidirectional layers on top of each other to open it.';
    throw unsupported(
      `The layer "${layer.name}" reads both ways with several cells on top of each other`,
      { file },
      fix,
    );
  }
  const stack = ahead.map((one, k): LstmOfLayer => {
    const other = behind[k]!;
    return {
      ...one,
      directions: [...one.directions, ...other.directions],
      layouts: [...one.layouts, ...other.layouts],
    };
  });
  return {
    stack,
    merge: mergeOf(layer, file),
    returnsSequences: inner.options.return_sequences === true,
    stateful: inner.options.stateful === true,
  };
}

function mergeOf({ name, options }: LayerConfig, file: string): LstmLayer['merge'] {
  const { merge_mode: mode = 'concat' } = options;
  if (mode === null || mode === 'concat' || mode === 'sum' || mode === 'mul' || mode === 'ave') return mode;
  throw unsupported(
    `The layer "${name}" has the merge_mode ${typeof mode === 'string' ? mode : 'something else'}`,
    { file },
    'Save the model again.',
  );
}

function readCell(
  cell: LayerConfig,
  arrays: readonly NamedArray[],
  called: string,
  file: string,
  shared: Omit<LstmDirection, 'parameters' | 'cell'>,
): { direction: Direction; layout: Layout } {
  if (isGru(cell)) {
    const { parameters, layout } = readGru(arrays, cell.options.reset_after === true, called, file);
    return { direction: { cell: 'gru', parameters, ...shared }, layout };
  }
  const { parameters, layout } = readLstm(arrays, called, file);
  return { direction: { parameters, ...shared }, layout };
}

/** One direction: an LSTM or GRU, or several on top of each other of which each reads what the one before it gives. */
function readWay(
  layer: LayerConfig,
  called: string,
  arrays: readonly NamedArray[],
  backwards: boolean,
  version: number,
  file: string,
): LstmOfLayer[] {
  if (layer.options.time_major === true) {
    throw unsupported(`The layer "${called}" has time first (time_major=True)`, { file }, 'Build it with time second.');
  }
  const cells = layer.className === 'RNN' ? cellsOf(layer, file) : [layer];
  const counts = cells.map((cell) => (cells.length === 1 ? arrays.length : cell.options.use_bias === false ? 2 : 3));
  if (counts.reduce((sum, count) => sum + count, 0) !== arrays.length) {
    const what = `The layer "${called}" has ${arrays.length} arrays for ${cells.length} cells.`;
    throw new InputError(what, { file, tensor: called }, DAMAGED);
  }
  let taken = 0;
  return cells.map((cell, index) => {
    const own = arrays.slice(taken, taken + counts[index]!);
    taken += own.length;
    const isCudnn = CUDNN.has(cell.className);
    const shared: Omit<LstmDirection, 'parameters' | 'cell'> = {
      // Only the first reads the input; those above it read in the order in which it gives.
      backwards: backwards && index === 0,
      cellActivation: isCudnn ? 'tanh' : cellActivation(cell, version, file),
      recurrentActivation: isCudnn ? { kind: 'sigmoid' } : recurrentActivation(cell, version, file),
    };
    const { direction, layout } = readCell(cell, own, called, file, shared);
    return {
      name: cells.length === 1 ? called : `${called}/${cell.name}`,
      directions: [direction],
      layouts: [layout],
    };
  });
}
