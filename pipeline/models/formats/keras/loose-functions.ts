// The functions that a file of Keras weights does not name: what is taken for granted, and what is said of it.
import type { CellFunctions } from '../../../lstm/cell.ts';
import type { OutputActivation, RecurrentActivation } from '../../../lstm/parameters.ts';
import type { FunctionOptions } from '../../foreign.ts';
import { hardSigmoid } from './functions.ts';
import type { DenseBlock } from './loose-head.ts';
import type { LooseLayer } from './loose-layers.ts';

/** Of cells and gates, as the options say, else as the Keras that wrote the file has them by default. */
export function functionsOf(
  layers: readonly LooseLayer[],
  version: string | undefined,
  { cellActivation = 'tanh', recurrentActivation }: FunctionOptions,
): CellFunctions {
  return { cellActivation, recurrentActivation: recurrentActivation ?? defaultGates(layers, version) };
}

/** Of the dense layers, of which the file names none. */
export function denseFunctions(
  dense: readonly DenseBlock[],
  readsEmbedding: boolean,
  { hiddenActivation = 'relu', outputActivation = readsEmbedding ? 'softmax' : 'linear' }: FunctionOptions,
): OutputActivation[] {
  return dense.map((_, index) => (index === dense.length - 1 ? outputActivation : hiddenActivation));
}

const SIGMOID: RecurrentActivation = { kind: 'sigmoid' };

/** Keras's own, unless told otherwise: until 2.2 a hard sigmoid, but the logistic one where a graphics card computed. */
function defaultGates(layers: readonly LooseLayer[], version: string | undefined): RecurrentActivation {
  const isApart = layers.some(({ arrays }) => arrays.some(({ name }) => /W_[iz](:0)?$/.test(name)));
  const isCudnn = layers.some(({ arrays }) =>
    arrays.some(({ shape }) => shape.length === 1 && shape[0] === 2 * (arrays[1]?.shape[1] ?? 0)),
  );
  return !isCudnn && (isApart || isBefore23(version)) ? hardSigmoid(1) : SIGMOID;
}

/** TensorFlow's own copy of Keras, `2.2.4-tf`, has changed its default at another time, and cannot be told by it. */
export function isBefore23(version: string | undefined): boolean {
  const [, major = '', minor = ''] = /^(\d+)\.(\d+)[\d.]*$/.exec(version ?? '') ?? [];
  return major !== '' && (Number(major) < 2 || (Number(major) === 2 && Number(minor) < 3));
}

function nameGates(gates: RecurrentActivation): string {
  return gates.kind === 'hard-sigmoid' ? `a hard sigmoid, ${gates.slope}·x + ${gates.offset},` : 'the logistic sigmoid';
}

export function functionSentences(
  { recurrentActivation }: { readonly recurrentActivation: RecurrentActivation },
  dense: readonly DenseBlock[],
  output: string | undefined,
  options: FunctionOptions,
  version: string | undefined,
): string[] {
  const hidden = dense.slice(0, -1).map(({ name }) => `"${name}"`);
  const assumed = [
    ...(options.cellActivation === undefined ? ['tanh in the cells (--cell-activation)'] : []),
    ...(options.recurrentActivation === undefined
      ? [`${nameGates(recurrentActivation)} at the gates (--recurrent-activation)`]
      : []),
    ...(hidden.length > 0 && options.hiddenActivation === undefined
      ? [`relu behind ${hidden.join(', ')} (--hidden-activation)`]
      : []),
    ...(dense.length > 0 && options.outputActivation === undefined
      ? [`${output} behind "${dense.at(-1)!.name}" (--output-activation)`]
      : []),
  ];
  if (assumed.length === 0) return [];
  const why =
    recurrentActivation.kind === 'hard-sigmoid'
      ? ' Until Keras 2.2 the gates had a hard sigmoid unless told otherwise.'
      : version !== undefined || options.recurrentActivation !== undefined
        ? ''
        : ' Before Keras 2.3 the gates had a hard sigmoid by default.';
  return [`The file does not say which functions its layers have. Assumed: ${assumed.join('; ')}.${why}`];
}
