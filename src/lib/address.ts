import { withPart } from '../../pipeline/base/packs.ts';
import { placeOfCell } from './artifacts.ts';
import { definitionPath } from './method.ts';

/** A path of the site below the base that it is served from; `path` starts without a slash. */
export function address(path: string): string {
  return `${import.meta.env.BASE_URL.replace(/\/$/, '')}/${path}`;
}

/** The file of a cell's words, numbers and values, with the part of it that is the cell's. */
export function cellFile(gallery: string, cell: string): string {
  const { path, part } = placeOfCell(gallery, cell);
  return withPart(address(`data/${gallery}/${path}`), part);
}

/** Where a number is defined: a heading of one of the pages about the method. */
export function definition(id: string): string {
  return address(definitionPath(id));
}
