// Which layers, units and signals to show.
import { InputError } from '../base/errors.ts';
import { SIGNALS, type Signal } from '../base/signals.ts';
import { type Architecture, layerWidth } from '../lstm/parameters.ts';

/** First and last, both from 0. */
export interface UnitRange {
  readonly first: number;
  readonly last: number;
}

export interface SelectionOptions {
  /** From 1; all layers where left out. */
  readonly layer?: number;
  /** All units where left out. */
  readonly units?: UnitRange;
  /** All six where left out. */
  readonly signals?: readonly Signal[];
}

/** Units of a layer. Where the layer reads backwards too, those of that direction follow the others. */
export interface SelectedLayer extends UnitRange {
  /** From 0. */
  readonly layer: number;
}

export interface Selection {
  readonly layers: readonly SelectedLayer[];
  readonly signals: readonly Signal[];
}

/** @throws InputError a layer or a unit that the network does not have */
export function selectCells(architecture: Architecture, { layer, units, signals }: SelectionOptions): Selection {
  const count = architecture.units.length;
  if (layer !== undefined && layer > count) {
    const have = count === 1 ? 'one layer' : `${count} layers`;
    throw new InputError(`There is no layer ${layer}: the network has ${have} of LSTM cells.`, {}, layersFix(count));
  }
  const chosen = layer === undefined ? architecture.units.map((_, index) => index) : [layer - 1];
  return {
    layers: chosen.map((index) => ({ layer: index, ...unitsOf(architecture, index, units) })),
    signals: signals ?? SIGNALS,
  };
}

const layersFix = (count: number) => (count === 1 ? 'Ask for layer 1.' : `Ask for one from 1 to ${count}.`);

function unitsOf(architecture: Architecture, layer: number, units: UnitRange | undefined): UnitRange {
  const width = layerWidth(architecture, layer);
  if (units === undefined) return { first: 0, last: width - 1 };
  if (units.last < width) return units;
  throw new InputError(
    `There is no unit ${units.last} in layer ${layer + 1}, which has ${width}.`,
    {},
    `Ask for units from 0 to ${width - 1}, or for one layer alone with --layer.`,
  );
}

/** How many units of a layer are selected. */
export const countUnits = ({ first, last }: UnitRange): number => last - first + 1;

/** Names of the selected cells, `<layer>-<unit>`, in the order of their layers. */
export function cellNames({ layers }: Selection): string[] {
  return layers.flatMap((selected) =>
    Array.from({ length: countUnits(selected) }, (_, k) => `${selected.layer + 1}-${selected.first + k}`),
  );
}
