// Which side of an input counts steps, and which sequences: a file may leave it open, so the graph is run on sizes that
// differ until each LSTM is given one sequence.
import { InputError } from '../../../base/errors.ts';
import { integerBelow, normal, type Random } from '../../../base/random.ts';
import { openPart, type Value, type ValueType } from '../../../engines/index.ts';
import type { Side } from '../../graph/model.ts';
import { cut, encode } from './cut.ts';
import type { Layer } from './lstm.ts';
import type { Source } from './source.ts';

/** Of an input: the size of each of its sides as declared, or a name where it is left open. */
export interface Declared {
  readonly name: string;
  readonly type: ValueType;
  readonly sides: readonly (number | string)[];
  /** Of numbers of characters: the size of the vocabulary. */
  readonly vocabulary?: number;
}

export interface Probe {
  readonly sides: ReadonlyMap<string, readonly Side[]>;
  /** What the inputs were given, one random sequence, where the graph could be run. */
  readonly given: ReadonlyMap<string, Value>;
  /** What each LSTM was given and gave out, by the names of the values. */
  readonly found?: ReadonlyMap<string, Value>;
  /** Why it could not be run. */
  readonly reason?: string;
}

/** Steps of the first open side; the next has one more. */
const STEPS = 12;
/** Sides that are left open, of which all combinations are tried. */
const MOST_OPEN = 6;

type Sizes = ReadonlyMap<string, readonly number[]>;
type Found = ReadonlyMap<string, Value>;

/** Random numbers, or random ones of a vocabulary. */
export function randomValue({ type, vocabulary }: Declared, dims: readonly number[], random: Random): Value {
  const count = dims.reduce((product, size) => product * size, 1);
  const whole = () => (vocabulary === undefined ? STEPS : integerBelow(vocabulary, random));
  const numbers = Array.from({ length: count }, () => (type === 'float32' ? normal(random) : whole()));
  if (type === 'int64') return { type, dims, data: BigInt64Array.from(numbers, BigInt) };
  if (type === 'int32') return { type, dims, data: Int32Array.from(numbers) };
  if (type === 'bool' || type === 'uint8')
    return { type, dims, data: Uint8Array.from(numbers, (one) => Math.min(one, 1)) };
  if (type === 'int8') return { type, dims, data: Int8Array.from(numbers) };
  return { type, dims, data: Float32Array.from(numbers) };
}

export async function findSides(
  source: Source,
  inputs: readonly Declared[],
  layers: readonly Layer[],
  random: Random,
): Promise<Probe> {
  const wanted = [...new Set(layers.flatMap(({ x, node }) => [x, ...node.outputs]))];
  const part = cut(source, wanted, new Set());
  const read = inputs.filter(({ name }) => part.inputs.includes(name));
  const types = new Map(inputs.map(({ name, type }) => [name, type]));
  const outside = new Set(part.inputs);
  const computed = wanted.filter((name) => !outside.has(name) && !source.constants.has(name));
  const guess: Probe = { sides: new Map(inputs.map((one) => [one.name, guessed(one)])), given: new Map() };
  if (layers.length === 0) return guess;
  try {
    const outputs = computed.map((name) => ({ name, type: 'float32' as const }));
    const program = await openPart(
      encode(source, part, outputs, (name) => types.get(name)),
      'the graph',
    );
    try {
      let reason = '';
      const run = async (sizes: Sizes) => {
        const given = new Map(read.map((one) => [one.name, randomValue(one, sizes.get(one.name)!, random)]));
        try {
          return { given, found: new Map([...given, ...(await program.run(given, computed))]) };
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
          reason ||= error.what;
          return undefined;
        }
      };
      return (await new Search(read, layers, run).probe()) ?? { ...guess, reason };
    } finally {
      await program.dispose();
    }
  } catch (error) {
    if (error instanceof InputError) return { ...guess, reason: error.what };
    throw error;
  }
}

/** [batch, steps, width], where nothing better is known. */
function guessed({ sides, type }: Declared): Side[] {
  const open = sides.findLastIndex(
    (side, k) => typeof side === 'string' && (type !== 'float32' || k < sides.length - 1),
  );
  return sides.map((side, k) => (typeof side === 'number' ? side : k === open ? 'steps' : 1));
}

interface Ran {
  readonly given: ReadonlyMap<string, Value>;
  readonly found: Found;
}

class Search {
  readonly #inputs: readonly Declared[];
  readonly #layers: readonly Layer[];
  readonly #run: (sizes: Sizes) => Promise<Ran | undefined>;

  constructor(inputs: readonly Declared[], layers: readonly Layer[], run: (sizes: Sizes) => Promise<Ran | undefined>) {
    this.#inputs = inputs;
    this.#layers = layers;
    this.#run = run;
  }

  async probe(): Promise<Probe | undefined> {
    const names = [...new Set(this.#inputs.flatMap(({ sides }) => sides.filter((side) => typeof side === 'string')))];
    const passes = [
      (steps: number[]) => steps.every((count) => count > 1),
      (steps: number[]) => steps.some((count) => count > 1),
      () => true,
    ];
    const ran = new Map<string, { sizes: Sizes; ran: Ran }>();
    for (const chosen of subsets(names)) {
      const sizes = this.#sizes((side) => (chosen.includes(side) ? STEPS + names.indexOf(side) : 1));
      const found = await this.#withOneSequence(sizes);
      if (found !== undefined) ran.set(`${chosen}`, { ...found });
      if (found !== undefined && passes[0]!(this.#stepsOf(found.ran.found))) break;
    }
    for (const passes1 of passes) {
      for (const [, { sizes, ran: one }] of ran) {
        if (!passes1(this.#stepsOf(one.found))) continue;
        return { sides: await this.#named(sizes, names, one), ...one };
      }
    }
    return undefined;
  }

  #sizes(of: (side: string) => number): Map<string, readonly number[]> {
    return new Map(
      this.#inputs.map(({ name, sides }) => [name, sides.map((side) => (typeof side === 'number' ? side : of(side)))]),
    );
  }

  #stepsOf = (found: Found) => this.#layers.map(({ x }) => found.get(x)?.dims[0] ?? 0);
  #sequencesOf = (found: Found) => this.#layers.map(({ x }) => found.get(x)?.dims[1] ?? 0);

  /** A file may be made for several sequences at once and read one none the less. */
  async #withOneSequence(sizes: Sizes): Promise<{ sizes: Sizes; ran: Ran } | undefined> {
    const ran = await this.#run(sizes);
    if (ran === undefined) return undefined;
    const several = this.#sequencesOf(ran.found).find((count) => count !== 1);
    if (several === undefined) return { sizes, ran };
    const most = Math.max(0, ...[...sizes.values()].map(({ length }) => length));
    for (let side = 0; side < most; side++) {
      const smaller = new Map([...sizes].map(([name, own]) => [name, own[side] === several ? own.with(side, 1) : own]));
      const again = await this.#run(smaller);
      if (again !== undefined && this.#sequencesOf(again.found).every((count) => count === 1)) {
        return { sizes: smaller, ran: again };
      }
    }
    return undefined;
  }

  /** Sizes with the steps among them: sides that were left open, or that change how many steps a layer reads. */
  async #named(sizes: Sizes, names: readonly string[], base: Ran): Promise<Map<string, readonly Side[]>> {
    const result = new Map<string, readonly Side[]>();
    const before = this.#stepsOf(base.found);
    for (const { name, sides, type } of this.#inputs) {
      const own = sizes.get(name)!;
      const open = own.map(
        (size, k): Side => (typeof sides[k] === 'string' && size > 1 && names.length > 0 ? 'steps' : size),
      );
      if (open.includes('steps')) {
        result.set(name, open);
        continue;
      }
      const isWidth = (k: number) => type === 'float32' && k === own.length - 1 && own.length > 1;
      const candidates = [...own.keys()]
        .filter((k) => own[k]! > 1)
        .toSorted((a, b) => Number(isWidth(a)) - Number(isWidth(b)));
      let steps: number | undefined;
      for (const k of candidates) {
        if (steps !== undefined) break;
        // Twice as many too, for what is pooled may be as long with one more.
        for (const size of [own[k]! + 1, 2 * own[k]!]) {
          const longer = await this.#run(new Map(sizes).set(name, own.with(k, size)));
          if (longer === undefined || this.#sequencesOf(longer.found).some((count) => count !== 1)) continue;
          if (`${this.#stepsOf(longer.found)}` !== `${before}`) steps ??= k;
        }
      }
      const [same, ...others] = candidates.filter((k) => own[k] === before[0] && !isWidth(k));
      steps ??= others.length === 0 ? same : undefined;
      result.set(name, steps === undefined ? own : (own as Side[]).with(steps, 'steps'));
    }
    return result;
  }
}

/** Combinations, the smallest first; that of none comes last. */
function subsets(names: readonly string[]): string[][] {
  if (names.length > MOST_OPEN) return [...names.map((name) => [name]), [...names], []];
  const all = Array.from({ length: 2 ** names.length }, (_, bits) => names.filter((_, k) => bits & (1 << k)));
  return all.toSorted((a, b) => (a.length || Number.MAX_VALUE) - (b.length || Number.MAX_VALUE));
}
