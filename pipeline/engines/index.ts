// Which engine runs the mathematics: the one place that knows them all, and holds a device to the reference.
import { availableParallelism } from 'node:os';
import { InputError } from '../base/errors.ts';
import { normal, seededRandom } from '../base/random.ts';
import { trainingComputation } from '../lstm/backward.ts';
import type { Architecture } from '../lstm/parameters.ts';
import type { Engine, Inputs } from './engine.ts';
import type { Feed } from './onnx-session.ts';
import { referenceEngine } from './reference.ts';
import type { BasicLstm, LayersModel } from './tfjs.ts';

export type { Feed };

export const ENGINE_NAMES = ['auto', 'onnx', 'onnx-web', 'tfjs', 'reference'] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

export const DEVICE_NAMES = ['cpu', 'cuda', 'webgpu'] as const;
export type DeviceName = (typeof DEVICE_NAMES)[number];

export interface EngineChoice {
  readonly engine?: EngineName | undefined;
  readonly device?: DeviceName | undefined;
  readonly threads?: number | undefined;
}

/**
 * `onnx` is the native onnxruntime where that is installed, else the one in WebAssembly, whose name is `onnx-web`;
 * `auto` is tfjs where it finds a CUDA device, and onnx everywhere else.
 * @throws InputError where the device is not there, or computes something else than the reference
 */
export async function chooseEngine({ engine = 'onnx', device = 'cpu', threads }: EngineChoice): Promise<Engine> {
  if (engine === 'reference') return referenceEngine(Float32Array);
  if (engine === 'tfjs' || engine === 'auto') {
    const { tfjsEngine } = await import('./tfjs.ts');
    const tfjs = await tfjsEngine();
    if (engine === 'tfjs') return tfjs;
    if (tfjs.device === 'cuda' && (await differenceFromReference(tfjs)) <= AGREEMENT) return tfjs;
  }
  const count = threads ?? availableParallelism();
  const native = engine === 'onnx-web' ? undefined : await nativeOnnx();
  if (native === undefined) {
    if (device !== 'cpu')
      throw new InputError(`The device "${device}" cannot be used here: ${NOT_NATIVE}`, {}, ADD_NATIVE);
    const { onnxWebEngine } = await import('./onnx-web.ts');
    return onnxWebEngine({ threads: count });
  }
  const onnx = native.onnxEngine({ device, threads: count });
  if (device !== 'cpu') await requireAgreement(onnx, device);
  return onnx;
}

const NOT_NATIVE = 'onnxruntime runs in WebAssembly.';
const ADD_NATIVE = 'Leave --device out, or install the package onnxruntime-node and take the engine "onnx".';

/** @returns undefined where the package is not installed, or has no library that this system can load */
async function nativeOnnx() {
  try {
    return await import('./onnx.ts');
  } catch {
    return undefined;
  }
}

async function requireAgreement(engine: Engine, device: DeviceName): Promise<void> {
  const fix = 'Leave --device out to run on the processor.';
  let difference: number;
  try {
    difference = await differenceFromReference(engine);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new InputError(`The device "${device}" cannot be used here: ${reason}`, {}, fix);
  }
  if (!(difference <= AGREEMENT)) {
    throw new InputError(
      `The device "${device}" differs from the reference by ${difference.toExponential(1)}, more than ${AGREEMENT}`,
      {},
      fix,
    );
  }
}

/** A network small enough for a self-test to take no time. */
const ARCHITECTURE: Architecture = {
  inputs: 11,
  units: [24, 16],
  outputs: 11,
  cellActivation: 'tanh',
  recurrentActivation: { kind: 'sigmoid' },
};
const WINDOW = { steps: 12, streams: 4 };

/** How far an engine may be from the reference, relative to the largest magnitude of each output. */
export const AGREEMENT = 1e-5;

/** @returns the largest relative difference of any output, gradients and end states among them */
export async function differenceFromReference(engine: Engine): Promise<number> {
  const computation = trainingComputation(ARCHITECTURE, WINDOW);
  const random = seededRandom(1);
  const inputs: Inputs = Object.fromEntries(
    Object.entries(computation.inputs).map(([name, { rows, columns, kind }]) => [
      name,
      kind === 'index'
        ? Int32Array.from({ length: rows }, () => Math.floor(random.uniform() * ARCHITECTURE.inputs))
        : Float32Array.from({ length: rows * columns }, () => 0.5 * normal(random)),
    ]),
  );
  const expected = await (await referenceEngine(Float64Array).compile(computation)).run(inputs);
  const program = await engine.compile(computation);
  const found = await program.run(inputs);
  await program.dispose();
  return Math.max(...Object.entries(expected).map(([name, values]) => relativeDifference(found[name]!, values)));
}

function relativeDifference(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  let difference = 0;
  let magnitude = 0;
  for (let k = 0; k < expected.length; k++) {
    difference = Math.max(difference, Math.abs(found[k]! - expected[k]!));
    magnitude = Math.max(magnitude, Math.abs(expected[k]!));
  }
  return difference / magnitude;
}

/** What TensorFlow.js makes of a model of its own; see engines/tfjs.ts. */
export async function runLayersModel(model: LayersModel, sequence: Float32Array, shape: number[]) {
  const tfjs = await import('./tfjs.ts');
  return tfjs.runLayersModel(model, sequence, shape);
}

/** What TensorFlow.js makes of a stack of its own cells; see engines/tfjs.ts. */
export async function runBasicLstm(model: BasicLstm, sequence: Float32Array, steps: number) {
  const tfjs = await import('./tfjs.ts');
  return tfjs.runBasicLstm(model, sequence, steps);
}

/**
 * Runs an ONNX file as it is, by onnxruntime: what an import of it is held against.
 * @param beside names of the files beside it that hold weights
 * @throws InputError where onnxruntime refuses it
 */
export async function runModel(
  path: string,
  feeds: readonly Feed[],
  output: string,
  beside: readonly string[] = [],
): Promise<Float32Array> {
  const { runOnnxModel } = (await nativeOnnx()) ?? (await import('./onnx-web.ts'));
  try {
    return await runOnnxModel(path, feeds, output, beside);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new InputError(`onnxruntime cannot run it: ${reason}`, { file: path }, 'Export the model again.');
  }
}
