// The fastest engine on a processor: onnxruntime's native package, where it is installed.
import * as ort from 'onnxruntime-node';
import type { Engine } from './engine.ts';
import { type Feed, runFile, sessionEngine } from './onnx-session.ts';

export interface OnnxOptions {
  readonly device: 'cpu' | 'cuda' | 'webgpu';
  readonly threads: number;
}

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
    },
  );
}

/** See `runFile`; the library finds the files beside the model by itself. */
export function runOnnxModel(path: string, feeds: readonly Feed[], output: string): Promise<Float32Array> {
  return runFile(ort, path, feeds, output, { intraOpNumThreads: 1 });
}
