import { describe, expect, it } from 'vitest';
import type { GalleryStudy, StudyNetwork } from '../../../pipeline/contract/study.ts';
import {
  apart,
  appearanceSentence,
  changeSentence,
  inWords,
  seedsSentence,
  sharingSentence,
  sparse,
  stepsOf,
  tracking,
} from '../../../src/lib/study.ts';
import { syntheticStudy } from '../../fixtures/site/study.ts';

const QUOTES = 'inside-quotes';
const study = syntheticStudy();

/** The study with each network's row for quotes changed. */
function withQuotes(change: (network: StudyNetwork) => Partial<StudyNetwork['best'][number]>): GalleryStudy {
  return {
    ...study,
    networks: study.networks.map((network) => ({
      ...network,
      best: network.best.map((row) => (row.hypothesis === QUOTES ? { ...row, ...change(network) } : row)),
    })),
  };
}

/** The study with each seed's probes of quotes replaced by two, of one cell and of four. */
function withProbes(of: (seed: number) => { one: number; four: number }): GalleryStudy {
  const probe = (size: number, auroc: number): StudyNetwork['probes'][number] => ({
    hypothesis: QUOTES,
    size,
    cells: Array.from({ length: size }, (_, unit) => `2-${unit}`),
    auroc,
    interval: [auroc - 0.02, auroc + 0.02],
  });
  return {
    ...study,
    networks: study.networks.map((network) => {
      const { one, four } = of(network.seed);
      return { ...network, probes: [probe(4, four), probe(1, one)] };
    }),
  };
}

describe('the words of a study', () => {
  it('count the seeds in which a hypothesis has cells', () => {
    expect(seedsSentence(study, QUOTES)).toBe('In all 3 seeds cells are interpretable by it: 2, 2 and 2 cells.');
    expect(
      seedsSentence(
        withQuotes(({ seed }) => ({ interpretable: seed - 1 })),
        QUOTES,
      ),
    ).toBe('In 2 of 3 seeds cells are interpretable by it: 0, 1 and 2 cells.');
    expect(
      seedsSentence(
        withQuotes(() => ({ interpretable: 0 })),
        QUOTES,
      ),
    ).toBe('In none of the 3 seeds is any cell interpretable by it.');
  });

  it('follow one run alone, from its first step to its end', () => {
    expect(stepsOf(study).map(({ step }) => step)).toEqual([4, 16, 64, 256, 1024, 1400]);
  });

  it('say since when a bar is reached for good, and not when it was passed for a while', () => {
    const values = new Map([
      [4, 0.5],
      [16, 0.95],
      [64, 0.7],
      [256, 0.92],
      [1024, 0.9],
      [1400, 0.96],
    ]);
    const told = (bar: number) =>
      appearanceSentence(
        withQuotes(({ step }) => ({ value: values.get(step ?? 0) ?? 0 })),
        tracking(QUOTES),
        bar,
      );
    expect(told(0.9)).toBe('From step 256 on its best cell is at 0.90 or more; at step 64 it was at 0.70.');
    expect(told(0.97)).toBe('By step 1,400 its best cell has not reached 0.97; it is at 0.96.');
    expect(told(0.4)).toBe('From the first look on, at step 4, its best cell is at 0.40 or more.');
  });

  it('say whether one cell does as well as several', () => {
    const told = (of: Parameters<typeof withProbes>[0]) => sharingSentence(withProbes(of), QUOTES);
    // (0.96 − 0.5) / (0.97 − 0.5) is 98%, (0.7 − 0.5) / (0.97 − 0.5) 43%.
    expect(told(() => ({ one: 0.96, four: 0.97 }))).toBe(
      'One cell alone reaches 0.96, 0.96 and 0.96; 4 together reach 0.97, 0.97 and 0.97. Beyond chance, the one gives 98%, 98% and 98% of what the 4 give: one cell holds it.',
    );
    expect(told(() => ({ one: 0.7, four: 0.97 }))).toContain(
      '43%, 43% and 43% of what the 4 give: several cells share it.',
    );
    expect(told((seed) => ({ one: seed === 2 ? 0.96 : 0.7, four: 0.97 }))).toContain(
      'in 1 of the 3 networks one cell holds it, in the others several share it.',
    );
  });

  it('own up to what has changed since', () => {
    expect(changeSentence({ ...study, changed: [] })).toBeNull();
    expect(changeSentence({ ...study, changed: ['text', 'labels'] })).toContain('the text and the labels have changed');
    expect(changeSentence({ ...study, changed: ['text'] })).toContain('the text has changed');
    expect(inWords(['a'])).toBe('a');
  });
});

describe('labels beside curves', () => {
  it('stand a line apart at least, in their order, about where they belong', () => {
    const heights = apart([100, 102, 40, 101]);
    const order = [2, 0, 3, 1].map((index) => heights[index]!);
    for (let k = 1; k < order.length; k++) expect(order[k]! - order[k - 1]!).toBeGreaterThanOrEqual(15);
    expect(apart([10, 50])).toEqual([10, 50]);
    expect(apart([100, 98, 20], 15, 95).slice(0, 2)).toEqual([95, 80]);
  });

  it('below an axis leave out those for which there is no room, and never the last', () => {
    expect(sparse([1, 2, 4, 8, 10], (value) => 10 * value, 20)).toEqual([2, 4, 8, 10]);
    expect(sparse([1, 2, 4, 8, 9], (value) => 10 * value, 20)).toEqual([2, 4, 9]);
    expect(sparse([3], (value) => value, 20)).toEqual([3]);
  });
});
