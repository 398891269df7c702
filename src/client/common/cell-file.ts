// The file of a cell, with its words, its numbers and the values of its excerpts; each is fetched once, when it is first asked for.
import type { Cell } from '../../../pipeline/contract/index.ts';
import { valuesOf } from '../../shared/cell-values.ts';
import { fetchUncompressed } from './fetch.ts';

const files = new Map<string, Promise<Cell>>();

/** @throws Error where the file cannot be had; it is fetched anew when it is next asked for */
export function fetchCell(source: string): Promise<Cell> {
  const known = files.get(source);
  if (known !== undefined) return known;
  const file = fetchUncompressed(source).then((bytes) => JSON.parse(new TextDecoder().decode(bytes)) as Cell);
  files.set(source, file);
  file.catch(() => files.delete(source));
  return file;
}

/** Its signals over its excerpts, [signals][characters]. @throws Error as {@link fetchCell} */
export async function fetchValues(source: string): Promise<Uint8Array> {
  return valuesOf(await fetchCell(source));
}
