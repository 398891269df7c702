// What Keras 2 wrote beside a SavedModel about the model in it: `keras_metadata.pb`, the description of each layer as JSON.
// Format: keras/protobuf/saved_metadata.proto.
import { z } from 'zod';
import { fieldsOf, textOf, WireError } from './wire.ts';

export interface KerasNode {
  /** From the model down, as `root.layer_with_weights-0`. */
  readonly path: string;
  readonly className: string;
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
}

export interface KerasMetadata {
  /** As the `model_config` of an HDF5 file; undefined for a model that is a class of its own. */
  readonly modelConfig: string | undefined;
  readonly kerasVersion: string | undefined;
  readonly nodes: readonly KerasNode[];
}

const nodeSchema = z.object({
  class_name: z.string(),
  name: z.string().optional(),
  config: z.record(z.string(), z.unknown()).optional(),
  keras_version: z.string().optional(),
});

const MODELS = new Set(['Sequential', 'Functional', 'Model']);

/** @throws {WireError} a file that is broken */
export function readMetadata(bytes: Uint8Array): KerasMetadata {
  let modelConfig: string | undefined;
  let kerasVersion: string | undefined;
  const nodes: KerasNode[] = [];
  for (const { number, bytes: node } of fieldsOf(bytes)) {
    if (number !== 1) continue;
    let path = '';
    let json = '';
    for (const field of fieldsOf(node)) {
      if (field.number === 3) path = textOf(field.bytes);
      if (field.number === 5) json = textOf(field.bytes);
    }
    const parsed = nodeSchema.safeParse(parsedJson(json));
    if (!parsed.success) continue;
    const { class_name: className, config, keras_version: version } = parsed.data;
    if (path === 'root') {
      kerasVersion = version;
      if (MODELS.has(className) && config !== undefined) {
        modelConfig = JSON.stringify({ class_name: className, config });
      }
    }
    const name = parsed.data.name ?? (typeof config?.name === 'string' ? config.name : className);
    nodes.push({ path, className, name, options: config ?? {} });
  }
  return { modelConfig, kerasVersion, nodes };
}

function parsedJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    if (json === '') return undefined;
    throw new WireError('the description of a layer is no JSON');
  }
}
