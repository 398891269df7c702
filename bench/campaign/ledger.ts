// What a part of the campaign has tried, and what did not hold.
import { formatTable } from '../../pipeline/base/table.ts';

/** What becomes of one part. */
export interface PartResult {
  readonly part: string;
  readonly tried: number;
  readonly held: number;
  /** What did not hold: a sentence each, with what one needs to try it again. */
  readonly failures: readonly string[];
  /** Largest resident memory of any one process. */
  readonly megabytes: number;
  /** The longest that one try took: of a processor, where it is known, else of the clock. */
  readonly seconds: number;
  /** Counts of what was seen by the way, such as how many mutants were read. */
  readonly seen: Readonly<Record<string, number>>;
}

/** What a part is told. */
export interface PartOptions {
  /** How often it tries something, if there is time. */
  readonly tries: number;
  /** When it begins nothing new any more, as `performance.now()` tells time. */
  readonly until: number;
  readonly seed: number;
  /** A folder that is empty, and of its own. */
  readonly home: string;
}

/** A line after so many tries, for whoever waits. */
const TOLD_EVERY = 250;

/** Counts tries. */
export class Ledger {
  readonly part: string;
  #tried = 0;
  #held = 0;
  #megabytes = 0;
  #seconds = 0;
  readonly #failures: string[] = [];
  readonly #seen = new Map<string, number>();

  constructor(part: string) {
    this.part = part;
  }

  /** One try. @param faults what did not hold in it: sentences */
  count(name: string, faults: readonly string[]): void {
    this.#tried += 1;
    if (faults.length === 0) this.#held += 1;
    if (this.#tried % TOLD_EVERY === 0) console.error(`${this.part}: ${this.#tried} tried, ${this.#held} held`);
    for (const fault of faults) {
      this.#failures.push(`${name}: ${fault}`);
      console.error(`${this.part}: ${name}: ${fault}`);
    }
  }

  /** What a process needed. */
  cost(megabytes: number, seconds: number): void {
    this.#megabytes = Math.max(this.#megabytes, megabytes);
    this.#seconds = Math.max(this.#seconds, seconds);
  }

  /** Something that was seen by the way. */
  see(what: string, times = 1): void {
    this.#seen.set(what, (this.#seen.get(what) ?? 0) + times);
  }

  get tried(): number {
    return this.#tried;
  }

  result(): PartResult {
    return {
      part: this.part,
      tried: this.#tried,
      held: this.#held,
      failures: this.#failures,
      megabytes: Math.round(this.#megabytes),
      seconds: Number(this.#seconds.toFixed(1)),
      seen: Object.fromEntries(Array.from(this.#seen, ([what, times]) => [what, Math.round(times)])),
    };
  }
}

/** The table of all parts, and below it every failure. */
export function campaignTable(results: readonly PartResult[]): string {
  const rows = results.map(({ part, tried, held, megabytes, seconds, seen }) => [
    part,
    tried.toLocaleString('en'),
    held.toLocaleString('en'),
    (tried - held).toLocaleString('en'),
    `${megabytes.toLocaleString('en')} MB`,
    `${seconds} s`,
    Object.entries(seen)
      .map(([what, times]) => `${times.toLocaleString('en')} ${what}`)
      .join(', '),
  ]);
  const table = formatTable(
    ['part', 'tried', 'held', 'did not', 'worst memory', 'worst time', 'seen'],
    rows,
    [1, 2, 3, 4, 5],
  );
  const failures = results.flatMap(({ part, failures: sentences }) =>
    sentences.map((sentence) => `${part}: ${sentence}`),
  );
  return [...table, ...(failures.length === 0 ? [] : ['', ...failures])].join('\n');
}
