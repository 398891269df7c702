// What onnxruntime does with a model, the same in both of its packages: the native one and the one in WebAssembly.
import type { InferenceSession, Tensor } from 'onnxruntime-web';
import type { Computation, Shape } from '../lstm/ops.ts';
import { checkInputs, type Engine, type Inputs, type Program } from './engine.ts';
import type { Limits } from './onnx-graph.ts';
import { buildModel } from './onnx-model.ts';

/** What each of the two packages exports. */
export interface Runtime {
  readonly InferenceSession: typeof InferenceSession;
  readonly Tensor: typeof Tensor;
}

function toTensor({ Tensor }: Runtime, shape: Shape, values: Inputs[string]): Tensor {
  if (shape.kind === 'index') return new Tensor('int32', Int32Array.from(values), [shape.rows]);
  const data = values instanceof Float32Array ? values : Float32Array.from(values);
  return new Tensor('float32', data, [shape.rows, shape.columns]);
}

/**
 * An engine that turns each computation into a graph, which the runtime compiles once.
 * @param limits of the device's kernels; none where left out
 */
export function sessionEngine(
  runtime: Runtime,
  { name, device }: Pick<Engine, 'name' | 'device'>,
  options: InferenceSession.SessionOptions,
  limits?: Limits,
): Engine {
  return {
    name,
    device,
    async compile(computation: Computation, constants: Inputs = {}): Promise<Program> {
      const bytes = buildModel(computation, constants, limits);
      const changing = Object.entries(computation.inputs).filter(([name]) => !(name in constants));
      const session = await runtime.InferenceSession.create(bytes, {
        ...options,
        executionMode: 'sequential',
        graphOptimizationLevel: 'all',
      });
      return {
        async run(inputs) {
          checkInputs(computation, { ...constants, ...inputs });
          const feeds = changing.map(([name, shape]) => [name, toTensor(runtime, shape, inputs[name]!)]);
          const outputs = await session.run(Object.fromEntries(feeds));
          return Object.fromEntries(
            Object.entries(outputs).map(([name, tensor]) => [name, tensor.data as Float32Array]),
          );
        },
        dispose: () => session.release(),
      };
    },
  };
}

/** A tensor that a model is given. */
export interface Feed {
  readonly name: string;
  readonly type: 'float32' | 'int32' | 'int64';
  readonly dims: readonly number[];
  /** As many as `dims` multiply to, whole where the type is. */
  readonly values: Float32Array;
}

function feedTensor({ Tensor }: Runtime, { type, dims, values }: Feed): Tensor {
  if (type === 'float32') return new Tensor(type, values, dims);
  if (type === 'int32') return new Tensor(type, Int32Array.from(values), dims);
  return new Tensor(type, BigInt64Array.from(values, BigInt), dims);
}

/**
 * Runs someone else's model once, as it is.
 * @param output the name of the output that is asked for
 * @param options what the runtime needs besides
 * @throws whatever onnxruntime throws at a model that it cannot run
 */
export async function runFile(
  runtime: Runtime,
  path: string,
  feeds: readonly Feed[],
  output: string,
  options: InferenceSession.SessionOptions = {},
): Promise<Float32Array> {
  // What it cannot run it says in what it throws, and need not print.
  const session = await runtime.InferenceSession.create(path, { ...options, logSeverityLevel: 4 });
  try {
    const tensors = feeds.map((feed) => [feed.name, feedTensor(runtime, feed)]);
    const outputs = await session.run(Object.fromEntries(tensors), [output]);
    return outputs[output]!.data as Float32Array;
  } finally {
    await session.release();
  }
}
