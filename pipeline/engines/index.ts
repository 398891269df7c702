// Which engine runs the mathematics: the one place that knows them all, and holds a device to the reference.
import { availableParallelism } from 'node:os';
import { InputError } from '../base/errors.ts';
import type { Engine } from './engine.ts';
import type { KnownSide, PartProgram, Value, ValueType } from './onnx-session.ts';
import { referenceEngine } from './reference.ts';
import { AGREEMENT, differenceFromReference, randomInputs } from './self-test.ts';
import type { BasicLstm, LayersModel } from './tfjs.ts';

export type { KnownSide, PartProgram, Value, ValueType };
export { AGREEMENT, differenceFromReference, randomInputs };

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
 * `auto` is tfjs where it finds a CUDA device that agrees with the reference, and onnx everywhere else.
 * @throws InputError where the device is not there, or computes something else than the reference
 */
export async function chooseEngine(choice: EngineChoice): Promise<Engine> {
  if (choice.engine === 'auto') {
    const tfjs = await openEngine({ ...choice, engine: 'tfjs' });
    if (tfjs.device === 'cuda' && (await differenceOrNothing(tfjs)) <= AGREEMENT) return tfjs;
  }
  const engine = await openEngine(choice);
  if (ON_GPU.includes(engine.device)) await requireAgreement(engine);
  return engine;
}

/** Devices that are held to the reference before anything is computed on them. */
const ON_GPU: readonly string[] = ['cuda', 'webgpu'] satisfies DeviceName[];

/** NaN, which agrees with nothing, where the engine cannot compute at all. */
const differenceOrNothing = (engine: Engine) => differenceFromReference(engine).catch(() => Number.NaN);

/**
 * As {@link chooseEngine}, but without asking a device for what it computes: for whoever asks that next.
 * @throws InputError where a device is asked of an engine that has none
 */
export async function openEngine({ engine = 'onnx', device = 'cpu', threads }: EngineChoice): Promise<Engine> {
  const count = threads ?? availableParallelism();
  if (engine === 'reference') return referenceEngine(Float32Array);
  if (engine === 'tfjs') return (await import('./tfjs.ts')).tfjsEngine({ threads: count });
  const native = engine === 'onnx-web' ? undefined : await nativeOnnx();
  if (native !== undefined) return native.onnxEngine({ device, threads: count });
  if (device !== 'cpu')
    throw new InputError(`The device "${device}" cannot be used here: ${NOT_NATIVE}`, {}, ADD_NATIVE);
  const { onnxWebEngine } = await import('./onnx-web.ts');
  return onnxWebEngine({ threads: count });
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

async function requireAgreement(engine: Engine): Promise<void> {
  const { name, device } = engine;
  const without = name === 'onnx' ? 'Leave --device out' : 'Take the engine "onnx"';
  let difference: number;
  try {
    difference = await differenceFromReference(engine);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    const fix = `${without} to run on the processor, or see what is missing: npx cellarium devices`;
    throw new InputError(`The device "${device}" cannot be used here: ${reason}`, {}, fix);
  }
  if (difference <= AGREEMENT) return;
  const what = `The device "${device}" differs from the reference by ${difference.toExponential(1)}, more than ${AGREEMENT}`;
  const tf32 = process.env.NVIDIA_TF32_OVERRIDE;
  if (device === 'cuda' && tf32 !== '0') {
    const set = `NVIDIA_TF32_OVERRIDE is "${tf32}" here, which may let it round what it multiplies`;
    throw new InputError(`${what}. ${set}`, {}, `Unset it, or ${without.toLowerCase()} to run on the processor.`);
  }
  throw new InputError(what, {}, `${without} to run on the processor.`);
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
 * Makes a part of a network ready to run: a small ONNX model that was written here or cut out of a file.
 * @param name of the part, for messages
 * @throws InputError where onnxruntime cannot run it; its `run` does so too
 */
export async function openPart(bytes: Uint8Array, name: string): Promise<PartProgram> {
  const { openOnnxPart } = (await nativeOnnx()) ?? (await import('./onnx-web.ts'));
  const program = await openOnnxPart(bytes).catch((error: unknown) => refusePart(name, error));
  return {
    run: (inputs, outputs) => program.run(inputs, outputs).catch((error: unknown) => refusePart(name, error)),
    dispose: () => program.dispose(),
  };
}

/**
 * The shape of each output of a model, as far as it follows from its inputs' shapes; nothing is run.
 * @throws InputError where onnxruntime could not run it
 */
export async function shapesOfPart(
  bytes: Uint8Array,
  name: string,
): Promise<ReadonlyMap<string, readonly KnownSide[]>> {
  const { onnxShapes } = (await nativeOnnx()) ?? (await import('./onnx-web.ts'));
  return onnxShapes(bytes).catch((error: unknown) => refusePart(name, error));
}

function refusePart(name: string, error: unknown): never {
  const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
  const fix = 'Check that what it is given is what the model takes, in the number of steps too.';
  throw new InputError(`onnxruntime cannot run "${name}": ${reason}`, {}, fix);
}
