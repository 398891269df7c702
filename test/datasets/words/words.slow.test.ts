import { beforeAll, describe, expect, it } from 'vitest';
import { mixedRandom } from '../../../pipeline/base/random.ts';
import { heldOutSample, heldOutText } from '../../../pipeline/build/pages/description.ts';
import { choosePassages } from '../../../pipeline/build/pages/excerpts.ts';
import { requireBlocks } from '../../../pipeline/datasets/blocks.ts';
import { buildVocabulary } from '../../../pipeline/datasets/text/vocabulary.ts';
import { measure } from '../../../pipeline/gallery/measure.ts';
import type { Measured } from '../../../pipeline/gallery/measured.ts';
import { untrainedTwin } from '../../../pipeline/gallery/twin.ts';
import type { Architecture } from '../../../pipeline/lstm/parameters.ts';
import { planScoring, type ScoringPlan } from '../../../pipeline/scoring/plan/plan.ts';
import { sequenceOf, targetsOf } from '../../../pipeline/trace/targets.ts';
import { engine } from '../../evidence/networks.ts';
import { aliceText } from '../text/books.ts';
import { labelWords, words, wordsDataset } from './words.ts';

const labelled = labelWords(wordsDataset(aliceText.slice(0, 60_000)), {
  'on a short word': /^.{1,3}$/,
  'on a name': /^(alice|rabbit|mouse|duchess|dinah)$/,
});
const vocabulary = buildVocabulary(labelled.symbols);
const architecture: Architecture = {
  ...{ inputs: vocabulary.length, units: [4], outputs: vocabulary.length },
  ...{ cellActivation: 'tanh', recurrentActivation: { kind: 'sigmoid' } },
};

let plan: ScoringPlan;
let measured: Measured;

beforeAll(async () => {
  const inputs = words.inputs(labelled, {
    ...{ model: 'words', vocabulary, inputs: vocabulary.length, readsNumbers: false, file: 'words.md' },
  });
  plan = planScoring(labelled, labelled.labels, architecture.units, 1);
  measured = await measure({
    ...{ engine, architecture, parameters: untrainedTwin(architecture), plan, blocks: labelled.blocks },
    ...{ sequence: sequenceOf(inputs, words.words.steps), targets: targetsOf(inputs, architecture) },
    ...{ title: 'Scoring words', book: false, training: true, workers: 0 },
  });
}, 120_000);

describe('a third kind of dataset, a text of words', () => {
  it('holds the text, cut into blocks and paragraphs that tile it', () => {
    expect(labelled.texts.join('')).toBe(aliceText.slice(0, 60_000));
    for (const spans of [labelled.blocks, labelled.paragraphs]) {
      expect(spans.map(({ start }) => start)).toEqual([0, ...spans.slice(0, -1).map(({ end }) => end)]);
      expect(spans.at(-1)!.end).toBe(labelled.texts.length);
    }
    expect(() => requireBlocks(labelled.blocks.slice(0, 3), 'words.txt', words)).toThrow(
      /300 words make 3 blocks[\s\S]*blocks of about 100 words/,
    );
  });

  it('is scored: the word alone gives its own labels away, and a cell has a loss and a score for each', () => {
    const { scores, hypotheses } = measured.scoring;
    expect(hypotheses.map(({ scorable }) => scorable)).toEqual([true, true]);
    for (const { characterBaseline } of hypotheses) expect(characterBaseline.reading).toBeGreaterThan(0.95);
    expect(scores).toHaveLength(4 * 2);
    for (const { auroc } of scores) expect(auroc).toBeGreaterThan(0);
    // Of fresh weights: about as much as not knowing which of the words comes.
    expect(measured.loss!['held-out']).toBeCloseTo(Math.log(vocabulary.length), 0);
  });

  it('has excerpts of whole words for its pages', () => {
    const { positions } = measured.scoring.heldOut;
    const sample = heldOutSample(labelled, [...positions], words.excerptLengths(labelled));
    const { text, pieces } = heldOutText(labelled, sample);
    expect(text).toBe(Array.from(positions, (position) => labelled.texts[position]!).join(''));
    expect(pieces.length).toBeGreaterThan(3);
    const signal = measured.scoring.heldOut.bytes(0, 'h');
    const passages = choosePassages(sample, { signal, label: undefined, predicted: undefined }, mixedRandom(1));
    expect(passages.length).toBeGreaterThan(3);
    for (const { start, end } of passages) expect(end - start).toBeLessThanOrEqual(60);
  });
});
