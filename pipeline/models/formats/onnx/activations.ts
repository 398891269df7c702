// The functions of ONNX's LSTM operator <-> those of a cell.
// https://onnx.ai/onnx/operators/onnx__LSTM.html
import { InputError } from '../../../base/errors.ts';
import type { CellFunctions } from '../../../lstm/cell.ts';
import type { Activation, Architecture, CellActivation, RecurrentActivation } from '../../../lstm/parameters.ts';
import { unsupported } from '../../foreign.ts';
import type { Node } from './node.ts';

/** The gates, the candidate, and c on its way to h: what a direction has where nothing is said. */
const DEFAULTS = ['Sigmoid', 'Tanh', 'Tanh'];
/** Slope and offset where the file leaves them out. */
const HARD_SIGMOID = { alpha: 0.2, beta: 0.5 };
const AFFINE = { alpha: 1, beta: 0 };

const CELL: Readonly<Record<string, Activation>> = { tanh: 'tanh', sigmoid: 'sigmoid', relu: 'relu' };

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
 * @param directions one or two, which must have the same functions
 * @throws {InputError} functions that no cell of this project has
 */
export function readFunctions(node: Node, directions: number, file: string): CellFunctions {
  const place = { file, tensor: node.name };
  const given = node.texts('activations');
  const names = given.length === 0 ? Array.from({ length: directions }, () => DEFAULTS).flat() : given;
  const alphas = node.numbers('activation_alpha').values();
  const betas = node.numbers('activation_beta').values();
  const functions = names.map((name) => {
    const kind = name.toLowerCase();
    // Only functions that take numbers take them off the lists.
    const defaults = kind === 'hardsigmoid' ? HARD_SIGMOID : kind === 'affine' ? AFFINE : undefined;
    if (defaults === undefined) return { kind, alpha: 0, beta: 0 };
    return { kind, alpha: alphas.next().value ?? defaults.alpha, beta: betas.next().value ?? defaults.beta };
  });
  const shown = names.join(', ');
  const [gate, candidate, output] = functions;
  if (gate === undefined || candidate === undefined || output === undefined || functions.length !== 3 * directions) {
    throw unsupported(`The LSTM has the activations ${shown}, not three for each direction`, place, 'Export it again.');
  }
  const isSame = functions.every((one, index) => JSON.stringify(one) === JSON.stringify(functions[index % 3]));
  if (!isSame) throw unsupported(`The two directions have different activations: ${shown}`, place, 'Use the same.');
  if (JSON.stringify(candidate) !== JSON.stringify(output)) {
    throw unsupported(`The candidate and the output have different activations: ${shown}`, place, 'Use the same.');
  }
  const cellActivation = isIdentity(candidate) ? 'linear' : CELL[candidate.kind];
  const recurrentActivation = recurrentOf(gate);
  if (cellActivation === undefined || recurrentActivation === undefined) {
    const known = 'Known are Sigmoid and HardSigmoid at the gates, and Tanh, Sigmoid and Relu in the cell.';
    throw unsupported(`The LSTM has the activations ${shown}`, place, known);
  }
  return { cellActivation, recurrentActivation };
}

interface Function {
  readonly kind: string;
  readonly alpha: number;
  readonly beta: number;
}

const isIdentity = ({ kind, alpha, beta }: Function) => kind === 'affine' && alpha === 1 && beta === 0;

function recurrentOf({ kind, alpha, beta }: Function): RecurrentActivation | undefined {
  if (kind === 'sigmoid') return { kind: 'sigmoid' };
  if (kind !== 'hardsigmoid' || !Number.isFinite(alpha) || !Number.isFinite(beta)) return undefined;
  return { kind: 'hard-sigmoid', slope: meantBy(alpha), offset: meantBy(beta) };
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
