// A model for a program that uses this package.
import type { ImportOptions } from '../formats/import.ts';
import { type OpenedModel, openModel } from '../model-source.ts';

export type Model = OpenedModel;

export interface LoadOptions extends ImportOptions {
  /** The folder that ids are looked for in, `content` below the folder that the program runs in where left out. */
  readonly content?: string;
}

/**
 * Loads a model that any supported framework saved: a file, a folder, or the id of a model of content/models.
 * @param source as `model.h5`, `model.keras`, `weights.safetensors`, `model.onnx`, `tfjs/model.json`, or `alice`
 * @throws InputError where there is no such model, or it is broken or of a kind that is not supported
 */
export function loadModel(source: string, { content = 'content', ...options }: LoadOptions = {}): Promise<Model> {
  return openModel(source, content, options);
}
