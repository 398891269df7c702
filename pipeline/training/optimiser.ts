// What becomes of a network's weights from window to window: dropout, Adam (Kingma and Ba 2015) with the gradient's
// global norm clipped (Pascanu, Mikolov and Bengio 2013), and a running average (Polyak and Juditsky 1992). A kernel does
// it in WebAssembly's memory, where all the arrays lie: on a GPU it would otherwise take as long as the gradient.
import { instantiateModule, reserve } from '../statistics/kernels.ts';
import type { Configuration } from './configuration.ts';
import { ASSEMBLED } from './kernels/assembled.ts';

/** A tensor that is trained, with what the optimiser remembers of it. */
export interface Trained {
  readonly weights: Float32Array;
  readonly firstMoment: Float32Array;
  readonly secondMoment: Float32Array;
  /** Exponential average of the weights, which is evaluated in their place. */
  readonly average: Float32Array;
}

export function startTraining(weights: Float32Array): Trained {
  return {
    weights: weights.slice(),
    firstMoment: new Float32Array(weights.length),
    secondMoment: new Float32Array(weights.length),
    average: weights.slice(),
  };
}

/** What is dropped for the length of a window. */
export interface Dropout {
  /** Share of each tensor's weights, as in Merity, Keskar and Socher (2018); 0 for those that keep all of them. */
  readonly weights: readonly number[];
  /** Entries of each further mask, and which share of them is 0. */
  readonly masks: readonly { readonly length: number; readonly rate: number }[];
}

/** What the next window reads; it holds until the one after it. */
export interface Dropped {
  /** Of each tensor, as some of them are dropped. */
  readonly weights: readonly Float32Array[];
  readonly masks: readonly Float32Array[];
}

type StepOptions = Pick<
  Configuration,
  'learningRate' | 'beta1' | 'beta2' | 'epsilon' | 'averageDecay' | 'gradientNorm'
>;

/** See adam-step.wat. */
interface Kernel {
  draw(state: number, mask: number, end: number, keep: number, bound: number): void;
  multiply(product: number, x: number, y: number, end: number): void;
  addSquares(x: number, end: number, sum: number): void;
  move(
    ...addresses: [
      weights: number,
      end: number,
      first: number,
      second: number,
      average: number,
      slopes: number,
      numbers: number,
    ]
  ): void;
}

/** Addresses of what the kernel is told besides its arrays, which come after. */
const STATE = 0;
const SUM = 16;
const KEEP = 24;
const NUMBERS = 32;
const ARRAYS = 112;
/** Arrays begin at multiples of so many bytes. */
const VECTOR = 16;

const PARTS = ['weights', 'firstMoment', 'secondMoment', 'average', 'gradient'] as const;

/** The arrays of a run, and what is done with them. Random numbers are those of `seededRandom`, in the same order. */
export class Optimiser {
  /** Views of the memory, which go on changing. */
  readonly tensors: readonly Trained[];
  readonly #memory = new WebAssembly.Memory({ initial: 0 });
  readonly #kernel = instantiateModule<Kernel>(ASSEMBLED['adam-step'], this.#memory);
  readonly #places: readonly Record<(typeof PARTS)[number], Float32Array>[];
  /** Of the tensors that lose weights: which tensor, its mask, what is left of it, and the rate. */
  readonly #drops: readonly { index: number; mask: Float32Array; left: Float32Array; rate: number }[];
  readonly #masks: readonly { mask: Float32Array; rate: number }[];

  /** @param tensors to begin with, which are copied */
  constructor(tensors: readonly Trained[], dropout: Dropout) {
    const sizes = tensors.map(({ weights }) => weights.length);
    const dropping = dropout.weights.flatMap((rate, index) => (rate === 0 ? [] : [{ index, rate }]));
    const lengths = [
      ...sizes.flatMap((size) => PARTS.map(() => size)),
      ...dropping.flatMap(({ index }) => [sizes[index]!, sizes[index]!]),
      ...dropout.masks.map(({ length }) => length),
    ];
    const bytes = lengths.map((length) => Math.ceil((length * Float32Array.BYTES_PER_ELEMENT) / VECTOR) * VECTOR);
    reserve(
      this.#memory,
      bytes.reduce((sum, size) => sum + size, ARRAYS),
    );
    let next = 0;
    let address = ARRAYS;
    const take = (): Float32Array => {
      const array = new Float32Array(this.#memory.buffer, address, lengths[next]!);
      address += bytes[next]!;
      next += 1;
      return array;
    };
    this.#places = tensors.map((tensor) => {
      const [weights, firstMoment, secondMoment, average, gradient] = PARTS.map(take) as [
        ...[Float32Array, Float32Array, Float32Array, Float32Array, Float32Array],
      ];
      const place = { weights, firstMoment, secondMoment, average, gradient };
      for (const part of ['weights', 'firstMoment', 'secondMoment', 'average'] as const) place[part].set(tensor[part]);
      return place;
    });
    this.tensors = this.#places.map(({ gradient: _, ...kept }) => kept);
    this.#drops = dropping.map(({ index, rate }) => ({ index, mask: take(), left: take(), rate }));
    this.#masks = dropout.masks.map(({ rate }) => ({ mask: take(), rate }));
  }

  /** Random numbers follow those before a state; see `Random.state`. */
  continueFrom([s01, s00, s11, s10]: readonly number[]): void {
    this.#state().set([s00!, s01!, s10!, s11!]);
  }

  /** The state to continue from. */
  random(): number[] {
    const [s00, s01, s10, s11] = this.#state();
    return [s01!, s00!, s11!, s10!];
  }

  /** The generator's two words of 64 bits, low halves first. */
  #state(): Int32Array {
    return new Int32Array(this.#memory.buffer, STATE, 4);
  }

  /** Draws what is dropped from the next window, first of the tensors and then of the masks. */
  drop(): Dropped {
    const weights = this.tensors.map((tensor) => tensor.weights);
    for (const { index, mask, left, rate } of this.#drops) {
      this.#draw(mask, rate);
      this.#multiply(left, weights[index]!, mask);
      weights[index] = left;
    }
    for (const { mask, rate } of this.#masks) this.#draw(mask, rate);
    return { weights, masks: this.#masks.map(({ mask }) => mask) };
  }

  /**
   * An inverted dropout mask: each entry is 0 with probability `rate`, else 1 / (1 − rate), so that means are kept
   * (Srivastava et al. 2014). The rate is met to 1 part in 65,536, for a random number serves two entries.
   */
  #draw(mask: Float32Array, rate: number): void {
    new Float32Array(this.#memory.buffer, KEEP, 1)[0] = 1 / (1 - rate);
    this.#kernel.draw(STATE, mask.byteOffset, endOf(mask), KEEP, Math.round(rate * 0x10000));
  }

  #multiply(product: Float32Array, x: Float32Array, y: Float32Array): void {
    this.#kernel.multiply(product.byteOffset, x.byteOffset, y.byteOffset, endOf(x));
  }

  /**
   * Moves the weights.
   * @param gradients by the weights that {@link drop} gave, in the tensors' order
   * @param step number of this step, from 1
   */
  step(gradients: readonly Float32Array[], step: number, options: StepOptions): void {
    for (const [index, { gradient }] of this.#places.entries()) gradient.set(gradients[index]!);
    for (const { index, mask } of this.#drops) {
      const { gradient } = this.#places[index]!;
      this.#multiply(gradient, gradient, mask);
    }
    const { learningRate, beta1, beta2, epsilon, averageDecay, gradientNorm } = options;
    const norm = this.#gradientNorm();
    const scale = norm > gradientNorm ? gradientNorm / norm : 1;
    const rate = (learningRate * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step);
    const floor = epsilon * Math.sqrt(1 - beta2 ** step);
    // Early on the average follows closely, for there is little worth averaging yet.
    const keep = Math.min(averageDecay, step / (step + 10));
    const numbers = [scale, beta1, 1 - beta1, beta2, 1 - beta2, rate, floor, keep, 1 - keep];
    new Float64Array(this.#memory.buffer, NUMBERS, numbers.length).set(numbers);
    for (const { weights, ...others } of this.#places) {
      const [first, second, average, slopes] = [
        others.firstMoment,
        others.secondMoment,
        others.average,
        others.gradient,
      ];
      const addresses = [first, second, average, slopes].map(({ byteOffset }) => byteOffset);
      this.#kernel.move(
        weights.byteOffset,
        endOf(weights),
        ...(addresses as [number, number, number, number]),
        NUMBERS,
      );
    }
  }

  /** Euclidean norm of the whole gradient. */
  #gradientNorm(): number {
    const sum = new Float64Array(this.#memory.buffer, SUM, 1);
    sum[0] = 0;
    for (const { gradient } of this.#places) this.#kernel.addSquares(gradient.byteOffset, endOf(gradient), SUM);
    return Math.sqrt(sum[0]);
  }
}

const endOf = ({ byteOffset, byteLength }: Float32Array): number => byteOffset + byteLength;
