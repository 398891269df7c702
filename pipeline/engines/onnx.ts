// The fastest engine: onnxruntime's native package, where it is installed, on the processor or on a GPU.
import './full-precision.ts';
import * as ort from 'onnxruntime-node';
import type { Engine } from './engine.ts';
import { type Limits, NO_LIMITS } from './onnx-graph.ts';
import { openPart, outputShapes, type PartProgram, sessionEngine } from './onnx-session.ts';

export interface OnnxOptions {
  readonly device: 'cpu' | 'cuda' | 'webgpu';
  readonly threads: number;
}

/** A shader of WebGPU reaches eight buffers for certain, and onnxruntime gives each input and output one. */
const WEBGPU_LIMITS: Limits = { unrolled: true, split: 4, concat: 6 };

/** A loop of onnxruntime's comes back to the processor after each step. */
const LIMITS = { cpu: NO_LIMITS, cuda: { ...NO_LIMITS, unrolled: true }, webgpu: WEBGPU_LIMITS };

/** Its programs throw whatever onnxruntime throws where it lacks the device. */
export function onnxEngine({ device, threads }: OnnxOptions): Engine {
  return sessionEngine(
    ort,
    { name: 'onnx', device },
    {
      executionProviders: [device],
      intraOpNumThreads: threads,
      // Threads that wait without spinning leave the processor to the scorer, and lose nothing where it has none.
      // Products of many gates sink below float32's normal numbers, with which processors are far slower.
      extra: { session: { set_denormal_as_zero: '1', intra_op: { allow_spinning: '0' } } },
      // That some small operations stay on the processor is as it should be, and what fails is thrown.
      ...(device === 'cpu' ? {} : { logSeverityLevel: 4 }),
    },
    LIMITS[device],
  );
}

/** See `openPart`. */
export function openOnnxPart(bytes: Uint8Array): Promise<PartProgram> {
  return openPart(ort, bytes, { intraOpNumThreads: 1 });
}

/** See `outputShapes`. */
export const onnxShapes = (bytes: Uint8Array) => outputShapes(ort, bytes);
