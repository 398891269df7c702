// The writers of files for other frameworks, each loaded when it is asked for.
import type { Architecture, Parameters } from '../lstm/parameters.ts';

export const EXPORT_FORMATS = ['keras', 'pytorch', 'onnx', 'safetensors'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface ExportedModel {
  readonly architecture: Architecture;
  readonly parameters: Parameters;
  readonly vocabulary: readonly string[];
  readonly features?: readonly string[];
  readonly stateful: boolean;
}

type Writer = (path: string, model: ExportedModel) => Promise<void>;

const WRITERS: Readonly<Record<ExportFormat, Writer>> = {
  keras: async (path, model) => (await import('./formats/keras/write.ts')).writeKerasHdf5(path, model),
  pytorch: async (path, model) => (await import('./formats/pytorch/write.ts')).writePytorch(path, model),
  onnx: async (path, model) => (await import('./formats/onnx/write.ts')).writeOnnx(path, model),
  safetensors: async (path, { architecture, parameters, vocabulary, features, stateful }) => {
    const { writeStandalone } = await import('./formats/own/standalone.ts');
    const names = features === undefined ? {} : { features: [...features] };
    const description = { vocabulary: [...vocabulary], ...names, ...(stateful ? { stateful } : {}), architecture };
    writeStandalone(path, { description, parameters });
  },
};

/**
 * Writes a whole file or none, and every value as it is.
 * @param format `safetensors` is this project's own: it keeps the vocabulary and the names of features too
 * @throws InputError what the framework has no layer or function for; a path that cannot be written
 */
export async function writeAs(format: ExportFormat, path: string, model: ExportedModel): Promise<void> {
  await WRITERS[format](path, model);
}
