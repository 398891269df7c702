// Rows of words, summed by the bin that each row falls into: the loop in which a tally spends its time.
import { BINS } from './binEdges.ts';
import { type AddRows, encodeKernel, ROW_BYTES, WORDS } from './kernel.ts';

/** Rows of words, [groups, rows, WORDS]. */
export interface WordRows {
  readonly groups: number;
  readonly rows: number;
  readonly words: Uint32Array;
}

/** Rows that are loaded once and summed by the bins of one column after another. */
export interface BinSums {
  load(rows: WordRows): void;
  /**
   * @param bins of the loaded rows from `first` on, as many as are to be summed and at least one
   * @returns [groups, BINS, WORDS]: sums modulo 2³², which hold until the next call
   */
  sum(bins: Uint8Array, first: number): Uint32Array;
}

/** With vectors; without, where a browser lacks them or a page's policy forbids WebAssembly. */
export function createBinSums(): BinSums {
  try {
    return new VectorBinSums();
  } catch {
    return new PlainBinSums();
  }
}

/** In WebAssembly's memory lie the sums, the words, and the bins of the rows that are being summed. */
export class VectorBinSums implements BinSums {
  readonly #memory = new WebAssembly.Memory({ initial: 0 });
  readonly #addRows: AddRows;
  #groups = 0;
  #rows = 0;

  /** @throws WebAssembly.CompileError if the module is not accepted */
  constructor() {
    const module = new WebAssembly.Module(encodeKernel());
    this.#addRows = new WebAssembly.Instance(module, { host: { memory: this.#memory } }).exports.addRows as AddRows;
  }

  load({ groups, rows, words }: WordRows): void {
    this.#groups = groups;
    this.#rows = rows;
    const missing = this.#addressOfBins() + rows - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / PAGE_BYTES));
    new Uint32Array(this.#memory.buffer).set(words, this.#addressOfGroup(0) / Uint32Array.BYTES_PER_ELEMENT);
  }

  sum(bins: Uint8Array, first: number): Uint32Array {
    const sums = new Uint32Array(this.#memory.buffer, 0, this.#groups * BINS * WORDS).fill(0);
    const start = this.#addressOfBins();
    new Uint8Array(this.#memory.buffer).set(bins, start);
    for (let group = 0; group < this.#groups; group++) {
      const words = this.#addressOfGroup(group) + first * ROW_BYTES;
      this.#addRows(start, start + bins.length, words, group * BINS * ROW_BYTES);
    }
    return sums;
  }

  #addressOfGroup(group: number): number {
    return (this.#groups * BINS + group * this.#rows) * ROW_BYTES;
  }

  #addressOfBins(): number {
    return this.#addressOfGroup(this.#groups);
  }
}

const PAGE_BYTES = 65_536;

/** The same, word by word. */
export class PlainBinSums implements BinSums {
  #loaded: WordRows = { groups: 0, rows: 0, words: new Uint32Array() };
  #sums = new Uint32Array();

  load(rows: WordRows): void {
    this.#loaded = rows;
    this.#sums = new Uint32Array(rows.groups * BINS * WORDS);
  }

  sum(bins: Uint8Array, first: number): Uint32Array {
    const { groups, rows, words } = this.#loaded;
    const sums = this.#sums.fill(0);
    for (let group = 0; group < groups; group++) {
      for (let index = 0; index < bins.length; index++) {
        const from = (group * rows + first + index) * WORDS;
        const to = (group * BINS + bins[index]!) * WORDS;
        for (let word = 0; word < WORDS; word++) sums[to + word]! += words[from + word]!;
      }
    }
    return sums;
  }
}
