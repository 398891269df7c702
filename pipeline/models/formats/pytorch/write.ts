// Canonical parameters -> a PyTorch state dict in a safetensors file.
import { InputError } from '../../../base/errors.ts';
import { type Tensor, writeSafetensors } from '../../../files/safetensors.ts';
import type { Architecture, LayerParameters, Matrix } from '../../../lstm/parameters.ts';
import type { CanonicalNetwork } from '../../foreign.ts';
import { secondBias, toGateRows, transposed } from '../../gate-rows.ts';
import { describeActivations } from './activations.ts';
import { GATE_ORDER } from './modules.ts';

const asMatrix = ({ rows, columns, data }: Matrix): Tensor => ({ shape: [rows, columns], data });
const asVector = ({ data }: Matrix): Tensor => ({ shape: [data.length], data });

/**
 * Writes a state dict that this module loads, where all LSTM layers have as many units and directions:
 *
 *     class Model(torch.nn.Module):
 *         def __init__(self):
 *             super().__init__()
 *             self.embedding = torch.nn.Embedding(inputs, embedding)
 *             self.lstm = torch.nn.LSTM(embedding, units, num_layers, bidirectional=bidirectional)
 *             self.linear = torch.nn.Linear(width, outputs)
 *
 *     model.load_state_dict(safetensors.torch.load_file(path))
 *
 * What the network lacks, the module and the file lack too. Layers that differ become `lstm1`, `lstm2`, …, each an
 * `nn.LSTM` of one layer, and where there are hidden layers, the linear ones are `linear1`, `linear2`, …. The
 * activations, which a state dict has no place for, are named in the file's metadata.
 * @throws {InputError} activations of the cell that nn.LSTM does not have; a path that cannot be written
 */
export function writePytorch(path: string, { architecture, parameters }: CanonicalNetwork): void {
  checkCell(architecture, path);
  const { embedding, layers, backward, dense } = parameters;
  const tensors = new Map<string, Tensor>();
  if (embedding !== undefined) tensors.set('embedding.weight', asMatrix(embedding));
  const uniform = isUniform(architecture);
  layers.forEach((layer, index) => {
    const prefix = uniform ? 'lstm' : `lstm${index + 1}`;
    const suffix = `_l${uniform ? index : 0}`;
    addDirection(tensors, prefix, suffix, layer);
    const behind = backward[index];
    if (behind !== undefined) addDirection(tensors, prefix, `${suffix}_reverse`, behind);
  });
  dense.forEach(({ kernel, bias }, index) => {
    const name = dense.length === 1 ? 'linear' : `linear${index + 1}`;
    tensors.set(`${name}.weight`, asMatrix(transposed(kernel)));
    tensors.set(`${name}.bias`, asVector(bias));
  });
  writeSafetensors(path, { tensors, metadata: describeActivations(architecture) });
}

function checkCell({ cellActivation, recurrentActivation }: Architecture, file: string): void {
  if (cellActivation === 'tanh' && recurrentActivation.kind === 'sigmoid') return;
  throw new InputError(
    `The model's cells compute with ${cellActivation} and ${recurrentActivation.kind}, where nn.LSTM has tanh and sigmoid.`,
    { file },
    'Export it to Keras or ONNX, which can say so.',
  );
}

function isUniform({ units, bidirectional = [] }: Architecture): boolean {
  return units.every((size, layer) => size === units[0] && bidirectional[layer] === bidirectional[0]);
}

function addDirection(tensors: Map<string, Tensor>, prefix: string, suffix: string, layer: LayerParameters): void {
  const { kernel, recurrentKernel, bias } = layer;
  tensors.set(`${prefix}.weight_ih${suffix}`, asMatrix(toGateRows(kernel, GATE_ORDER)));
  tensors.set(`${prefix}.weight_hh${suffix}`, asMatrix(toGateRows(recurrentKernel, GATE_ORDER)));
  tensors.set(`${prefix}.bias_ih${suffix}`, asVector(toGateRows(bias, GATE_ORDER)));
  tensors.set(`${prefix}.bias_hh${suffix}`, asVector(secondBias(bias)));
}
