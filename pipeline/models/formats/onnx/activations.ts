// The functions of ONNX's LSTM operator <-> those of a cell.
// https://onnx.ai/onnx/operators/onnx__LSTM.html
import { InputError } from '../../../base/errors.ts';
import type { CellFunctions } from '../../../lstm/cell.ts';
import type { Architecture, CellActivation, RecurrentActivation } from '../../../lstm/parameters.ts';
import type { Node } from './node.ts';

/** The gates, the candidate, and c on its way to h: what a direction has where nothing is said. */
const DEFAULTS = ['Sigmoid', 'Tanh', 'Tanh'];

/** What functions take off the lists of numbers, with what stands for it where the lists are empty. */
const NUMBERS: Readonly<Record<string, { readonly alpha: number; readonly beta?: number }>> = {
  affine: { alpha: 1, beta: 0 },
  hardsigmoid: { alpha: 0.2, beta: 0.5 },
  scaledtanh: { alpha: 1, beta: 1 },
  leakyrelu: { alpha: 0.01 },
  elu: { alpha: 1 },
  thresholdedrelu: { alpha: 1 },
};

const AFFINE = { alpha: 1, beta: 0 };

const PLAIN: Readonly<Record<string, CellActivation>> = {
  tanh: 'tanh',
  sigmoid: 'sigmoid',
  relu: 'relu',
  softsign: 'softsign',
  softplus: 'softplus',
};

/** Constants of frameworks that no decimal is the shortest name of: Keras 3's slope. */
const FRACTIONS = [1 / 6];

/** The number that was meant by a float32: a known one, or the shortest decimal that rounds to it. */
export function meantBy(value: number): number {
  const fraction = FRACTIONS.find((known) => Math.fround(known) === value);
  if (fraction !== undefined) return fraction;
  for (let digits = 1; digits < 10; digits++) {
    const decimal = Number(value.toPrecision(digits));
    if (Math.fround(decimal) === value) return decimal;
  }
  return value;
}

/**
 * @param called the layer, for a sentence
 * @returns the functions of each direction; a sentence where no cell of this project has them
 */
export function readFunctions(node: Node, directions: number, called: string): CellFunctions[] | string {
  const given = node.texts('activations');
  const names = given.length === 0 ? Array.from({ length: directions }, () => DEFAULTS).flat() : given;
  const alphas = node.numbers('activation_alpha').values();
  const betas = node.numbers('activation_beta').values();
  const functions = names.map((name) => {
    const kind = name.toLowerCase();
    // Only functions that take numbers take them off the lists.
    const { alpha, beta } = Object.hasOwn(NUMBERS, kind) ? NUMBERS[kind]! : {};
    return {
      kind,
      alpha: alpha === undefined ? 0 : (alphas.next().value ?? alpha),
      beta: beta === undefined ? 0 : (betas.next().value ?? beta),
    };
  });
  const shown = names.join(', ');
  if (functions.length !== 3 * directions) {
    return `${called} has the activations ${shown}, not three for each direction.`;
  }
  const found: CellFunctions[] = [];
  for (let k = 0; k < functions.length; k += 3) {
    const [gate, candidate, output] = functions.slice(k, k + 3) as [Function, Function, Function];
    if (JSON.stringify(candidate) !== JSON.stringify(output)) {
      return `${called} has other activations at the candidate than at the output, which is not supported: ${shown}.`;
    }
    const cellActivation = activationOf(candidate);
    const recurrentActivation = recurrentOf(gate);
    if (cellActivation === undefined || recurrentActivation === undefined) {
      return `${called} has the activations ${shown}, which are not all supported.`;
    }
    found.push({ cellActivation, recurrentActivation });
  }
  return found;
}

interface Function {
  readonly kind: string;
  readonly alpha: number;
  readonly beta: number;
}

function activationOf({ kind, alpha, beta }: Function): CellActivation | undefined {
  if (!Number.isFinite(alpha) || !Number.isFinite(beta)) return undefined;
  if (kind === 'affine') return alpha === 1 && beta === 0 ? 'linear' : undefined;
  if (kind === 'hardsigmoid') return `hard-sigmoid(${meantBy(alpha)},${meantBy(beta)})`;
  if (kind === 'leakyrelu') return `leaky-relu(${meantBy(alpha)})`;
  if (kind === 'elu') return alpha === 1 ? 'elu' : `elu(${meantBy(alpha)})`;
  return Object.hasOwn(PLAIN, kind) ? PLAIN[kind] : undefined;
}

function recurrentOf(gate: Function): RecurrentActivation | undefined {
  if (gate.kind === 'sigmoid') return { kind: 'sigmoid' };
  const found = activationOf(gate);
  if (found === undefined) return undefined;
  if (gate.kind !== 'hardsigmoid') return { kind: 'other', function: found };
  return { kind: 'hard-sigmoid', slope: meantBy(gate.alpha), offset: meantBy(gate.beta) };
}

/** Names of the functions, and the numbers that they take, of one direction. */
export function describeFunctions({ cellActivation, recurrentActivation }: Architecture) {
  const names: Partial<Record<CellActivation, string>> = {
    linear: 'Affine',
    tanh: 'Tanh',
    sigmoid: 'Sigmoid',
    relu: 'Relu',
  };
  const cell = names[cellActivation];
  if (cell === undefined || recurrentActivation.kind === 'other') {
    const fix = 'Export it to safetensors, which keeps every function.';
    throw new InputError(`Cells with ${cellActivation} are not written as ONNX.`, {}, fix);
  }
  const isHard = recurrentActivation.kind === 'hard-sigmoid';
  const gate = isHard ? [{ alpha: recurrentActivation.slope, beta: recurrentActivation.offset }] : [];
  const numbers = [...gate, ...(cellActivation === 'linear' ? [AFFINE, AFFINE] : [])];
  return {
    names: [isHard ? 'HardSigmoid' : 'Sigmoid', cell, cell],
    alphas: numbers.map(({ alpha }) => alpha),
    betas: numbers.map(({ beta }) => beta),
  };
}
