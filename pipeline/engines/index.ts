// Which engine runs the mathematics: the one place that knows them all.
import { availableParallelism } from 'node:os';
import { InputError } from '../base/errors.ts';
import type { Engine } from './engine.ts';
import type { Feed } from './onnx.ts';
import { referenceEngine } from './reference.ts';
import { AGREEMENT, differenceFromReference } from './selftest.ts';
import type { BasicLstm, LayersModel } from './tfjs.ts';

export type { Feed };

export const ENGINE_NAMES = ['auto', 'onnx', 'tfjs', 'reference'] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

export const DEVICE_NAMES = ['cpu', 'cuda', 'webgpu'] as const;
export type DeviceName = (typeof DEVICE_NAMES)[number];

export interface EngineChoice {
  readonly engine?: EngineName | undefined;
  readonly device?: DeviceName | undefined;
  readonly threads?: number | undefined;
}

/**
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
  const { onnxEngine } = await import('./onnx.ts');
  const onnx = onnxEngine({ device, threads: threads ?? availableParallelism() });
  if (device !== 'cpu') await requireAgreement(onnx, device);
  return onnx;
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
 * @throws InputError where onnxruntime refuses it
 */
export async function runModel(path: string, feeds: readonly Feed[], output: string): Promise<Float32Array> {
  const { runOnnxModel } = await import('./onnx.ts');
  try {
    return await runOnnxModel(path, feeds, output);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new InputError(`onnxruntime cannot run it: ${reason}`, { file: path }, 'Export the model again.');
  }
}
