// The words, numbers and values of a cell; each cell's are fetched once, when they are first asked for.
import { splitPart } from '../../../pipeline/base/packs.ts';
import type { Cell } from '../../../pipeline/contract/index.ts';
import { unfoldedValues } from '../../shared/cell-values.ts';
import { fetchPart, unpacked } from './fetch.ts';

/** A cell, and its signals over its excerpts, [signals][characters]. */
export interface FetchedCell {
  readonly cell: Cell;
  readonly values: Uint8Array;
}

const files = new Map<string, Promise<FetchedCell>>();

async function fetchFrom(source: string): Promise<FetchedCell> {
  const { file, part } = splitPart(source)!;
  const cell = JSON.parse(new TextDecoder().decode(await fetchPart(file, part))) as Cell;
  const bytes = Uint8Array.from(atob(cell.values), (character) => character.charCodeAt(0));
  return { cell, values: unfoldedValues(cell, await unpacked(bytes, 'deflate')) };
}

/**
 * @param source the address of a file with the part of it that is the cell's
 * @throws Error where it cannot be had; it is fetched anew when it is next asked for
 */
export function fetchCell(source: string): Promise<FetchedCell> {
  const known = files.get(source);
  if (known !== undefined) return known;
  const cell = fetchFrom(source);
  files.set(source, cell);
  cell.catch(() => files.delete(source));
  return cell;
}
