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

// Models of all shapes, such as the parts of a larger network, which are run many times.

/** What onnxruntime takes and gives. */
export type ValueType = 'float32' | 'float64' | 'int32' | 'int64' | 'bool' | 'uint8' | 'int8';

/** An array of any shape, row-major. */
export interface Value {
  readonly type: ValueType;
  readonly dims: readonly number[];
  readonly data: Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array | Int8Array;
}

/** A model made ready to run. */
export interface PartProgram {
  /** @returns the outputs that are asked for, by name */
  run(inputs: ReadonlyMap<string, Value>, outputs: readonly string[]): Promise<Map<string, Value>>;
  dispose(): Promise<void>;
}

/** @throws whatever onnxruntime throws at a model that it cannot run */
export async function openPart(
  runtime: Runtime,
  bytes: Uint8Array,
  options: InferenceSession.SessionOptions,
): Promise<PartProgram> {
  const session = await runtime.InferenceSession.create(bytes, { ...options, logSeverityLevel: 4 });
  return {
    async run(inputs, outputs) {
      const feeds = [...inputs].map(([name, { type, data, dims }]) => [name, new runtime.Tensor(type, data, dims)]);
      const found = await session.run(Object.fromEntries(feeds), outputs);
      return new Map(outputs.map((name) => [name, asValue(found[name]!)]));
    },
    dispose: () => session.release(),
  };
}

function asValue({ type, dims, data }: Tensor): Value {
  return { type: type as ValueType, dims: [...dims], data: data as Value['data'] };
}

/** A side's length, or a name or nothing where the shapes of what is read do not tell it. */
export type KnownSide = number | string;

/**
 * The shape of each output, as far as it follows from the shapes of the inputs: nothing is run.
 * @throws whatever onnxruntime throws at a model that it cannot run
 */
export async function outputShapes(
  runtime: Runtime,
  bytes: Uint8Array,
): Promise<ReadonlyMap<string, readonly KnownSide[]>> {
  // What follows from constants would be run beforehand by any optimisation.
  const options = { graphOptimizationLevel: 'disabled', logSeverityLevel: 4 } as const;
  const session = await runtime.InferenceSession.create(bytes, options);
  try {
    return new Map(session.outputMetadata.flatMap((one) => (one.isTensor ? [[one.name, one.shape] as const] : [])));
  } finally {
    await session.release();
  }
}
