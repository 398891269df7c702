// Which array of a file of activations is which signal of which layer: by its name, or as its user says.
import { InputError } from '../base/errors.ts';
import { areOfGru, KNOWN_SIGNALS, type Signal } from '../base/signals.ts';
import type { NumberArray } from '../files/numpy.ts';
import type { ArraySource } from './activation-source.ts';

/** Arrays of one signal, a layer each. */
export interface Arranged {
  /** First layer to last; every signal has as many. */
  readonly signals: ReadonlyMap<Signal, readonly LayerArray[]>;
  /** Units of each layer. */
  readonly layers: readonly number[];
  readonly rows: number;
  /** Names of the layers, where they are more than one and more than numbers. */
  readonly names: readonly string[] | null;
}

export interface LayerArray {
  readonly array: NumberArray;
  /** [rows, units] */
  readonly shape: readonly [rows: number, units: number];
}

const LAYOUT =
  'The tensors are h and optionally c, i, f, g and o, or of GRU cells r, z and n, each [characters, units].';

/** `h`, `h1`, `layer2/c`, `lstm_1.h`: a signal, perhaps with the number of its layer. */
const SIGNAL = /^(?:(?:\D*?)(\d+)[/._-])?([cifgohrzn])(?:_?(\d+))?$/;
/** `states1`, `lstm/hidden_2`: arrays that are numbered. */
const NUMBERED = /^(.*?)_?(\d+)$/;

/**
 * @param wanted names of the arrays that are meant, in the order of their layers
 * @throws InputError arrays of which it is open which are meant, or that do not fit each other
 */
export function arrangeArrays(source: ArraySource, file: string, wanted: readonly string[] | undefined): Arranged {
  if (source.named) {
    if (wanted === undefined) return bySignal(source.arrays, file);
    const fix = 'Leave out --dataset: the tensors of a safetensors file are known by their names.';
    throw new InputError('It is a safetensors file.', { file }, fix);
  }
  const arrays = wanted === undefined ? candidates(source.arrays, file) : chosen(source.arrays, file, wanted);
  if (wanted === undefined && arrays.every(({ name }) => SIGNAL.test(name))) return byNumberedSignal(arrays, file);
  return asLayers(arrays, file, wanted !== undefined);
}

function bySignal(arrays: readonly NumberArray[], file: string): Arranged {
  const found = new Map<Signal, readonly LayerArray[]>();
  for (const array of arrays) {
    const signal = KNOWN_SIGNALS.find((one) => one === array.name);
    if (signal === undefined) {
      throw new InputError(
        'It is none of the signals.',
        { file, tensor: array.name },
        `${LAYOUT} Rename it or drop it.`,
      );
    }
    const { shape } = array;
    if (shape.length !== 2 || shape.some((size) => size === 0)) {
      throw new InputError(`Its shape is [${shape.join(', ')}].`, { file, tensor: array.name }, LAYOUT);
    }
    found.set(signal, [{ array, shape: [shape[0]!, shape[1]!] }]);
  }
  return checked(found, null, file);
}

const shown = ({ name, shape }: NumberArray) => `${name} [${shape.join(', ')}]`;

/** All of them, where there is no doubt: as many rows each. */
function candidates(arrays: readonly NumberArray[], file: string): readonly NumberArray[] {
  if (arrays.length === 0) {
    throw new InputError('It holds no array of numbers.', { file }, 'Give one of the shape [characters, units].');
  }
  const tables = arrays.filter(({ shape }) => shape.length > 1);
  const found = tables.length === 0 ? arrays : tables;
  const rows = new Set(found.map((array) => tableShape(array, file)[0]));
  const alike = rows.size === 1 && new Set(found.map(kindOfName)).size === 1;
  if (found.length === 1 || alike) return found;
  throw new InputError(
    `It holds ${arrays.map(shown).join(', ')}.`,
    { file },
    'Say which are meant with --dataset, such as --dataset states1,states2: one for each layer.',
  );
}

/** What arrays have in common that belong together; others are told apart by their user. */
function kindOfName({ name }: NumberArray): string {
  return SIGNAL.test(name) ? 'signal' : (NUMBERED.exec(name)?.[1] ?? 'other');
}

function chosen(arrays: readonly NumberArray[], file: string, wanted: readonly string[]): readonly NumberArray[] {
  return wanted.map((name) => {
    const found = arrays.find((array) => array.name === name);
    if (found !== undefined) return found;
    throw new InputError(`It holds no array "${name}".`, { file }, `It holds ${arrays.map(shown).join(', ')}.`);
  });
}

/** One row a character: sizes of 1 in front, as those of a batch, are left out; a single row of numbers is one unit. */
function tableShape({ name, shape }: NumberArray, file: string): [rows: number, units: number] {
  const own = [...shape];
  while (own.length > 2 && own[0] === 1) own.shift();
  if (own.length === 1) own.push(1);
  const [rows = 0, units = 0] = own;
  if (own.length === 2 && rows > 0 && units > 0) return [rows, units];
  const fix =
    own.length > 2
      ? 'Give an array [characters, units]: of several windows those that follow each other, as array.reshape(-1, array.shape[-1]) puts them.'
      : 'Give an array [characters, units] with at least one of each.';
  throw new InputError(`Its shape is [${shape.join(', ')}].`, { file, tensor: name }, fix);
}

function byNumberedSignal(arrays: readonly NumberArray[], file: string): Arranged {
  const places = arrays.map((array) => {
    const [, before, signal, behind] = SIGNAL.exec(array.name)!;
    return { array, signal: signal as Signal, layer: Number(before ?? behind ?? 0) };
  });
  const found = new Map<Signal, LayerArray[]>();
  for (const { array, signal } of places.toSorted((a, b) => a.layer - b.layer)) {
    found.set(signal, [...(found.get(signal) ?? []), { array, shape: tableShape(array, file) }]);
  }
  return checked(found, null, file);
}

/** Outputs of layers, one array each. */
function asLayers(arrays: readonly NumberArray[], file: string, inOrder: boolean): Arranged {
  const numbers = arrays.map(({ name }) => NUMBERED.exec(name)?.[2]);
  const isNumbered = numbers.every((number) => number !== undefined);
  const sorted =
    isNumbered && !inOrder
      ? arrays.toSorted((a, b) => Number(NUMBERED.exec(a.name)![2]) - Number(NUMBERED.exec(b.name)![2]))
      : arrays;
  const layers = sorted.map((array): LayerArray => ({ array, shape: tableShape(array, file) }));
  const names = arrays.length === 1 || (isNumbered && !inOrder) ? null : sorted.map(({ name }) => name);
  return checked(new Map([['h', layers]]), names, file);
}

/** @throws InputError no h; signals of cells of both kinds; signals of other layers, or of other rows, than h has */
function checked(
  found: ReadonlyMap<Signal, readonly LayerArray[]>,
  names: readonly string[] | null,
  file: string,
): Arranged {
  const signals = [...found.keys()];
  const ofLstm = signals.find((signal) => signal !== 'h' && !areOfGru([signal]));
  if (areOfGru(signals) && ofLstm !== undefined) {
    const fix = 'Write one layer alone, with `cellarium inspect --layer … --safetensors`.';
    throw new InputError('It has signals of LSTM cells and of GRU cells, which no cell has both.', { file }, fix);
  }
  const h = found.get('h');
  if (h === undefined) throw new InputError('It is missing.', { file, tensor: 'h' }, LAYOUT);
  const rows = h[0]!.shape[0];
  for (const [signal, arrays] of found) {
    if (arrays.length !== h.length) {
      const what = `There are ${arrays.length} arrays of ${signal}, but ${h.length} of h.`;
      throw new InputError(what, { file, tensor: arrays[0]!.array.name }, 'Give every signal for the same layers.');
    }
    arrays.forEach(({ array, shape }, layer) => {
      const expected = [rows, h[layer]!.shape[1]];
      if (shape.join() === expected.join()) return;
      const fix = 'Give every signal a value for the same characters and the same units.';
      throw new InputError(
        `Its shape is [${array.shape.join(', ')}], but h has [${expected.join(', ')}].`,
        { file, tensor: array.name },
        fix,
      );
    });
  }
  return { signals: found, layers: h.map(({ shape }) => shape[1]), rows, names };
}
