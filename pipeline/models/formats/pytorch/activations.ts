// The functions of linear layers, which a state dict does not hold, in the metadata of the files that are written here.
import { InputError } from '../../../base/errors.ts';
import type { Activation, Architecture, OutputActivation } from '../../../lstm/parameters.ts';

export interface DenseActivations {
  readonly outputActivation: OutputActivation;
  /** Of the layers below the last one, first to last. */
  readonly hiddenActivations: readonly Activation[];
}

const HIDDEN = ['linear', 'tanh', 'sigmoid', 'relu'] as const satisfies readonly Activation[];
const OUTPUT = [...HIDDEN, 'softmax'] as const satisfies readonly OutputActivation[];
const KEY = 'activations';

/** Metadata of a file: the function of each linear layer, first to last. */
export function describeActivations({ hidden = [], outputs, outputActivation = 'softmax' }: Architecture) {
  const names = outputs === 0 ? [] : [...hidden.map(({ activation }) => activation), outputActivation];
  return { format: 'pt', [KEY]: names.join(' ') };
}

/**
 * @param count linear layers of the network
 * @returns nothing for a file that was written elsewhere
 * @throws {InputError} other names, or not as many as there are layers
 */
export function readActivations(
  metadata: Readonly<Record<string, string>>,
  count: number,
  file: string,
): Partial<DenseActivations> {
  const text = metadata[KEY];
  if (text === undefined || count === 0) return {};
  const names = text.split(' ');
  const hiddenActivations = names.slice(0, -1).map((name) => HIDDEN.find((known) => known === name));
  const outputActivation = OUTPUT.find((known) => known === names.at(-1));
  const isKnown = (name: Activation | undefined): name is Activation => name !== undefined;
  if (names.length !== count || outputActivation === undefined || !hiddenActivations.every(isKnown)) {
    throw new InputError(
      `Its metadata names the activations "${text}" for ${count} linear layers.`,
      { file },
      `Name one for each, of ${OUTPUT.join(', ')}, with spaces between, or leave "${KEY}" out of the metadata.`,
    );
  }
  return { outputActivation, hiddenActivations };
}
