// Activations that came from anywhere: one number a character and unit, for some of the signals of a cell, with the text.

import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { z } from 'zod';
import { cellId } from '../base/cell-ids.ts';
import { InputError } from '../base/errors.ts';
import { type Characters, type Span, toCharacters } from '../base/positions.ts';
import { KNOWN_SIGNALS, type Signal } from '../base/signals.ts';
import type { prepareInPlace } from '../datasets/text/preparation.ts';
import { readText } from '../files/files.ts';
import { besideManifest } from '../files/open.ts';
import { arrangeArrays, type LayerArray } from './activation-arrays.ts';
import { type ArraySource, ENDING, openSource, safetensorsSource } from './activation-source.ts';
import { checkSpans, findSpans } from './activation-spans.ts';

/** What a user may say about a file, where it does not say so itself. */
export interface ActivationsOptions {
  /** A file with the text, in place of what the file has or lies beside it. */
  readonly text?: string | undefined;
  /** Names of the arrays that are meant, one for each layer. */
  readonly datasets?: readonly string[] | undefined;
  /** What is changed in the text; nothing where left out. */
  readonly prepare?: Parameters<typeof prepareInPlace>[1] | undefined;
  /** Of the file with the text, and how that is told; see `readText`. */
  readonly encoding?: string | undefined;
  readonly told?: string;
}

export interface Activations {
  readonly file: string;
  /** The file beside it that holds the text; null where the metadata does. */
  readonly textFile: string | null;
  /** As it stands in the file; a row of every tensor belongs to each of its code points, or to each of its tokens. */
  readonly characters: Characters;
  /** Rows of every tensor: characters, or tokens. */
  readonly rows: number;
  /** Which characters each row is, where it is a token; null where it is a character. */
  readonly spans: readonly Span[] | null;
  /** Those that there are, in the order of KNOWN_SIGNALS; h is always among them. */
  readonly signals: readonly Signal[];
  /** Units of each layer; one layer where the units' names tell of none. */
  readonly layers: readonly number[];
  /** The units' own names; null where they have none but their numbers. */
  readonly names: readonly string[] | null;
  /**
   * A signal's rows from one on, [count, units], row-major.
   * @throws {InputError} a value that is not finite, with its character, or token, and unit
   */
  read(signal: Signal, first: number, count: number): Float32Array;
  close(): void;
}

/**
 * Opens a file of any format that activations come in: safetensors, `.npy`, `.npz` or HDF5.
 * @throws {InputError} as {@link openActivations}; arrays of which it is open which are meant
 */
export async function openActivationsFile(file: string, options: ActivationsOptions = {}): Promise<Activations> {
  return activationsOf(await openSource(file), file, options);
}

/**
 * Opens a safetensors file with the tensors `h` and optionally `c i f g o`, or `r z n` of GRU cells, each [characters, units]. The text is the
 * metadata's `text`, or else the `.txt` file of the same name beside it; the metadata's `units` may name the units.
 * Nothing but the header and the text is read until it is asked for.
 * @throws {InputError} whatever does not fit: a tensor that is missing, unknown or of another shape, no text, a text of
 *   another length, names that are not one for each unit
 */
export function openActivations(file: string): Activations {
  return activationsOf(safetensorsSource(file), file, {});
}

function activationsOf(source: ArraySource, file: string, options: ActivationsOptions): Activations {
  try {
    const found = findSpans(source, file);
    const arranged = arrangeArrays(found.source, file, options.datasets);
    const units = arranged.layers.reduce((sum, count) => sum + count, 0);
    const { text, textFile } = textOf(source, file, options);
    const characters = toCharacters(text);
    const { rows } = arranged;
    if (found.spans === null) checkLength(characters, rows, units, file);
    else checkSpans(found.spans, rows, characters, file);
    const names = parseUnitNames(source.metadata.units, units, file) ?? namesOfLayers(arranged);
    const layers = names === null || arranged.layers.length > 1 ? null : layersOfNames(names);
    return {
      file,
      textFile,
      characters,
      rows,
      spans: found.spans,
      signals: KNOWN_SIGNALS.filter((signal) => arranged.signals.has(signal)),
      layers: layers ?? arranged.layers,
      names: layers === null ? names : null,
      read(signal, first, count) {
        const values = besideEachOther(arranged.signals.get(signal)!, units, first, count);
        const where = (at: number) =>
          `unit ${names?.[at % units] ?? at % units} at ${found.spans === null ? 'character' : 'token'} ${first + Math.floor(at / units)}`;
        checkFinite(values, file, signal, where);
        return values;
      },
      close: source.close,
    };
  } catch (error) {
    source.close();
    throw error;
  }
}

/** A row of all layers' units after the other. */
function besideEachOther(arrays: readonly LayerArray[], units: number, first: number, count: number): Float32Array {
  const [only, ...others] = arrays;
  if (others.length === 0) return only!.array.read(first * units, count * units);
  const values = new Float32Array(count * units);
  let column = 0;
  for (const { array, shape } of arrays) {
    const width = shape[1];
    const own = array.read(first * width, count * width);
    for (let row = 0; row < count; row++) {
      values.set(own.subarray(row * width, (row + 1) * width), row * units + column);
    }
    column += width;
  }
  return values;
}

/** What the units of arrays with names of their own are called. */
function namesOfLayers({ names, layers }: Pick<ReturnType<typeof arrangeArrays>, 'names' | 'layers'>): string[] | null {
  if (names === null) return null;
  return names.flatMap((name, layer) => Array.from({ length: layers[layer]! }, (_, unit) => `${name} ${unit}`));
}

type FoundText = Pick<Activations, 'textFile'> & { text: string };

function textOf({ metadata }: ArraySource, file: string, options: ActivationsOptions): FoundText {
  const { text: given, ...reading } = options;
  const beside = given ?? `${file.replace(ENDING, '')}.txt`;
  const isWithin = given === undefined && metadata.text !== undefined;
  if (isWithin && options.encoding !== undefined) {
    const what = `The text stands in the metadata, which is UTF-8, and not in a file in ${options.encoding}.`;
    throw new InputError(what, { file }, 'Leave the encoding out, or name another file with --text.');
  }
  const text = isWithin
    ? metadata.text
    : given !== undefined
      ? readText(given, reading)
      : existsSync(beside)
        ? readText(besideManifest(file, basename(beside)), reading)
        : undefined;
  const within = file.endsWith('.safetensors') ? 'write it into the metadata under "text", or ' : '';
  const fix = `Name its file with --text, ${within}put it into ${beside}.`;
  if (text === undefined) throw new InputError('The text is missing that the activations belong to.', { file }, fix);
  if (text.trim() === '') throw new InputError('The text is empty.', { file }, fix);
  if (toCharacters(text).length < 2) {
    throw new InputError('The text has a single character, and nothing before or after it.', { file }, fix);
  }
  if (!text.isWellFormed()) throw new InputError('The text holds half of a surrogate pair.', { file }, fix);
  return { text, textFile: isWithin ? null : beside };
}

function checkLength(characters: Characters, rows: number, units: number, file: string): void {
  if (characters.length === rows) return;
  const text = characters.join('');
  const others = [
    { unit: 'bytes in UTF-8', length: Buffer.byteLength(text) },
    { unit: 'UTF-16 units', length: text.length },
  ];
  const counted = others.find(({ length }) => length === rows);
  const hint = counted === undefined ? '' : `, which is its number of ${counted.unit}`;
  throw new InputError(
    `It has ${rows} rows${hint}; the text has ${characters.length} characters.`,
    { file, tensor: 'h' },
    units === characters.length
      ? 'It has as many columns as the text has characters: save it transposed, as array.T.'
      : 'Give one row for each character, that is for each Unicode code point, line breaks included.',
  );
}

/** @param where names the unit and the character of an index */
function checkFinite(values: Float32Array, file: string, tensor: Signal, where: (index: number) => string): void {
  let zeros = 0;
  for (let index = 0; index < values.length; index++) zeros += values[index]! * 0; // NaN if any is NaN or infinite
  if (zeros === 0) return;
  const index = values.findIndex((value) => !Number.isFinite(value));
  const fix = 'Every value must be a finite float32: leave the unit out, or mend what computed it.';
  throw new InputError(`The value of ${where(index)} is ${values[index]}.`, { file, tensor }, fix);
}

// What the units of an activations file are called.

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
    if (layers.length > 0 && name === cellId(layers.length, unit)) layers[layers.length - 1] = unit + 1;
    else if (name === cellId(layers.length + 1, 0)) layers.push(1);
    else return null;
  }
  return layers;
}
