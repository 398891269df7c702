// The engine that every installation has: onnxruntime in WebAssembly, the same graphs by the same runtime.
import { dirname, join } from 'node:path';
import * as ort from 'onnxruntime-web';
import type { Engine } from './engine.ts';
import { type Feed, openPart, type PartProgram, runFile, sessionEngine } from './onnx-session.ts';

/** @param threads as many as the first engine of a process asks for: all later ones share its threads */
export function onnxWebEngine({ threads }: { readonly threads: number }): Engine {
  ort.env.wasm.numThreads = threads;
  return sessionEngine(ort, { name: 'onnx-web', device: 'cpu' }, { executionProviders: ['wasm'] });
}

/**
 * See `runFile`.
 * @param beside names of the files beside the model that hold weights of it, which WebAssembly cannot open by itself
 */
export function runOnnxModel(
  path: string,
  feeds: readonly Feed[],
  output: string,
  beside: readonly string[],
): Promise<Float32Array> {
  const externalData = beside.map((name) => ({ path: name, data: join(dirname(path), name) }));
  return runFile(ort, path, feeds, output, { externalData });
}

/** See `openPart`. */
export function openOnnxPart(bytes: Uint8Array): Promise<PartProgram> {
  return openPart(ort, bytes, {});
}
