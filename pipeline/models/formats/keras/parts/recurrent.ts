// GRU and SimpleRNN layers, in one direction or both, by ONNX's own operators.
import { functionOf } from '../functions.ts';
import { innerLayer, type LayerConfig } from '../model-config.ts';
import type { NamedArray } from '../stored-weights.ts';
import {
  arraysOf,
  damaged,
  type PartContext,
  rankOf,
  read,
  refuse,
  shown,
  type WriteLayer,
  type Written,
} from './context.ts';

const CELLS: Readonly<Record<string, string>> = { GRU: 'GRU', GRUCell: 'GRU', SimpleRNN: 'RNN', SimpleRNNCell: 'RNN' };

/** A recurrent layer's own layer and the cell in it, which are one but for `RNN`. */
function cellOf(layer: LayerConfig, file: string): LayerConfig {
  if (layer.className !== 'RNN') return layer;
  const cell = innerLayer(layer, 'cell', file);
  return { ...cell, options: { ...cell.options, ...layer.options, name: cell.name } };
}

/** Whether it is a layer that is written here: a GRU or SimpleRNN, bare, as a cell of an RNN, or in both directions. */
export function isOtherRecurrent(layer: LayerConfig, file: string): boolean {
  const inner = layer.className === 'Bidirectional' ? innerLayer(layer, 'layer', file) : layer;
  if (inner.className !== 'RNN') return Object.hasOwn(CELLS, inner.className);
  return Object.hasOwn(CELLS, innerLayer(inner, 'cell', file).className);
}

/** ONNX's names of functions. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  tanh: 'Tanh',
  sigmoid: 'Sigmoid',
  relu: 'Relu',
  linear: 'Affine',
  softsign: 'Softsign',
  softplus: 'Softplus',
  elu: 'Elu',
  hard_sigmoid: 'HardSigmoid',
};
/** What those take that take numbers. */
const numbersOf = (name: string, version: number): { readonly alpha?: number; readonly beta?: number } => {
  if (name === 'hard_sigmoid') return { alpha: version >= 3 ? 1 / 6 : 0.2, beta: 0.5 };
  return name === 'linear' ? { alpha: 1, beta: 0 } : name === 'elu' ? { alpha: 1 } : {};
};

interface Way {
  readonly y: string;
  readonly end: string;
  readonly units: number;
}

/** One direction: [sequences, steps, units] in the order of the input, and [sequences, units]. */
function writeWay(
  context: PartContext,
  layer: LayerConfig,
  arrays: readonly NamedArray[],
  backwards: boolean,
  initial: Written | undefined,
): Way {
  const { writer, file, version, masks } = context;
  const cell = cellOf(layer, file);
  const operator = CELLS[cell.className]!;
  const gates = operator === 'GRU' ? 3 : 1;
  const [kernel, recurrent, bias] = arrays;
  if (version === 1 && arrays.length > 3) throw refuse(context, 'has its gates apart, as in Keras 1');
  if (kernel === undefined || recurrent === undefined || arrays.length > 3) {
    throw damaged(context, `has ${arrays.length} arrays, where it needs two or three`);
  }
  const units = recurrent.shape[0]!;
  const resetAfter = cell.options.reset_after === true || (bias?.shape.length ?? 1) === 2;
  const names = operator === 'GRU' ? ['recurrent_activation', 'activation'] : ['activation'];
  const functions = names.map((option) => {
    const { name } = functionOf(cell, option in cell.options ? option : 'inner_activation', file);
    const known = FUNCTIONS[name];
    if (known === undefined) throw refuse(context, `has the ${option} "${name}"`);
    return { known, ...numbersOf(name, version) };
  });
  const listed = (values: readonly (number | undefined)[]) => ({
    floats: values.filter((value) => value !== undefined),
  });
  const turnedKernel = (array: NamedArray) => writer.floats(transposed(array), [1, gates * units, array.shape[0]!]);
  const x = writer.node('Transpose', [read(context).name], { perm: [1, 0, 2] });
  const steps = readSteps(context, x, masks[0]);
  const given = [
    steps.name,
    turnedKernel(kernel),
    turnedKernel(recurrent),
    bias === undefined ? '' : writer.floats(bothBiases(bias, gates * units), [1, 2 * gates * units]),
    '',
    initial === undefined ? '' : writer.node('Unsqueeze', [initial.name, writer.integers([0])]),
  ];
  const [all, end] = writer.nodes(
    operator,
    given,
    {
      hidden_size: units,
      direction: backwards ? 'reverse' : 'forward',
      activations: functions.map(({ known }) => known),
      activation_alpha: listed(functions.map(({ alpha }) => alpha)),
      activation_beta: listed(functions.map(({ beta }) => beta)),
      ...(operator === 'GRU' ? { linear_before_reset: Number(resetAfter) } : {}),
    },
    2,
  );
  const y = writer.node('Squeeze', [all!, writer.integers([1])]);
  const spread = steps.spread(y, backwards);
  return {
    y: writer.node('Transpose', [spread], { perm: [1, 0, 2] }),
    end: writer.node('Squeeze', [end!, writer.integers([0])]),
    units,
  };
}

function transposed({ data, shape }: NamedArray): Float32Array {
  const [rows = 1, columns = 1] = shape;
  const result = new Float32Array(data.length);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) result[c * rows + r] = data[r * columns + c]!;
  return result;
}

/** The bias of the input's product and that of the state's, which Keras has where it resets after the product. */
function bothBiases({ data, shape }: NamedArray, width: number): Float32Array {
  if (shape.length === 2) return data;
  const both = new Float32Array(2 * width);
  both.set(data);
  return both;
}

/** Only the steps that are not masked, and how what they give is spread over all of them again. */
function readSteps({ writer }: PartContext, x: string, mask: string | undefined) {
  if (mask === undefined) return { name: x, spread: (y: string) => y };
  const isRead = writer.node('Squeeze', [mask, writer.integers([0])]);
  const indices = writer.node('Squeeze', [writer.node('NonZero', [isRead]), writer.integers([0])]);
  const whole = writer.node('Cast', [isRead], { to: 7 });
  const zero = writer.integers([0], []);
  const one = writer.integers([1], []);
  const last = writer.node('Sub', [writer.node('ReduceSum', [whole, writer.integers([0])], { keepdims: 0 }), one]);
  return {
    name: writer.node('Gather', [x, indices], { axis: 0 }),
    /** A step that is skipped gives what was given before, by whoever reads that way; nothing where there is none. */
    spread(y: string, backwards: boolean): string {
      const count = writer.node('CumSum', [whole, zero], { exclusive: Number(backwards) });
      const place = backwards ? count : writer.node('Sub', [count, one]);
      const within = writer.node('Min', [writer.node('Max', [place, zero]), last]);
      const isThere = writer.node('Cast', [writer.node('Equal', [within, place])], { to: 1 });
      const rows = writer.node('Gather', [y, within], { axis: 0 });
      return writer.node('Mul', [rows, writer.node('Unsqueeze', [isThere, writer.integers([1, 2])])]);
    },
  };
}

/** Steps from last to first, [sequences, steps, units]. */
function reversed({ writer }: PartContext, y: string): string {
  const bounds = [[-1], [-(2 ** 31)], [1], [-1]].map((values) => writer.integers(values));
  return writer.node('Slice', [y, ...bounds]);
}

const MERGES: Readonly<Record<string, string>> = { sum: 'Add', ave: 'Add', mul: 'Mul' };

export const otherRecurrent: WriteLayer = (context) => {
  const { writer, layer, file, initial } = context;
  if (rankOf(context) !== 3) throw refuse(context, 'reads no sequence of rows');
  const steps = read(context).sides?.[0];
  if (layer.className !== 'Bidirectional') {
    if (layer.options.time_major === true) throw refuse(context, 'has time first (time_major=True)');
    const backwards = layer.options.go_backwards === true;
    const way = writeWay(context, layer, arraysOf(context, context.arrays.length), backwards, initial[0]);
    const sequence = { name: backwards ? reversed(context, way.y) : way.y, sides: [steps, way.units] };
    const end = { name: way.end, sides: [way.units] };
    return [layer.options.return_sequences === true ? sequence : end, end];
  }
  const inner = innerLayer(layer, 'layer', file);
  const half = context.arrays.length / 2;
  const back = layer.options.backward_layer;
  const backLayer = back === undefined || back === null ? inner : innerLayer(layer, 'backward_layer', file);
  const forward = writeWay(context, inner, context.arrays.slice(0, half), false, initial[0]);
  const backward = writeWay(context, backLayer, context.arrays.slice(half), true, initial[1]);
  const { merge_mode: mode = 'concat' } = layer.options;
  const whole = inner.options.return_sequences === true;
  const [a, b] = whole ? [forward.y, backward.y] : [forward.end, backward.end];
  const sides = (width: number) => (whole ? [steps, width] : [width]);
  const ends = [forward, backward].map(({ end, units }) => ({ name: end, sides: [units] }));
  if (mode === null) {
    return [{ name: a, sides: sides(forward.units) }, { name: b, sides: sides(backward.units) }, ...ends];
  }
  if (mode === 'concat') {
    const merged = writer.node('Concat', [a, b], { axis: -1 });
    return [{ name: merged, sides: sides(forward.units + backward.units) }, ...ends];
  }
  const operator = MERGES[shown(mode)];
  if (operator === undefined) throw refuse(context, `has the merge_mode ${shown(mode)}`);
  const merged = writer.node(operator, [a, b]);
  const name = mode === 'ave' ? writer.node('Mul', [merged, writer.scalar(0.5)]) : merged;
  return [{ name, sides: sides(forward.units) }, ...ends];
};
