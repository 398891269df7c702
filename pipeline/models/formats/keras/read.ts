// Keras files as foreign networks: HDF5 of every version, whole models or weights only, and the archives of Keras 3.
import { z } from 'zod';
import { InputError } from '../../../base/errors.ts';
import { readBytes } from '../../../files/files.ts';
import { readZip } from '../../../files/zip.ts';
import { type ForeignNetwork, unsupported } from '../../foreign.ts';
import type { LayeredModel } from '../../graph/model.ts';
import { architectureOf, matchedWeights } from './architecture.ts';
import { opensGrus, readGruWeights } from './gru-weights.ts';
import { decodeHdf5, type Hdf5Content } from './hdf5.ts';
import { looseLayers } from './loose-layers.ts';
import { listedWeights, variableWeights } from './stored-weights.ts';
import { parseTopology } from './topology.ts';
import { readWeightsOnly, type WeightsOptions } from './weights-only.ts';
import { readWholeModel, type WholeModel } from './whole-model.ts';

const CONFIG = 'config.json';
const METADATA = 'metadata.json';
const WEIGHTS = 'model.weights.h5';

/**
 * Reads `.h5`, `.hdf5` and `.weights.h5` files of Keras 1, 2 and 3.
 * @param options what a file of weights alone does not say: functions, and how its layers are connected, or the path of
 *   the model's architecture, with which it is read as the whole model would be; of no use where the file says it
 * @throws {InputError} a file that is broken, holds no LSTM, or a layer that is not supported, by its name
 */
export async function readKerasHdf5(
  path: string,
  options: WeightsOptions = {},
): Promise<ForeignNetwork | LayeredModel> {
  return readKerasContent(await decodeHdf5(readBytes(path), path), 'HDF5', path, options);
}

/**
 * What a file holds that Keras wrote, or what another kind of file holds of a Keras model, in the layout of HDF5 files.
 * @param kind of the file, for its name
 */
export function readKerasContent(
  content: Hdf5Content,
  kind: string,
  path: string,
  options: WeightsOptions = {},
): ForeignNetwork | LayeredModel {
  const version = attribute(content, 'keras_version');
  const config = attribute(content, 'model_config');
  if (config !== undefined) {
    const { layer, ...given } = options;
    if (Object.keys(given).length > 0) {
      const fix = 'Leave the options out; they are for files of weights alone.';
      throw new InputError(
        'The file itself says which functions its layers have, and how they are connected.',
        { file: path },
        fix,
      );
    }
    return readWholeModel(wholeModel(config, content, version, kind, path), path);
  }
  const form = version === undefined && listedWeights(content, path) === undefined ? `${kind} by variables` : kind;
  const { architecture } = options;
  if (architecture === undefined) {
    const layers = looseLayers(content, path);
    const format = name(version, `${form}, weights only`);
    if (opensGrus(layers, options)) return readGruWeights(layers, version, options, format, path);
    return { format, ...readWeightsOnly(layers, version, options, path) };
  }
  return readWithArchitecture(content, architecture, options, path);
}

/** Weights beside the JSON of their model: read as the whole model would be. */
function readWithArchitecture(
  content: Hdf5Content,
  architecture: string,
  options: WeightsOptions,
  path: string,
): ForeignNetwork | LayeredModel {
  const given = architectureOf(architecture, options);
  const version = attribute(content, 'keras_version') ?? given.version;
  const topology = parseTopology(given.json, architecture);
  const { layers } = topology;
  const weights = matchedWeights(listedWeights(content, path), layers, path) ?? variableWeights(content, layers);
  const format = name(version, 'HDF5, weights and architecture');
  return readWholeModel({ config: given.json, topology, weights, version: majorVersion(version, path), format }, path);
}

/** Of the file, or of the group in which whole models keep their weights. */
function attribute({ attributes }: Hdf5Content, key: string): string | undefined {
  const value = attributes.get('')?.get(key) ?? attributes.get('model_weights')?.get(key);
  return typeof value === 'string' ? value : undefined;
}

const metadataSchema = z.object({ keras_version: z.string() });

/**
 * Reads the `.keras` archive of Keras 3, and of Keras 2 from 2.12 on.
 * @throws {InputError} as {@link readKerasHdf5}; an archive that is broken or would take up far more than its size
 */
export async function readKerasArchive(path: string): Promise<ForeignNetwork | LayeredModel> {
  const files = readZip(readBytes(path), [CONFIG, METADATA, WEIGHTS], path);
  const take = (wanted: string) => {
    const content = files.get(wanted);
    if (content !== undefined) return content;
    const fix = 'Choose a file that Keras wrote with model.save("name.keras").';
    throw new InputError(`It holds no "${wanted}", as archives of Keras do.`, { file: path }, fix);
  };
  const version = versionOf(utf8(take(METADATA)));
  const content = await decodeHdf5(take(WEIGHTS), `${path} (${WEIGHTS})`);
  return readWholeModel(wholeModel(utf8(take(CONFIG)), content, version, 'archive', path), path);
}

function wholeModel(
  config: string,
  content: Hdf5Content,
  version: string | undefined,
  form: string,
  path: string,
): WholeModel {
  const topology = parseTopology(config, path);
  const weights = listedWeights(content, path) ?? variableWeights(content, topology.layers);
  return { config, topology, weights, version: majorVersion(version, path), format: name(version, form) };
}

const utf8 = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

function versionOf(metadata: string): string | undefined {
  try {
    return metadataSchema.parse(JSON.parse(metadata)).keras_version;
  } catch {
    return undefined;
  }
}

const name = (version: string | undefined, form: string) =>
  `Keras${version === undefined ? '' : ` ${version}`}, ${form}`;

/** Keras 1 said its version from 1.1 on. */
function majorVersion(version: string | undefined, file: string): number {
  const major = version === undefined ? 1 : Number(/^(\d+)\./.exec(version)?.[1] ?? Number.NaN);
  if (major >= 0) return major;
  throw unsupported(`It was written by Keras "${version}"`, { file }, 'Save the model again, with Keras 1, 2 or 3.');
}
