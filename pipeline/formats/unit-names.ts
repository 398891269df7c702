// What the units of an activations file are called.
import { z } from 'zod';
import { InputError } from '../errors.ts';

const namesSchema = z.array(z.string().trim().min(1));

/**
 * @param json the metadata's `units`: a JSON list of names; undefined where there is none
 * @returns one name for each unit; null where there is no list
 * @throws {InputError} no list of names, a name that occurs twice, another number of names than of units
 */
export function parseUnitNames(json: string | undefined, units: number, file: string): string[] | null {
  if (json === undefined) return null;
  const fix = `Write "units" as a JSON list of ${units} different names, or leave it out.`;
  const fail = (what: string): never => {
    throw new InputError(`The metadata's "units" ${what}.`, { file }, fix);
  };
  const parsed = namesSchema.safeParse(parsedJson(json));
  if (!parsed.success) return fail('is no JSON list of names');
  const names = parsed.data;
  if (names.length !== units) return fail(`has ${names.length} names, but there are ${units} units`);
  const seen = new Set<string>();
  const repeated = names.find((name) => seen.size === seen.add(name).size);
  return repeated === undefined ? names : fail(`holds the name "${repeated}" twice`);
}

function parsedJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/**
 * The units of each layer, where the names are `1-0`, `1-1`, … `2-0`, …: all cells of all layers in order, as a trace
 * names them. Null where they are anything else.
 */
export function layersOfNames(names: readonly string[]): number[] | null {
  const layers: number[] = [];
  for (const name of names) {
    const unit = layers.at(-1) ?? 0;
    if (layers.length > 0 && name === `${layers.length}-${unit}`) layers[layers.length - 1] = unit + 1;
    else if (name === `${layers.length + 1}-0`) layers.push(1);
    else return null;
  }
  return layers;
}
