// The default engine: the computation becomes an ONNX graph, which onnxruntime compiles once and runs natively.
import * as ort from 'onnxruntime-node';
import type { Computation, Shape } from '../lstm/ops.ts';
import { checkInputs, type Engine, type Inputs, type Program } from './engine.ts';
import { buildModel } from './onnx-graph.ts';

function toTensor(shape: Shape, values: Inputs[string]): ort.Tensor {
  if (shape.kind === 'index') return new ort.Tensor('int32', Int32Array.from(values), [shape.rows]);
  const data = values instanceof Float32Array ? values : Float32Array.from(values);
  return new ort.Tensor('float32', data, [shape.rows, shape.columns]);
}

export interface OnnxOptions {
  readonly device: 'cpu' | 'cuda' | 'webgpu';
  readonly threads: number;
}

/** @throws whatever onnxruntime throws where it lacks the device */
export function onnxEngine({ device, threads }: OnnxOptions): Engine {
  return {
    name: 'onnx',
    device,
    async compile(computation: Computation, constants: Inputs = {}): Promise<Program> {
      const bytes = buildModel(computation, constants);
      const changing = Object.entries(computation.inputs).filter(([name]) => !(name in constants));
      const session = await ort.InferenceSession.create(bytes, {
        executionProviders: [device],
        intraOpNumThreads: threads,
        executionMode: 'sequential',
        graphOptimizationLevel: 'all',
        // Threads that wait without spinning leave the processor to the scorer, and lose nothing where it has none.
        // Products of many gates sink below float32's normal numbers, with which processors are far slower.
        extra: { session: { set_denormal_as_zero: '1', intra_op: { allow_spinning: '0' } } },
      });
      return {
        async run(inputs) {
          checkInputs(computation, { ...constants, ...inputs });
          const feeds = changing.map(([name, shape]) => [name, toTensor(shape, inputs[name]!)]);
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

function feedTensor({ type, dims, values }: Feed): ort.Tensor {
  if (type === 'float32') return new ort.Tensor(type, values, dims);
  if (type === 'int32') return new ort.Tensor(type, Int32Array.from(values), dims);
  return new ort.Tensor(type, BigInt64Array.from(values, BigInt), dims);
}

/**
 * Runs someone else's model once, as it is.
 * @param output the name of the output that is asked for
 * @throws whatever onnxruntime throws at a model that it cannot run
 */
export async function runOnnxModel(path: string, feeds: readonly Feed[], output: string): Promise<Float32Array> {
  // What it cannot run it says in what it throws, and need not print.
  const session = await ort.InferenceSession.create(path, { intraOpNumThreads: 1, logSeverityLevel: 4 });
  try {
    const outputs = await session.run(Object.fromEntries(feeds.map((feed) => [feed.name, feedTensor(feed)])), [output]);
    return outputs[output]!.data as Float32Array;
  } finally {
    await session.release();
  }
}
