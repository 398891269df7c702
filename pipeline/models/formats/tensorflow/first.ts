// Layers of a checkpoint of TensorFlow 1, whose cells keep the kernel and the recurrent kernel as one matrix, below each
// other, with the gates in the order i j f o (j is the candidate), and add 1 to the forget gate's bias whenever they run.
// Source: BasicLSTMCell, LSTMCell and CudnnCompatibleLSTMCell in tensorflow/python/ops/rnn_cell_impl.py and
// tensorflow/contrib/cudnn_rnn of TensorFlow 1.15.
import { InputError } from '../../../base/errors.ts';
import { unsupported } from '../../foreign.ts';
import type { NamedArray, StoredLayer } from '../keras/stored-weights.ts';
import type { Variable } from './checkpoint.ts';

/** How the layers lay in the checkpoint. */
export interface FirstLayers {
  readonly layers: readonly StoredLayer[];
  /** Whether any of them has the layout of TensorFlow 1, and not that of Keras. */
  readonly joined: boolean;
  /** What the checkpoint does not say, in sentences. */
  readonly assumed: readonly string[];
}

/** Copies that training keeps of a variable, and what it counts. */
const OF_TRAINING =
  /(?:^|\/)(?:Adam|Adam_1|RMSProp|RMSProp_1|Momentum|Adagrad|Adadelta|Adadelta_1|Ftrl|Ftrl_1|ExponentialMovingAverage|beta[12]_power(?:_\d+)?|global_step)$/;
const KERNEL = /^(.*?)\/?(kernel|weights)$/;
const DAMAGED = 'Save the checkpoint again, or take another one.';

/** @throws {InputError} a cell with what is not supported, by its name */
export function firstLayers(variables: ReadonlyMap<string, Variable>, file: string): FirstLayers {
  const names = [...variables.keys()].filter((name) => !OF_TRAINING.test(name)).toSorted(naturally);
  const assumed: string[] = [];
  let joined = false;
  const grus: string[] = [];
  const layers: StoredLayer[] = [];
  const backward = new Map<string, StoredLayer>();
  for (const name of names) {
    const [, scope, kind] = KERNEL.exec(name) ?? [];
    if (scope === undefined) {
      if (/embedding/i.test(name) && variables.get(name)!.shape.length === 2)
        layers.push(stored(name, [name], variables));
      continue;
    }
    const bias = [`${scope}/${kind === 'kernel' ? 'bias' : 'biases'}`].filter((one) => variables.has(one));
    const [, gru, part] = /^((?:.*\/)?[^/]*gru[^/]*)\/(gates|candidate)(?:\/|$)/i.exec(scope) ?? [];
    if (gru !== undefined) {
      // Both parts of a cell are taken when the first is met.
      if (part !== 'gates') continue;
      checkGruCell(gru, names, file);
      joined = true;
      grus.push(gru);
      const layer = splitGru(gru, variables, file);
      const way = /(?:^|\/)(fw|bw)\//.exec(gru)?.[1];
      if (way === 'bw') backward.set(gru.replace(/(^|\/)bw\//, '$1fw/'), layer);
      else layers.push(layer);
      continue;
    }
    const recurrent = `${scope}/recurrent_kernel`;
    if (variables.has(recurrent)) {
      layers.push(stored(scope, [name, recurrent, ...bias], variables));
      continue;
    }
    if (!/(?:^|\/)[^/]*lstm[^/]*$/i.test(scope)) {
      layers.push(stored(scope, [name, ...bias], variables));
      continue;
    }
    joined = true;
    const layer = splitCell(scope, variables.get(name)!, variables.get(bias[0] ?? ''), file);
    checkCell(scope, names, file);
    const direction = /(?:^|\/)(fw|bw)\//.exec(scope)?.[1];
    if (direction === 'bw') backward.set(scope.replace(/(^|\/)bw\//, '$1fw/'), layer);
    else layers.push(layer);
  }
  checkOrdered(layers, file);
  const paired = layers.map((layer) => {
    const back = backward.get(layer.name);
    return back === undefined ? layer : { name: layer.name, arrays: [...layer.arrays, ...back.arrays] };
  });
  if (joined && grus.length < layers.length && layers.some(({ name }) => /lstm/i.test(name))) {
    const cudnn = names.some((name) => name.includes('cudnn_compatible_lstm_cell'));
    assumed.push(
      `The checkpoint is one of TensorFlow 1. ${cudnn ? 'Nothing is added to the forget gate’s bias, as in cuDNN' : 'Assumed is forget_bias=1, as by default: 1 is added to the forget gate’s bias'}.`,
    );
  }
  return { layers: paired, joined, assumed };
}

/** @throws {InputError} a cell of the kind that is compatible with cuDNN, which has three matrices of its candidate */
function checkGruCell(scope: string, names: readonly string[], file: string): void {
  const known = ['gates/kernel', 'gates/bias', 'candidate/kernel', 'candidate/bias'].map((one) => `${scope}/${one}`);
  const other = names.find((name) => name.startsWith(`${scope}/`) && !known.includes(name));
  if (other === undefined && names.includes(`${scope}/candidate/kernel`)) return;
  throw unsupported(`The GRU cell "${scope}" has other variables than a GRUCell, as "${other ?? 'no candidate'}"`, {
    file,
  });
}

/**
 * A GRUCell: [x, h]·W of the gates r and u below each other, and of the candidate with [x, r∘h], so that it resets before
 * the product; u keeps h, as z does. In the layout of Keras, whose columns are z r h.
 */
function splitGru(scope: string, variables: ReadonlyMap<string, Variable>, file: string): StoredLayer {
  const gates = variables.get(`${scope}/gates/kernel`)!;
  const candidate = variables.get(`${scope}/candidate/kernel`)!;
  const [rows = 0, units = 0] = candidate.shape;
  const fits = candidate.shape.length === 2 && rows > units && units > 0;
  if (!fits || gates.shape.join() !== [rows, 2 * units].join()) {
    const what = `Its shape [${gates.shape.join(', ')}] is not that of the gates of a cell whose candidate has [${candidate.shape.join(', ')}].`;
    throw new InputError(what, { file, tensor: gates.name }, DAMAGED);
  }
  const bias = (part: 'gates' | 'candidate', width: number): Float32Array => {
    const variable = variables.get(`${scope}/${part}/bias`);
    if (variable === undefined) return new Float32Array(width);
    if (variable.shape.join() === String(width)) return variable.read();
    const what = `Its shape is [${variable.shape.join(', ')}], where its kernel asks for [${width}].`;
    throw new InputError(what, { file, tensor: variable.name }, DAMAGED);
  };
  const columns = 3 * units;
  const joinRows = (ofGates: Float32Array, ofCandidate: Float32Array): Float32Array => {
    const joined = new Float32Array(ofGates.length + ofCandidate.length);
    for (let row = 0; row < ofCandidate.length / units; row++) {
      const [r, u] = [0, 1].map((k) => ofGates.subarray((2 * row + k) * units, (2 * row + k + 1) * units));
      joined.set(u!, row * columns);
      joined.set(r!, row * columns + units);
      joined.set(ofCandidate.subarray(row * units, (row + 1) * units), row * columns + 2 * units);
    }
    return joined;
  };
  const kernel = joinRows(gates.read(), candidate.read());
  const split = (rows - units) * columns;
  const arrays: NamedArray[] = [
    { name: `${scope}/kernel, rows of inputs`, shape: [rows - units, columns], data: kernel.slice(0, split) },
    { name: `${scope}/kernel, rows of outputs`, shape: [units, columns], data: kernel.slice(split) },
    {
      name: `${scope}/bias`,
      shape: [columns],
      data: joinRows(bias('gates', 2 * units), bias('candidate', units)),
    },
  ];
  return { name: scope, arrays };
}

/**
 * The table of names is sorted, so the order is known of cells that are counted, and of no others.
 * @throws {InputError} several recurrent layers with names that are not numbered
 */
function checkOrdered(layers: readonly StoredLayer[], file: string): void {
  const recurrent = layers.filter(({ name, arrays }) => arrays.length > 1 && /lstm|gru/i.test(name));
  const kinds = new Set(recurrent.map(({ name }) => name.replace(/_?\d+/g, '')));
  if (kinds.size < 2) return;
  throw new InputError(
    `A checkpoint names its variables in no order, so it is not known which of its recurrent layers reads which: ${recurrent.map(({ name }) => name).join(', ')}.`,
    { file },
    'Save the layers that are meant as a checkpoint of their own, or the whole model as one file of Keras or ONNX.',
  );
}

/** cell_2 before cell_10. */
function naturally(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

function stored(name: string, keys: readonly string[], variables: ReadonlyMap<string, Variable>): StoredLayer {
  return { name, arrays: keys.map((key) => ({ name: key, ...arrayOf(variables.get(key)!) })) };
}

const arrayOf = (variable: Variable) => ({ shape: variable.shape, data: variable.read() });

/** @throws {InputError} peepholes, projections, and normalised layers, which have variables of their own */
function checkCell(scope: string, names: readonly string[], file: string): void {
  const other = names.find((name) => name.startsWith(`${scope}/`) && !/\/(?:kernel|weights|bias|biases)$/.test(name));
  if (other === undefined) return;
  throw unsupported(`The cell "${scope}" has "${other}" beside its kernel and bias`, { file });
}

/** From i j f o below each other, inputs before outputs, to Keras's two kernels of i f c o. */
function splitCell(scope: string, kernel: Variable, bias: Variable | undefined, file: string): StoredLayer {
  const [rows = 0, columns = 0] = kernel.shape;
  const units = columns / 4;
  if (kernel.shape.length !== 2 || !Number.isInteger(units) || rows <= units || units === 0) {
    const what = `Its shape [${kernel.shape.join(', ')}] is not that of a cell, [inputs + units, 4 · units].`;
    throw new InputError(what, { file, tensor: kernel.name }, DAMAGED);
  }
  if (bias !== undefined && (bias.shape.length !== 1 || bias.shape[0] !== columns)) {
    const what = `Its shape is [${bias.shape.join(', ')}], where its kernel asks for [${columns}].`;
    throw new InputError(what, { file, tensor: bias.name }, DAMAGED);
  }
  const reordered = (values: Float32Array): Float32Array => {
    const turned = new Float32Array(values.length);
    for (let at = 0; at < values.length; at += columns) {
      // Blocks of the file: input, candidate, forget, output.
      [0, 2, 1, 3].forEach((from, to) => {
        turned.set(values.subarray(at + from * units, at + (from + 1) * units), at + to * units);
      });
    }
    return turned;
  };
  const values = reordered(kernel.read());
  const biases = bias === undefined ? new Float32Array(columns) : reordered(bias.read());
  if (!scope.includes('cudnn_compatible_lstm_cell')) {
    for (let unit = 0; unit < units; unit++) biases[units + unit]! += 1;
  }
  const split = (rows - units) * columns;
  const arrays: NamedArray[] = [
    { name: `${scope}/kernel, rows of inputs`, shape: [rows - units, columns], data: values.slice(0, split) },
    { name: `${scope}/kernel, rows of outputs`, shape: [units, columns], data: values.slice(split) },
    { name: `${scope}/bias`, shape: [columns], data: biases },
  ];
  return { name: scope, arrays };
}
