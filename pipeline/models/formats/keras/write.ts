// A network as an HDF5 file of Keras 2, which Keras 2 and Keras 3 load.
import { InputError } from '../../../base/errors.ts';
import { writeAtomically } from '../../../files/files.ts';
import type { Architecture, LayerParameters, Matrix, RecurrentActivation } from '../../../lstm/parameters.ts';
import type { CanonicalNetwork } from '../../foreign.ts';
import { hardSigmoid, kerasName } from './functions.ts';
import { type Attributes, encodeHdf5, type StoredArray } from './hdf5.ts';

export interface KerasModel extends CanonicalNetwork {
  /** Whether the state is carried from one series to the next; a batch is one series then. */
  readonly stateful?: boolean;
}

/** A layer: what Keras needs to build it, and its arrays by name, in Keras's order. */
interface Layer {
  readonly className: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly arrays: readonly (readonly [name: string, array: StoredArray])[];
}

/** Those that wrote the layout and the functions which are written here; the layout of both is the same. */
const VERSIONS = ['2.15.0', '3.0.0'] as const;

/**
 * Writes a whole model, atomically; every value is stored as it is. It gives an output at every step. A hard sigmoid is
 * that of Keras 2 or of Keras 3, and the file bears the version whose it is: the other computes with its own.
 * @throws {InputError} a recurrent activation that no Keras has; a folder or disk that cannot be written to
 */
export async function writeKerasHdf5(path: string, model: KerasModel): Promise<void> {
  const version = versionFor(model.architecture.recurrentActivation, path);
  const layers = namedLayers(describeLayers(model, path));
  const root = new Map([
    ['keras_version', version],
    ['backend', 'tensorflow'],
    ['model_config', JSON.stringify(modelConfig(layers))],
  ]);
  const weighty = layers.filter(({ arrays }) => arrays.length > 0);
  const attributes = new Map<string, Attributes>([
    ['', root],
    ['model_weights', new Map<string, string | string[]>([['layer_names', weighty.map(({ name }) => name)]])],
  ]);
  const arrays = new Map<string, StoredArray>();
  for (const layer of weighty) {
    const names = layer.arrays.map(([name]) => `${layer.name}/${name}:0`);
    attributes.set(`model_weights/${layer.name}`, new Map([['weight_names', names]]));
    layer.arrays.forEach(([, array], index) => {
      arrays.set(`model_weights/${layer.name}/${names[index]}`, array);
    });
  }
  writeAtomically(path, await encodeHdf5({ attributes, arrays }));
}

function versionFor(activation: RecurrentActivation, file: string): string {
  if (activation.kind === 'sigmoid') return VERSIONS[0];
  const isHard = activation.kind === 'hard-sigmoid';
  const found = VERSIONS.find((version) => {
    const known = hardSigmoid(Number.parseInt(version, 10));
    return isHard && known.slope === activation.slope && known.offset === activation.offset;
  });
  if (found !== undefined) return found;
  if (!isHard) {
    const fix = 'Export it to safetensors, which keeps every function.';
    throw new InputError(`Gates with ${activation.function} are not written as Keras.`, { file }, fix);
  }
  throw new InputError(
    `The gates have a hard sigmoid of slope ${activation.slope} and offset ${activation.offset}, which no Keras has.`,
    { file },
    'Export it to another format.',
  );
}

function modelConfig(layers: readonly (Layer & { name: string })[]) {
  return {
    class_name: 'Sequential',
    config: {
      name: 'sequential',
      layers: layers.map(({ className, name, options }) => ({ class_name: className, config: { name, ...options } })),
    },
  };
}

function namedLayers(layers: readonly Layer[]): (Layer & { name: string })[] {
  return layers.map((layer, index) => ({ ...layer, name: `${layer.className.toLowerCase()}_${index}` }));
}

function describeLayers({ architecture, parameters, stateful = false }: KerasModel, file: string): Layer[] {
  const { inputs, hidden = [], outputActivation = 'softmax' } = architecture;
  const batch = stateful ? 1 : null;
  const { embedding } = parameters;
  const shape = embedding === undefined ? [batch, null, inputs] : [batch, null];
  // A layer of its own, for the versions disagree about the option by which another layer could say the shape.
  const input = { batch_input_shape: shape, dtype: 'float32' };
  const layers: Layer[] = [{ className: 'InputLayer', options: input, arrays: [] }];
  if (embedding !== undefined) {
    const options = { input_dim: inputs, output_dim: embedding.columns, mask_zero: false };
    layers.push({ className: 'Embedding', options, arrays: [['embeddings', matrix(embedding)]] });
  }
  parameters.layers.forEach((forward, index) => {
    layers.push(recurrentLayer(architecture, index, forward, parameters.backward[index], stateful, file));
  });
  parameters.dense.forEach(({ kernel, bias }, index) => {
    const activation = hidden[index]?.activation ?? outputActivation;
    layers.push({
      className: 'Dense',
      options: { units: kernel.columns, activation, use_bias: true },
      arrays: [
        ['kernel', matrix(kernel)],
        ['bias', vector(bias)],
      ],
    });
  });
  return layers;
}

function recurrentLayer(
  architecture: Architecture,
  index: number,
  forward: LayerParameters,
  backward: LayerParameters | undefined,
  stateful: boolean,
  file: string,
): Layer {
  const options = {
    units: forward.recurrentKernel.rows,
    activation: kerasName(architecture.cellActivation, file),
    recurrent_activation: architecture.recurrentActivation.kind === 'sigmoid' ? 'sigmoid' : 'hard_sigmoid',
    use_bias: true,
    return_sequences: true,
    stateful,
  };
  if (backward === undefined) return { className: 'LSTM', options, arrays: lstmArrays('lstm_cell', forward) };
  return {
    className: 'Bidirectional',
    options: {
      // Keras 3 looks a layer inside a layer up by its module, which Keras 2 does not read.
      layer: { module: 'keras.layers', class_name: 'LSTM', config: { name: `lstm_of_${index + 1}`, ...options } },
      merge_mode: 'concat',
    },
    arrays: [...lstmArrays('forward_lstm/lstm_cell', forward), ...lstmArrays('backward_lstm/lstm_cell', backward)],
  };
}

function lstmArrays(prefix: string, { kernel, recurrentKernel, bias }: LayerParameters): Layer['arrays'] {
  return [
    [`${prefix}/kernel`, matrix(kernel)],
    [`${prefix}/recurrent_kernel`, matrix(recurrentKernel)],
    [`${prefix}/bias`, vector(bias)],
  ];
}

const matrix = ({ rows, columns, data }: Matrix): StoredArray => ({ shape: [rows, columns], data });
const vector = ({ columns, data }: Matrix): StoredArray => ({ shape: [columns], data });
