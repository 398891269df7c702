// The engine that every installation has: onnxruntime in WebAssembly, the same graphs by the same runtime.
import * as ort from 'onnxruntime-web';
import type { Engine } from './engine.ts';
import { openPart, outputShapes, type PartProgram, sessionEngine } from './onnx-session.ts';

/** @param threads as many as the first engine of a process asks for: all later ones share its threads */
export function onnxWebEngine({ threads }: { readonly threads: number }): Engine {
  ort.env.wasm.numThreads = threads;
  return sessionEngine(ort, { name: 'onnx-web', device: 'cpu' }, { executionProviders: ['wasm'] });
}

/** See `openPart`. */
export function openOnnxPart(bytes: Uint8Array): Promise<PartProgram> {
  return openPart(ort, bytes, {});
}

/** See `outputShapes`. */
export const onnxShapes = (bytes: Uint8Array) => outputShapes(ort, bytes);
