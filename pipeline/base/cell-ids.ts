// What cells are called: `<layer>-<unit>`, layers from 1 and units from 0. Runs in a browser too.
import { group } from 'd3-array';

export const CELL_ID = /^[1-9]\d*-\d+$/;

/** @param layer from 1 */
export function cellId(layer: number, unit: number): string {
  return `${layer}-${unit}`;
}

/** Layer from 1, unit from 0; undefined where it is no cell's id. */
export function parseCellId(id: string): { layer: number; unit: number } | undefined {
  if (!CELL_ID.test(id)) return undefined;
  const [layer, unit] = id.split('-').map(Number) as [number, number];
  return { layer, unit };
}

/** Where a cell is: layers from 1, units from 0. */
export interface CellPlace {
  readonly id: string;
  readonly layer: number;
  readonly unit: number;
  /** What the file that it comes from calls it. */
  readonly name?: string | undefined;
}

/**
 * @param layers units of each
 * @param names of all units in order; null where they have none
 */
export function cellPlaces(layers: readonly number[], names: readonly string[] | null = null): CellPlace[] {
  const places = layers.flatMap((units, layer) =>
    Array.from({ length: units }, (_, unit) => ({ id: cellId(layer + 1, unit), layer: layer + 1, unit })),
  );
  return names === null ? places : places.map((place, index) => ({ ...place, name: names[index] }));
}

/** The inverse of {@link cellPlaces}. */
export function layerSizes(places: readonly CellPlace[]): number[] {
  return [...group(places, ({ layer }) => layer).values()].map(({ length }) => length);
}
