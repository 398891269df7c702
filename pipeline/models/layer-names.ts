// LSTM layers by their own names as well as by number: which one is meant.
import { InputError } from '../base/errors.ts';
import { suggestNames } from '../base/suggest.ts';

/** Number of a layer, from 1, or the name that its file gives it. */
export type LayerChoice = number | string;

/** The LSTM layers that there are, with their names where they have some; a model of this project has none. */
export interface NamedLayers {
  readonly count: number;
  readonly names: readonly string[];
}

/**
 * The number of a layer, from 1. A name is the whole one, or the end of one after a dot or slash where no other ends so:
 * `lstm` for `model.lstm`; an nn.LSTM of one layer is meant by its own name.
 * @throws InputError a layer that there is not, or a name that several have
 */
export function layerNumber({ count, names }: NamedLayers, wanted: LayerChoice): number {
  const have = count === 1 ? 'one LSTM layer' : `${count} LSTM layers`;
  const listed = names.map((name, index) => `${index + 1} ("${name}")`).join(', ');
  if (typeof wanted === 'number') {
    if (wanted <= count) return wanted;
    const fix = count === 1 ? 'Ask for layer 1.' : `Ask for one from 1 to ${count}.`;
    throw new InputError(`There is no layer ${wanted}: there ${count === 1 ? 'is' : 'are'} ${have}.`, {}, fix);
  }
  if (names.length === 0) {
    const fix = count === 1 ? 'Ask for --layer 1.' : `Ask for one by its number, from 1 to ${count}.`;
    throw new InputError(`There is no layer "${wanted}": the layers of this model have no names.`, {}, fix);
  }
  const found = matching(names, wanted);
  if (found.length === 1) return found[0]! + 1;
  if (found.length > 1) {
    throw new InputError(`Several layers are called "${wanted}".`, {}, `Ask for one by its number: ${listed}.`);
  }
  throw new InputError(`There is no LSTM layer "${wanted}".`, {}, suggestNames(wanted, names));
}

/** Indices of the names that are this one, or else end in it. */
function matching(names: readonly string[], wanted: string): number[] {
  const where = (test: (name: string) => boolean) => names.flatMap((name, index) => (test(name) ? [index] : []));
  const whole = where((name) => name === wanted);
  if (whole.length > 0) return whole;
  const parts = where((name) => name.replace(/\.l\d+$/, '') === wanted);
  if (parts.length > 0) return parts;
  return where((name) => name.endsWith(`.${wanted}`) || name.endsWith(`/${wanted}`));
}
