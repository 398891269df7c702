// Activations that came from anywhere: one number a character and unit, for some of the signals of a cell, with the text.

import { existsSync } from 'node:fs';
import { z } from 'zod';
import { cellId } from '../base/cell-ids.ts';
import { InputError } from '../base/errors.ts';
import { type Characters, toCharacters } from '../base/positions.ts';
import { areOfGru, KNOWN_SIGNALS, type Signal } from '../base/signals.ts';
import { readText } from '../files/files.ts';
import { openSafetensors, type SafetensorsReader } from '../files/safetensors.ts';

export interface Activations {
  readonly file: string;
  /** The file beside it that holds the text; null where the metadata does. */
  readonly textFile: string | null;
  /** As it stands in the file; a row of every tensor belongs to each of its code points. */
  readonly characters: Characters;
  /** Those that there are, in the order of KNOWN_SIGNALS; h is always among them. */
  readonly signals: readonly Signal[];
  /** Units of each layer; one layer where the units' names tell of none. */
  readonly layers: readonly number[];
  /** The units' own names; null where they have none but their numbers. */
  readonly names: readonly string[] | null;
  /**
   * A signal's rows from a character on, [count, units], row-major.
   * @throws {InputError} a value that is not finite, with its character and unit
   */
  read(signal: Signal, first: number, count: number): Float32Array;
  close(): void;
}

/**
 * Opens a safetensors file with the tensors `h` and optionally `c i f g o`, or `r z n` of GRU cells, each [characters, units]. The text is the
 * metadata's `text`, or else the `.txt` file of the same name beside it; the metadata's `units` may name the units.
 * Nothing but the header and the text is read until it is asked for.
 * @throws {InputError} whatever does not fit: a tensor that is missing, unknown or of another shape, no text, a text of
 *   another length, names that are not one for each unit
 */
export function openActivations(file: string): Activations {
  const reader = openSafetensors(file);
  try {
    const entries = signalEntries(reader, file);
    const [rows, units] = commonShape(entries, file);
    const { text, textFile } = textOf(reader, file);
    const characters = toCharacters(text);
    checkLength(characters, rows, file);
    const names = parseUnitNames(reader.metadata.units, units, file);
    const layers = names === null ? null : layersOfNames(names);
    return {
      file,
      textFile,
      characters,
      signals: KNOWN_SIGNALS.filter((signal) => entries.has(signal)),
      layers: layers ?? [units],
      names: layers === null ? names : null,
      read(signal, first, count) {
        const values = reader.read(entries.get(signal)!, first * units, count * units);
        const where = (at: number) =>
          `unit ${names?.[at % units] ?? at % units} at character ${first + Math.floor(at / units)}`;
        checkFinite(values, file, signal, where);
        return values;
      },
      close: reader.close,
    };
  } catch (error) {
    reader.close();
    throw error;
  }
}

const signalSchema = z.enum(KNOWN_SIGNALS);
const LAYOUT =
  'The tensors are h and optionally c, i, f, g and o, or of GRU cells r, z and n, each [characters, units].';

function signalEntries({ entries }: SafetensorsReader, file: string) {
  const found = entries.map((entry) => {
    const signal = signalSchema.safeParse(entry.name);
    if (signal.success) return [signal.data, entry] as const;
    throw new InputError('It is none of the signals.', { file, tensor: entry.name }, `${LAYOUT} Rename it or drop it.`);
  });
  const bySignal = new Map(found);
  const signals = [...bySignal.keys()];
  const ofLstm = signals.find((signal) => signal !== 'h' && !areOfGru([signal]));
  if (areOfGru(signals) && ofLstm !== undefined) {
    const fix = 'Write one layer alone, with `cellarium inspect --layer … --safetensors`.';
    throw new InputError('It has signals of LSTM cells and of GRU cells, which no cell has both.', { file }, fix);
  }
  if (!bySignal.has('h')) throw new InputError('It is missing.', { file, tensor: 'h' }, LAYOUT);
  return bySignal;
}

type Entries = ReturnType<typeof signalEntries>;

/** @returns rows and columns that all tensors share, both at least 1 */
function commonShape(entries: Entries, file: string): [rows: number, units: number] {
  const h = entries.get('h')!.shape;
  for (const [tensor, { shape }] of entries) {
    if (shape.length !== 2 || shape.some((size) => size === 0)) {
      throw new InputError(`Its shape is [${shape.join(', ')}].`, { file, tensor }, LAYOUT);
    }
    if (shape.join() === h.join()) continue;
    const fix = 'Give every signal a value for the same characters and the same units.';
    throw new InputError(`Its shape is [${shape.join(', ')}], but h has [${h.join(', ')}].`, { file, tensor }, fix);
  }
  return [h[0]!, h[1]!];
}

function textOf({ metadata }: SafetensorsReader, file: string): Pick<Activations, 'textFile'> & { text: string } {
  const beside = `${file.replace(/\.safetensors$/, '')}.txt`;
  const text = metadata.text ?? (existsSync(beside) ? readText(beside) : undefined);
  const fix = `Write it into the metadata under "text", or into ${beside}.`;
  if (text === undefined) throw new InputError('The text is missing that the activations belong to.', { file }, fix);
  if (text.trim() === '') throw new InputError('The text is empty.', { file }, fix);
  if (toCharacters(text).length < 2) {
    throw new InputError('The text has a single character, and nothing before or after it.', { file }, fix);
  }
  if (!text.isWellFormed()) throw new InputError('The text holds half of a surrogate pair.', { file }, fix);
  return { text, textFile: metadata.text === undefined ? beside : null };
}

function checkLength(characters: Characters, rows: number, file: string): void {
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
    'Give one row for each character, that is for each Unicode code point, line breaks included.',
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
