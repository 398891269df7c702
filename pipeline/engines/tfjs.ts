// The same operations through TensorFlow.js, eagerly: on a CUDA device where tfjs-node-gpu is installed and works,
// else on tfjs's own JavaScript backend, which is there to be compared with, not to be fast.
import type * as tfjs from '@tensorflow/tfjs';
import { type Computation, type Loop, type Looped, type Ops, type Shape, unroll } from '../lstm/ops.ts';
import type { Matrix as Values } from '../lstm/parameters.ts';
import { checkInputs, type Engine, type Inputs, type Outputs } from './engine.ts';
import { prepareForLibrary } from './tensorflow-library.ts';

type TensorFlow = typeof tfjs;
type Matrix = tfjs.Tensor2D;

/** A matrix, or an index column as the rank-1 tensor that gather and one-hot take. */
type Handle = tfjs.Tensor;

/** The operations of one program, with what it keeps on the device from one run to the next. */
class TensorFlowOps implements Ops<Handle> {
  readonly #tf: TensorFlow;
  readonly #constants = new Map<string, Handle>();

  constructor(tf: TensorFlow) {
    this.#tf = tf;
  }

  /** Made once: a window of training asks for a thousand, nearly all of them the same single value. */
  constant(value: number, rows: number, columns: number): Handle {
    const name = `${value} ${rows}x${columns}`;
    const kept = this.#constants.get(name) ?? this.#tf.keep(this.#tf.fill([rows, columns], value));
    this.#constants.set(name, kept);
    return kept;
  }

  dispose(): void {
    this.#tf.dispose([...this.#constants.values()]);
    this.#constants.clear();
  }

  matmul(a: Handle, b: Handle, options: { transposeA?: boolean; transposeB?: boolean; addend?: Handle } = {}): Handle {
    const product = this.#tf.matMul(a, b, options.transposeA ?? false, options.transposeB ?? false);
    return options.addend === undefined ? product : this.#tf.add(product, options.addend);
  }

  add = (a: Handle, b: Handle) => this.#tf.add(a, b);
  sub = (a: Handle, b: Handle) => this.#tf.sub(a, b);
  mul = (a: Handle, b: Handle) => this.#tf.mul(a, b);
  sigmoid = (x: Handle) => this.#tf.sigmoid(x);
  tanh = (x: Handle) => this.#tf.tanh(x);
  relu = (x: Handle) => this.#tf.relu(x);
  isPositive = (x: Handle) => this.#tf.cast(this.#tf.greater(x, 0), 'float32');
  exp = (x: Handle) => this.#tf.exp(x);
  logSoftmax = (x: Handle) => this.#tf.logSoftmax(x, 1);
  hardSigmoid = (x: Handle, slope: number, offset: number) =>
    this.#tf.clipByValue(this.#tf.add(this.#tf.mul(x, slope), offset), 0, 1);
  inUnitInterval = (x: Handle) =>
    this.#tf.cast(this.#tf.logicalAnd(this.#tf.greater(x, 0), this.#tf.less(x, 1)), 'float32');
  splitColumns = (x: Handle, parts: number) => this.#tf.split(x, parts, 1);
  splitRows = (x: Handle, parts: number) => this.#tf.split(x, parts, 0);
  concatColumns = (xs: readonly Handle[]) => this.#tf.concat(xs as Matrix[], 1);
  concatRows = (xs: readonly Handle[]) => this.#tf.concat(xs as Matrix[], 0);
  gatherRows = (table: Handle, indices: Handle) => this.#tf.gather(table, indices as tfjs.Tensor1D, 0);
  oneHot = (indices: Handle, width: number) =>
    this.#tf.cast(this.#tf.oneHot(indices as tfjs.Tensor1D, width), 'float32');
  sumRows = (x: Handle) => this.#tf.sum(x, 0, true);
  shiftRows = (x: Handle, first: Handle) => {
    const [rows, columns] = (x as Matrix).shape;
    const kept = this.#tf.slice(x as Matrix, [0, 0], [rows - first.shape[0]!, columns]);
    return this.#tf.concat([first as Matrix, kept], 0);
  };
  loop = (loop: Loop<Handle>): Looped<Handle> => unroll(this, loop);
}

function toTensor(tf: TensorFlow, { rows, columns, kind }: Shape, values: Inputs[string]): Handle {
  if (kind === 'index') return tf.tensor1d(Int32Array.from(values), 'int32');
  // A copy, for a backend may keep what it is given.
  return tf.tensor2d(values instanceof Float32Array ? values.slice() : Float32Array.from(values), [rows, columns]);
}

/**
 * tfjs-node-gpu where npm could install its native library, else the JavaScript backend.
 * @param threads see {@link prepareForLibrary}
 */
async function loadBackend(threads?: number): Promise<{ tf: TensorFlow; device: string }> {
  try {
    prepareForLibrary(threads);
    // Where the package is absent, or its library did not come, the import fails: sometimes with no error code.
    const name = '@tensorflow/tfjs-node-gpu';
    const native: { default?: TensorFlow } & TensorFlow = await import(name);
    const tf = native.default ?? native;
    await tf.ready();
    return { tf, device: tf.backend().constructor.name === 'NodeJSKernelBackend' ? nativeDevice(tf) : tf.getBackend() };
  } catch {
    const tf = await import('@tensorflow/tfjs');
    tf.enableProdMode(); // or it advertises another package at its first use
    await tf.setBackend('cpu');
    return { tf, device: 'javascript' };
  }
}

/** tfjs-node-gpu falls back on the processor without a word; its binding knows whether it found a CUDA device. */
function nativeDevice(tf: TensorFlow): string {
  const backend = tf.backend() as { isUsingGpuDevice?: boolean };
  return backend.isUsingGpuDevice === true ? 'cuda' : 'cpu';
}

/** A model as TensorFlow.js saves it. */
export interface LayersModel {
  /** The layers' configuration, in Keras's form. */
  readonly topology: object;
  /** Name, shape and number format of each array. */
  readonly specs: readonly object[];
  /** The arrays' bytes, one after the other. */
  readonly data: ArrayBuffer;
}

/**
 * What TensorFlow.js itself makes of a model, to be compared with.
 * @param sequence the values of one batch, in the order of `shape`
 * @returns its outputs, row-major
 */
export async function runLayersModel(
  { topology, specs, data }: LayersModel,
  sequence: Float32Array,
  shape: number[],
): Promise<Float32Array> {
  const { tf } = await loadBackend();
  const weightSpecs = specs as tfjs.io.WeightsManifestEntry[];
  const model = await tf.loadLayersModel(tf.io.fromMemory({ modelTopology: topology, weightSpecs, weightData: data }));
  const output = tf.tidy(() => model.predict(tf.tensor(sequence, shape)) as Handle);
  const values = await output.data<'float32'>();
  tf.dispose(output);
  model.dispose();
  return values;
}

/** BasicLSTMCells on top of each other, in TensorFlow's own layout. */
export interface BasicLstm {
  readonly embedding?: Values;
  readonly cells: readonly { readonly kernel: Values; readonly bias: Values }[];
  readonly softmax: { readonly kernel: Values; readonly bias: Values };
}

/**
 * What TensorFlow.js's own BasicLSTMCell makes of a sequence, to be compared with.
 * @param sequence numbers of characters where there is an embedding, else [steps, inputs]
 * @returns the probabilities, [steps, outputs]
 */
export async function runBasicLstm(
  { embedding, cells, softmax }: BasicLstm,
  sequence: Float32Array,
  steps: number,
): Promise<Float32Array> {
  const { tf } = await loadBackend();
  const matrix = ({ data, rows, columns }: Values) => tf.tensor2d(data, [rows, columns]);
  const vector = ({ data }: Values) => tf.tensor1d(data);
  const output = tf.tidy(() => {
    const inputs =
      embedding === undefined
        ? tf.tensor2d(sequence, [steps, sequence.length / steps])
        : tf.gather(matrix(embedding), tf.tensor1d(sequence, 'int32'));
    const layers = cells.map(({ kernel, bias }) => {
      const zero = tf.zeros<tfjs.Rank.R2>([1, bias.columns / 4]);
      return { kernel: matrix(kernel), bias: vector(bias), c: zero, h: zero };
    });
    const tops = tf.split<Matrix>(inputs, steps).map((row) => {
      let data = row;
      for (const layer of layers) {
        [layer.c, layer.h] = tf.basicLSTMCell(1, layer.kernel, layer.bias, data, layer.c, layer.h);
        data = layer.h;
      }
      return data;
    });
    return tf.softmax(tf.add(tf.matMul(tf.concat(tops), matrix(softmax.kernel)), vector(softmax.bias)));
  });
  const values = await output.data<'float32'>();
  tf.dispose(output);
  return values;
}

export interface TensorFlowOptions {
  /** Of the native library on a processor, as many as the first engine of a process asks for. */
  readonly threads?: number;
}

/** @returns the engine; its `device` says what was found: cuda, cpu (native) or javascript */
export async function tfjsEngine({ threads }: TensorFlowOptions = {}): Promise<Engine> {
  const { tf, device } = await loadBackend(threads);
  return {
    name: 'tfjs',
    device,
    async compile(computation: Computation, constants: Inputs = {}) {
      const ops = new TensorFlowOps(tf);
      const toTensors = (values: Inputs): Record<string, Handle> => {
        const named = Object.entries(computation.inputs).filter(([name]) => name in values);
        return Object.fromEntries(named.map(([name, shape]) => [name, toTensor(tf, shape, values[name]!)]));
      };
      const fixed = toTensors(constants);
      return {
        async run(changing: Inputs): Promise<Outputs> {
          checkInputs(computation, { ...constants, ...changing });
          const outputs = tf.tidy(() => computation.body<Handle>(ops, { ...fixed, ...toTensors(changing) }));
          const arrays = await Promise.all(
            Object.entries(outputs).map(
              async ([name, tensor]) => [name, (await tensor.data()) as Float32Array] as const,
            ),
          );
          tf.dispose(outputs);
          return Object.fromEntries(arrays);
        },
        async dispose() {
          tf.dispose(fixed);
          ops.dispose();
        },
      };
    },
  };
}
