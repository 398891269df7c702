// What can be asked of a text at all: a hypothesis that the judging text hardly bears out either way is not scored.
import { InputError } from '../base/errors.ts';
import type { Label } from '../datasets/labels.ts';
import type { Division, JudgedBlock } from './division.ts';

export type { Label };

/** Fewer spans than this, or spans in fewer blocks, are too few to judge by. */
export const SPANS_AT_LEAST = 10;
export const BLOCKS_AT_LEAST = 3;

/** On a text too short to hold any of it out nothing is judged: a score describes, and for that it takes less. */
export const SPANS_TO_DESCRIBE = 2;

/** How often a hypothesis occurs in a text. */
export interface Occurrence {
  /** Runs of labelled characters, cut at the pieces' ends; of a real label, the places where it falls back. */
  readonly spans: number;
  /** Pieces with at least one of them. */
  readonly blocks: number;
}

export interface Scorability extends Occurrence {
  readonly scorable: boolean;
  /** Why not, as a sentence; null where it is scorable. */
  readonly reason: string | null;
  /** Share of the judging characters that bear the label; null for a real one. */
  readonly baseRate: number | null;
  /** Spans in the whole text. */
  readonly spansInText: number;
}

/**
 * A binary label's spans are its runs. A real label rises along a unit (word, line, sentence) and falls back where the
 * next one begins; so its falls count its units.
 */
export function occurrence({ kind, values }: Label, pieces: readonly Pick<JudgedBlock, 'start' | 'end'>[]): Occurrence {
  let spans = 0;
  let blocks = 0;
  for (const { start, end } of pieces) {
    let found = 0;
    for (let t = start; t < end; t++) {
      const before = t === start ? (kind === 'binary' ? 0 : values[t]!) : values[t - 1]!;
      if (kind === 'binary' ? values[t]! > before : values[t]! < before) found += 1;
    }
    spans += found;
    if (found > 0) blocks += 1;
  }
  return { spans, blocks };
}

/** Whether the text can judge a hypothesis, and if not, why. */
export function scorability(hypothesis: Label, division: Division): Scorability {
  const { values, kind } = hypothesis;
  const { spans, blocks } = occurrence(hypothesis, division.judgedBlocks);
  const isHeldOut = division.evaluatedOn === 'held-out';
  const text = isHeldOut ? 'held-out text' : 'text';
  const needed = isHeldOut ? SPANS_AT_LEAST : SPANS_TO_DESCRIBE;
  let evaluated = 0;
  let positives = 0;
  let trained = false;
  for (let t = 0; t < values.length; t++) {
    evaluated += division.evaluated[t]!;
    if (division.evaluated[t] === 1 && values[t] === 1) positives += 1;
    if (division.train[t] === 1 && values[t] !== 0) trained = true;
  }
  const reason = (): string | null => {
    const unit = kind === 'binary' ? 'span' : 'restart';
    if (spans < needed) return `The ${text} has ${counted(spans, unit)}; ${needed} are needed.`;
    if (isHeldOut && blocks < BLOCKS_AT_LEAST)
      return `Only ${counted(blocks, 'block')} of the ${text} ${blocks === 1 ? 'has' : 'have'} it; ${BLOCKS_AT_LEAST} are needed.`;
    if (kind === 'binary' && positives === evaluated) return `Every character of the ${text} bears the label.`;
    if (!trained) return 'The training text has none of it, so nothing could be chosen there.';
    return null;
  };
  const why = reason();
  return {
    spans,
    blocks,
    spansInText: occurrence(hypothesis, [{ start: 0, end: values.length }]).spans,
    baseRate: kind === 'binary' ? positives / evaluated : null,
    scorable: why === null,
    reason: why,
  };
}

function counted(n: number, noun: string): string {
  return `${n === 0 ? 'no' : n} ${noun}${n === 1 ? '' : 's'}`;
}

/** @throws InputError if a label does not fit the text, or is not what its kind allows */
export function checkHypothesis({ id, kind, values }: Label, length: number): void {
  if (values.length !== length) {
    throw new InputError(
      `The hypothesis "${id}" labels ${values.length} characters, but the text has ${length}`,
      {},
      'Label every code point of the very text that is scored.',
    );
  }
  for (let t = 0; t < length; t++) {
    const value = values[t]!;
    if (kind === 'binary' ? value === 0 || value === 1 : Number.isFinite(value)) continue;
    throw new InputError(
      `The hypothesis "${id}" labels character ${t} with ${value}`,
      {},
      kind === 'binary' ? 'A binary label is 0 or 1.' : 'A real label is a finite number everywhere.',
    );
  }
}
