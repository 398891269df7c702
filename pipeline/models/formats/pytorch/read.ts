// A PyTorch state dict in a safetensors file -> the network that it belongs to, as far as names and shapes tell.
import { basename } from 'node:path';
import { InputError } from '../../../base/errors.ts';
import { readBeginning } from '../../../files/files.ts';
import { readSafetensors, type Tensor } from '../../../files/safetensors.ts';
import type { Activation, OutputActivation } from '../../../lstm/parameters.ts';
import { type ForeignDense, type ForeignLayer, type ForeignNetwork, unsupported } from '../../foreign.ts';
import { transposed } from '../../gate-rows.ts';
import { type DenseActivations, readActivations } from './activations.ts';
import { findModules, GATE_ORDER, inOrder, type LstmModule, numbered, type WeightModule } from './modules.ts';

/** The functions that follow linear layers, of which a state dict says nothing. */
export interface PytorchOptions {
  /** Of the last one; softmax where it has an output for each entry of the embedding, else linear. */
  readonly outputActivation?: OutputActivation;
  /** Of those below it, which must be given where there are any. */
  readonly hiddenActivation?: Activation;
}

/**
 * Reads `nn.LSTM` modules or an `nn.LSTMCell`, with the `nn.Embedding` before and the `nn.Linear` modules behind it.
 * @param path a `.safetensors` file with the state dict
 * @throws {InputError} a pickle, which is not read; a tensor or shape that belongs to none of these modules; modules
 *   whose order is unclear; whatever `readSafetensors` refuses
 */
export async function readPytorch(path: string, options: PytorchOptions = {}): Promise<ForeignNetwork> {
  refusePickle(path);
  const { tensors, metadata } = readSafetensors(path);
  const { lstms, weights } = findModules(tensors, path);
  const modules = orderLstms(lstms, path);
  const embedding = findEmbedding(weights, modules, path);
  const linears = orderLinears(
    weights.filter((module) => module !== embedding),
    modules.at(-1)!.outputs,
    path,
  );
  const written = readActivations(metadata, linears.length, path);
  const { activations, notes } = denseActivations(linears, embedding?.outputs, { ...written, ...options }, path);
  const layers: ForeignLayer[] = [
    ...(embedding === undefined ? [] : [{ kind: 'embedding', name: embedding.name, table: embedding.weight } as const]),
    ...modules.flatMap(lstmLayers),
    ...linears.map((module, index) => denseLayer(module, activations[index]!)),
  ];
  return {
    format: 'PyTorch state dict, safetensors',
    layers,
    gateOrder: GATE_ORDER.join(' '),
    biases: modules.some(({ hasBias }) => hasBias) ? 'two, added' : 'none',
    stateful: false,
    notes: [...notes, ...conversionNotes(tensors)],
  };
}

function orderLstms(lstms: readonly LstmModule[], file: string): readonly LstmModule[] {
  if (lstms.length === 0) {
    throw new InputError(
      'It has no tensor of an LSTM, such as "lstm.weight_ih_l0".',
      { file },
      'Import one with an LSTM.',
    );
  }
  const order = numbered(lstms);
  if (order !== undefined) return order;
  const names = lstms.map(({ name }) => `"${name}"`).join(', ');
  throw new InputError(
    `It has the LSTM modules ${names}, and nothing says how they are connected.`,
    { file },
    'Save the state dict of one of them, or number them in the order in which they are called, as lstm1 and lstm2.',
  );
}

const EMBEDDING_NAME = /emb|enc|lookup|wte|token|char|word/i;

/** A weight without a bias whose rows are what the LSTM reads; where a linear layer may be that too, the name decides. */
function findEmbedding(
  weights: readonly WeightModule[],
  modules: readonly LstmModule[],
  file: string,
): WeightModule | undefined {
  const candidates = weights.filter(({ inputs, bias }) => inputs === modules[0]!.inputs && bias === undefined);
  const named = candidates.filter(({ name }) => EMBEDDING_NAME.test(name));
  const [found, ...others] = named.length > 0 ? named : candidates;
  if (found === undefined) return undefined;
  const mayBeLinear = named.length === 0 && weights.some(({ outputs }) => outputs === found.inputs);
  if (others.length === 0 && !mayBeLinear && (named.length > 0 || found.inputs !== modules.at(-1)!.outputs)) {
    return found;
  }
  throw new InputError(
    `Nothing says whether "${found.name}" is an embedding or a linear layer without a bias.`,
    { file, tensor: `${found.name}.weight` },
    'Rename the embedding\'s tensor to "embedding.weight", and give the linear layer a bias of zeros.',
  );
}

function orderLinears(linears: readonly WeightModule[], width: number, file: string): readonly WeightModule[] {
  const order = inOrder(linears, width);
  if (order !== undefined) return order;
  const shapes = linears.map(({ name, inputs, outputs }) => `"${name}" (${inputs} to ${outputs})`).join(', ');
  throw unsupported(
    `There is not one clear order in which ${shapes} follow an LSTM of ${width} outputs`,
    { file },
    'Save the part of the state dict that is an embedding, the LSTM, and the linear layers behind it.',
  );
}

function lstmLayers({ name, layers }: LstmModule): ForeignLayer[] {
  return layers.map((layer, index) => ({
    kind: 'lstm',
    name: layers.length === 1 && name !== '' ? name : `${name}${name === '' ? '' : '.'}l${index}`,
    ...layer,
    cellActivation: 'tanh',
    recurrentActivation: { kind: 'sigmoid' },
  }));
}

function denseLayer({ name, weight, bias }: WeightModule, activation: OutputActivation): ForeignDense {
  const zeros = { rows: 1, columns: weight.rows, data: new Float32Array(weight.rows) };
  return { kind: 'dense', name, kernel: transposed(weight), bias: bias ?? zeros, activation };
}

/** What follows each linear layer: what was asked for or written into the file, else what its width suggests. */
function denseActivations(
  linears: readonly WeightModule[],
  vocabulary: number | undefined,
  known: Partial<DenseActivations> & PytorchOptions,
  file: string,
): { activations: OutputActivation[]; notes: string[] } {
  const output = linears.at(-1);
  if (output === undefined) return { activations: [], notes: [] };
  const hidden = linears.slice(0, -1).map(({ name }, index) => {
    const activation = known.hiddenActivation ?? known.hiddenActivations?.[index];
    if (activation !== undefined) return activation;
    throw new InputError(
      `A state dict does not say which function follows the linear layer "${name}".`,
      { file, tensor: `${name}.weight` },
      'Give it as the hidden activation: linear, tanh, sigmoid or relu.',
    );
  });
  if (known.outputActivation !== undefined) return { activations: [...hidden, known.outputActivation], notes: [] };
  const activation = output.outputs === vocabulary ? 'softmax' : 'linear';
  const why =
    activation === 'softmax' ? 'as wide as the embedding has entries' : 'not as wide as an embedding has entries';
  const note = `A state dict names no activations: the output of "${output.name}", ${why}, was assumed to be ${activation}.`;
  return { activations: [...hidden, activation], notes: [note] };
}

function conversionNotes(tensors: ReadonlyMap<string, Tensor>): string[] {
  const names = { F16: 'float16', BF16: 'bfloat16', F64: 'float64' } as const;
  const found = new Set(
    [...tensors.values()].flatMap(({ storedAs }) => (storedAs === undefined ? [] : [names[storedAs]])),
  );
  return [...found].map((name) => `Tensors stored as ${name} were converted to float32.`);
}

// PyTorch's own files are pickles: recognised and refused, for reading a pickle runs a program.

/** What `torch.save` begins a file with: a zip since PyTorch 1.6, before that a pickle of this number. */
const ZIP = Buffer.from('504b0304', 'hex');
const MAGIC_NUMBER = Buffer.from('8a0a6cfc9c46f9206aa85019', 'hex');
/** A pickle of protocol 4 or newer, from PyTorch or not, has a frame after its first two bytes. */
const FRAME = 0x95;
const PROTOCOL = 0x80;

function isPickle(beginning: Buffer): boolean {
  if (beginning.subarray(0, ZIP.length).equals(ZIP)) return true;
  if (beginning[0] !== PROTOCOL) return false;
  return beginning[2] === FRAME || beginning.subarray(2, 2 + MAGIC_NUMBER.length).equals(MAGIC_NUMBER);
}

/** @throws {InputError} a file that `torch.save` wrote, with the Python that makes a safetensors file of it */
export function refusePickle(path: string): void {
  if (!isPickle(readBeginning(path, 16))) return;
  const name = basename(path);
  const target = `${name.replace(/\.(pt|pth|bin|ckpt|pkl)$/, '')}.safetensors`;
  throw new InputError(
    'It holds a Python pickle, as torch.save writes it, and reading a pickle runs whatever program it holds.',
    { file: path },
    `Save the weights as safetensors, in Python:
    import torch, safetensors.torch
    weights = torch.load(${JSON.stringify(name)}, map_location="cpu", weights_only=True)
    safetensors.torch.save_file({k: v.clone().contiguous() for k, v in weights.items()}, ${JSON.stringify(target)})`,
  );
}
