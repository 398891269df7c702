import { describe, expect, it } from 'vitest';
import { type GalleryStudy, networksBeside, type StudyNetwork } from '../../../pipeline/contract/study.ts';
import { galleryCurves, studyCurves } from '../../../src/lib/memory-curves.ts';
import type { Memory } from '../../../src/lib/memory-words.ts';
import { appearanceSentence } from '../../../src/lib/study.ts';
import {
  adding,
  countsSentence,
  othersSentence,
  recurringSentence,
  rememberingSentence,
} from '../../../src/lib/study-memory.ts';
import { syntheticStudy } from '../../fixtures/site/study.ts';

const QUOTES = 'inside-quotes';

/** The study with what each network is said to remember; null where that was not measured. */
function remembering(of: (network: StudyNetwork) => Partial<NonNullable<StudyNetwork['memory']>> | null): GalleryStudy {
  const study = syntheticStudy();
  return {
    ...study,
    networks: study.networks.map((network) => {
      const changed = of(network);
      return {
        ...network,
        memory: changed === null ? null : { ...network.memory!, ...changed },
      };
    }),
  };
}

/** By the network's id; the others remember nothing. */
const counting = (counts: Readonly<Record<string, number>>) =>
  remembering(({ id }) => ({ remembering: counts[id] ?? 0 }));

const without = (study: GalleryStudy, ...ids: string[]): GalleryStudy => ({
  ...study,
  networks: study.networks.filter(({ id }) => !ids.includes(id)),
});

describe('the words of the memory of other networks', () => {
  it('count the cells of other seeds and of the shuffled twin, each only where there is one', () => {
    const study = counting({ 'seed-1': 33, 'seed-2': 31, 'seed-3': 27, shuffled: 2 });
    const seeds = 'In two networks from other seeds, 31 and 27 cells do';
    expect(othersSentence(study)).toBe(`${seeds}; in one trained on shuffled text, 2 cells do.`);
    expect(othersSentence(without(study, 'shuffled'))).toBe(`${seeds}.`);
    expect(othersSentence(without(study, 'seed-3', 'shuffled'))).toBe('In a network from another seed, 31 cells do.');
    expect(othersSentence(without(study, 'seed-2', 'seed-3'))).toBe(
      'In a network trained on shuffled text, 2 cells do.',
    );
  });

  it('say none, and one, as one says it', () => {
    expect(othersSentence(counting({ 'seed-2': 1 }))).toBe(
      'In two networks from other seeds, 1 and 0 cells do; in one trained on shuffled text, none does.',
    );
    expect(othersSentence(without(counting({ 'seed-2': 1 }), 'seed-3', 'shuffled'))).toBe(
      'In a network from another seed, 1 cell does.',
    );
  });

  it('say nothing of a study of something else, of none, and of networks whose memory nobody measured', () => {
    const study = counting({ 'seed-2': 31 });
    expect(othersSentence({ ...study, changed: ['labels'] })).toBeNull();
    expect(othersSentence(null)).toBeNull();
    expect(othersSentence(remembering(() => null))).toBeNull();
    expect(othersSentence(without(study, 'seed-2', 'seed-3', 'shuffled'))).toBeNull();
    expect(rememberingSentence(remembering(() => null))).toBeNull();
  });

  it('put the seeds side by side', () => {
    const study = counting({ 'seed-1': 33, 'seed-2': 31, 'seed-3': 27 });
    expect(rememberingSentence(study)).toBe(
      'Of 12 cells, 33, 31 and 27 remember something in the networks of seeds 1, 2 and 3; in the one that learned shuffled text, none does.',
    );
    const row = (adds: number, cells: number): NonNullable<StudyNetwork['memory']>['best'][number] => ({
      ...{ hypothesis: QUOTES, cell: '2-1', signal: 'c', alignment: 'reading', interval: null },
      adds,
      remembering: cells,
    });
    const told = (of: Readonly<Record<string, [number, number]>>) =>
      recurringSentence(
        remembering(({ id }) => ({ best: of[id] === undefined ? [] : [row(...of[id])] })),
        QUOTES,
        'characters',
      );
    expect(told({ 'seed-1': [0.41, 2], 'seed-2': [0.08, 1], 'seed-3': [0.5, 3] })).toBe(
      'In all 3 seeds cells remember it: 2, 1 and 3. The best takes away 41%, 8.0% and 50% of what the last 20 characters leave open.',
    );
    expect(told({ 'seed-1': [0.41, 2], 'seed-3': [-0.01, 0] })).toBe(
      'In 1 of 3 seeds cells remember it: 2, 0 and 0. The best takes away 41%, nothing and nothing of what the last 20 characters leave open.',
    );
    expect(told({})).toBe('In none of the 3 seeds does a cell remember it.');
  });

  it('follow the counts and the best cell along one training', () => {
    const study = remembering(({ step }) => ({ adding: step === 4 ? 0 : 7 }));
    expect(countsSentence(study, 'characters')).toBe(
      'From step 4 to step 1,400 the number of cells that track a label rises from 1 to 9, and that of cells that add at least 5% to the last 20 characters rises from 0 to 7.',
    );
    // The best cell adds 0.04, 0.12, 0.2 … of what is left.
    expect(appearanceSentence(study, adding(QUOTES), 0.05)).toBe(
      'From step 16 on its best cell adds 5% or more; at step 4 it added 4%.',
    );
    const steps = study.networks.filter(({ kind }) => kind === 'step').map(({ id }) => id);
    expect(countsSentence(without(study, ...steps), 'characters')).toBeNull();
  });
});

describe('the curves over the windows', () => {
  const MEMORY = {
    curve: [0, 20].map((steps) => ({ steps, cells: 9 - steps / 4, untrained: [8, 7] })),
  } as unknown as Memory;

  it('of a gallery are its own, those of other seeds, of the shuffled twin, and the untrained ones under one name', () => {
    const study = counting({});
    const curves = galleryCurves(MEMORY, study);
    expect(curves.map(({ name, kind }) => [name, kind])).toEqual([
      ['this network', 'own'],
      ['seed 2', 'seed'],
      ['seed 3', 'seed'],
      ['shuffled text', 'shuffled'],
      ['untrained', 'untrained'],
      ['untrained', 'untrained'],
    ]);
    expect(curves[1]!.points).toEqual(study.networks.find(({ id }) => id === 'seed-2')!.memory!.curve);
    expect(curves.at(-1)!.points).toEqual([
      { steps: 0, cells: 7 },
      { steps: 20, cells: 7 },
    ]);
    for (const other of [null, { ...study, changed: ['weights' as const] }]) {
      expect(galleryCurves(MEMORY, other).map(({ kind }) => kind)).toEqual(['own', 'untrained', 'untrained']);
    }
  });

  it('of a study are those of all networks that came to their end', () => {
    expect(studyCurves(syntheticStudy()).map(({ name, kind }) => [name, kind])).toEqual([
      ['seed 1', 'own'],
      ['untrained', 'untrained'],
      ['seed 2', 'seed'],
      ['seed 3', 'seed'],
      ['shuffled text', 'shuffled'],
    ]);
    expect(studyCurves(remembering(() => null))).toEqual([]);
  });
});

describe('the networks beside the gallery’s own', () => {
  it('are told from it by their weights', () => {
    expect(networksBeside(counting({})).map(({ id }) => id)).toEqual(['seed-2', 'seed-3', 'shuffled']);
  });
});
