import { xoroshiro128plus, xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** A seeded source of randomness. The mathematics never makes its own: one is handed in. */
export interface Random {
  /** Uniform in [0, 1), with 32 random bits. */
  uniform(): number;
  /** Uniform over the 2^32 unsigned integers. */
  bits(): number;
  /** The state to continue from: four 32-bit integers. */
  state(): number[];
}

type Generator = ReturnType<typeof xoroshiro128plus>;

function wrap(generator: Generator): Random {
  return {
    uniform: () => (generator.next() >>> 0) / 2 ** 32,
    bits: () => generator.next() >>> 0,
    state: () => [...generator.getState()],
  };
}

/** @param seed any 32-bit integer; the same seed gives the same sequence on every machine */
export function seededRandom(seed: number): Random {
  return wrap(xoroshiro128plus(seed));
}

/**
 * {@link seededRandom} past its first numbers, which hardly depend on the seed: for sequences of which the beginning
 * counts. Training does without, for published weights belong to the sequence as it is.
 */
export function mixedRandom(seed: number): Random {
  const random = seededRandom(seed);
  for (let k = 0; k < MIXING; k++) random.bits();
  return random;
}

/** Numbers after which the 128 bits of the state are mixed, amply. */
const MIXING = 64;

/** Continues a sequence from what {@link Random.state} returned. */
export function restoredRandom(state: readonly number[]): Random {
  return wrap(xoroshiro128plusFromState(state));
}

/** A standard normal deviate, by the polar method of Marsaglia and Bray (1964). */
export function normal(random: Random): number {
  for (;;) {
    const u = 2 * random.uniform() - 1;
    const v = 2 * random.uniform() - 1;
    const s = u * u + v * v;
    if (s > 0 && s < 1) return u * Math.sqrt((-2 * Math.log(s)) / s);
  }
}

/** A uniform integer in [0, n). */
export function integerBelow(n: number, random: Random): number {
  return Math.floor(random.uniform() * n);
}

/** Mixes a number into a hash of those before it, over the 2^32 unsigned integers; all bits depend on all of both. */
export function integerHash(hash: number, number: number): number {
  let mixed = Math.imul(hash ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(number + 0x7f4a7c15, 0xc2b2ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x27d4eb2d);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}

/** Puts numbers into a random order, in place. */
export function shuffle(numbers: Int32Array, random: Random): void {
  for (let last = numbers.length - 1; last > 0; last--) {
    const other = integerBelow(last + 1, random);
    [numbers[last], numbers[other]] = [numbers[other]!, numbers[last]!];
  }
}
