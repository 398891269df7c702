import { definitionPath } from './method.ts';

/** A path of the site below the base that it is served from; `path` starts without a slash. */
export function address(path: string): string {
  return `${import.meta.env.BASE_URL.replace(/\/$/, '')}/${path}`;
}

/** The file of a cell's words, numbers and values. */
export const cellFile = (gallery: string, cell: string): string => address(`data/${gallery}/cells/${cell}.json.gz`);

/** Where a number is defined: a heading of one of the pages about the method. */
export function definition(id: string): string {
  return address(definitionPath(id));
}
