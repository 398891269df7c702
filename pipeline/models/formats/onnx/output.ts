// Which of a graph's outputs is the network's.
import { InputError } from '../../../base/errors.ts';
import { unsupported } from '../../foreign.ts';
import type { Graph } from './graph.ts';
import type { OpenLayer, Signal } from './values.ts';

export interface Output {
  readonly name: string;
  readonly signal: Signal;
}

const SUPPORTED =
  'Supported are an embedding, LSTM layers of which every step or the last one is read, and dense layers, in this order.';

/**
 * The output that lies behind the most layers.
 * @throws {InputError} where another one is neither a state nor on the way to it, or comes from an operator that is not
 *   known
 */
export function chooseOutput({ outputs }: Graph, file: string): Output {
  for (const { name, value } of outputs) {
    if (value.kind !== 'unknown') continue;
    throw unsupported(`The output "${name}" comes from the operator ${value.operator}`, { file }, SUPPORTED);
  }
  const found = outputs.flatMap(({ name, value }) => (value.kind === 'signal' ? [{ name, signal: value }] : []));
  const hasLstm = ({ signal }: Output) => signal.layers.some(({ kind }) => kind === 'lstm' || kind === 'reverse');
  const [output, ...others] = found.filter(hasLstm).sort(byDepth);
  if (output === undefined) {
    const fix = 'Import a network with at least one LSTM layer.';
    throw new InputError('No output of it comes from an LSTM.', { file }, fix);
  }
  const isOnTheWay = ({ signal }: Output) => signal.layers.every((layer, k) => isSame(layer, output.signal.layers[k]!));
  const aside = others.find((other) => !isOnTheWay(other));
  if (aside === undefined) return output;
  const names = `"${output.name}" and "${aside.name}"`;
  throw unsupported(`The outputs ${names} come from different layers`, { file }, 'Export the model with one output.');
}

/** Deepest first, a dense layer behind its function; of two of a depth the one with all steps. */
function byDepth(a: Output, b: Output): number {
  return depthOf(b) - depthOf(a) || Number(a.signal.last) - Number(b.signal.last);
}

function depthOf({ signal: { layers } }: Output): number {
  const last = layers.at(-1);
  return 2 * layers.length + (last?.kind === 'dense' && last.activation !== undefined ? 1 : 0);
}

/** Of a dense layer the file may give what comes before its bias or its function too. */
function isSame(a: OpenLayer, b: OpenLayer): boolean {
  return a === b || (a.kind === 'dense' && b.kind === 'dense' && a.kernel === b.kernel);
}
