import { describe, expect, it } from 'vitest';
import { explain } from '../../../pipeline/build/pages/explain.ts';
import { opensWith } from '../../../pipeline/build/pages/opening.ts';
import type { NamedHypothesis } from '../../../pipeline/datasets/dataset.ts';
import type { RuleDescription } from '../../../pipeline/evidence/description/schema.ts';
import type { Score } from '../../../pipeline/scoring/rank.ts';

const SIGNALS = ['i', 'f', 'g', 'o', 'c', 'h'] as const;
/** Read and predicting for each signal: the memory falls on the label, and more clearly while the network predicts it. */
const LINE_BREAK = { hypothesis: 'line-break', values: [1, 0.6, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.4, 0.1, 0.5, 0.5] };
const SINCE = { hypothesis: 'since', values: [0, 0, 0, 0, 0, 0, 0, 0, -0.9, -0.8, 0, 0] };

/** A score that reaches the bar, and what it was chosen with. */
const score = (more: Partial<Score>): Score =>
  ({
    ...{ hypothesis: 'line-break', signal: 'i', alignment: 'reading', direction: 1, auroc: 1, spearman: null },
    ...{ pShift: 0.005, interval: [0.99, 1], pointBiserial: 0.9, pearson: 0.9, remembers: false },
    ...more,
  }) as Score;

describe('a page opens', () => {
  it('with the signal that was scored where no note names another', () => {
    const scored = { signal: 'i', alignment: 'reading', direction: 1 };
    expect(opensWith(score({}), undefined, [LINE_BREAK], SIGNALS)).toEqual(scored);
    expect(opensWith(score({}), 'i', [LINE_BREAK], SIGNALS)).toEqual(scored);
    expect(opensWith(undefined, undefined, [], SIGNALS)).toEqual({ ...scored, signal: 'h' });
  });

  it('with the note’s signal, paired with the label as it shows it best, and turned to where the label is on', () => {
    expect(opensWith(score({}), 'c', [LINE_BREAK], SIGNALS)).toEqual({
      ...{ signal: 'c', alignment: 'predicting', direction: -1 },
    });
    const real = score({ hypothesis: 'since', auroc: null, spearman: 0.9 });
    expect(opensWith(real, 'c', [LINE_BREAK, SINCE], SIGNALS)).toEqual({
      ...{ signal: 'c', alignment: 'reading', direction: -1 },
    });
    expect(opensWith(score({}), 'c', [], SIGNALS)).toEqual({ signal: 'c', alignment: 'reading', direction: 1 });
  });
});

describe('what is said of a cell in one line, and the hypothesis that it is about', () => {
  const known = new Map(
    ['line-break', 'since', 'rare'].map((id): [string, NamedHypothesis] => [
      id,
      { id, title: id, kind: 'binary', phrases: { on: `On at ${id}`, off: `Off at ${id}` } },
    ]),
  );
  const rule = { explained: 0.7, interval: null, rule: { sentence: 'High after a vowel' } } as RuleDescription;
  const line = (scores: Score[], written?: string, found?: RuleDescription) => {
    const { words, heading, hypothesis } = explain(scores, known, written, found);
    return [words, heading, hypothesis];
  };

  it('a person’s words go first, then memory, then a rule that explains more than the hypothesis, then what it tracks', () => {
    const kept = score({ remembers: true, direction: -1 });
    expect(line([kept], 'Counts lines', rule)).toEqual(['Counts lines', 'note', 'line-break']);
    expect(line([kept], undefined, rule)).toEqual(['Remembers: off at line-break', 'remembers', 'line-break']);
    expect(line([score({})], undefined, rule)).toEqual(['Tracks: on at line-break', 'tracks', 'line-break']);
    const poor = score({ pointBiserial: 0.5 });
    expect(line([poor], undefined, rule)).toEqual(['Found: high after a vowel', 'found', 'line-break']);
    expect(line([])).toEqual(['No hypothesis explains it', 'nothing', null]);
  });

  it('where it tracks another one in part, the line and the score are about that one', () => {
    const weak = score({ auroc: 0.6, interval: [0.55, 0.65] });
    const rare = score({ hypothesis: 'rare', auroc: 0.95, interval: [0.9, 0.97] });
    expect(line([weak, rare])).toEqual(['Tracks in part: on at rare', 'in part', 'rare']);
  });
});
