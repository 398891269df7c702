import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../pipeline/base/random.ts';
import { baselines } from '../../../pipeline/scoring/plan/baseline.ts';
import { divide } from '../../../pipeline/scoring/plan/division.ts';
import type { Label } from '../../../pipeline/scoring/plan/labels.ts';
import { aurocByPairs } from '../../statistics/histograms.ts';
import { smallText } from '../planted.ts';

const LENGTH = 4000;
const random = seededRandom(51);
const text = smallText(LENGTH, random);
const division = divide(text);

function labelled(id: string, label: (t: number) => number, kind: Label['kind'] = 'binary'): Label {
  return { id, kind, values: Float64Array.from({ length: LENGTH }, (_, t) => label(t)) };
}

function baselinesOf(hypothesis: Label) {
  return baselines(text.symbols, [hypothesis], division)[0]!;
}

describe('the baseline of the current character', () => {
  it('is perfect for a label that is a function of the character, and no better than chance one character on', () => {
    const vowel = baselinesOf(labelled('vowel', (t) => (/[ae]/.test(text.symbols[t]!) ? 1 : 0)));
    expect(vowel.character.reading).toBe(1);
    expect(Math.abs(vowel.character.predicting! - 0.5)).toBeLessThan(0.1);
  });

  it('is perfect under predicting for a label that is a function of the character before', () => {
    const afterSpace = baselinesOf(labelled('after-space', (t) => (text.symbols[t - 1] === ' ' ? 1 : 0)));
    expect(afterSpace.character.predicting).toBe(1);
    expect(afterSpace.character.reading).toBeLessThan(0.6);
  });

  it('ranks the held-out characters by the mean label that the training text gave their like', () => {
    const label = labelled('half', (t) => (text.symbols[t] === 'b' && random.uniform() < 0.5 ? 1 : 0));
    const training = Array.from(division.train.keys()).filter((t) => division.train[t] === 1);
    const evaluated = Array.from(division.evaluated.keys()).filter((t) => division.evaluated[t] === 1);
    const meanOf = (character: string) => {
      const same = training.filter((t) => text.symbols[t] === character);
      return same.reduce((sum, t) => sum + label.values[t]!, 0) / same.length;
    };
    const means = evaluated.map((t) => meanOf(text.symbols[t]!));
    const byPairs = aurocByPairs(
      means,
      evaluated.map((t) => label.values[t]!),
    );
    expect(baselinesOf(label).character.reading).toBeCloseTo(byPairs, 12);
  });

  it('of a real label is the size of its rank correlation', () => {
    const code = baselinesOf(labelled('code', (t) => text.symbols[t]!.codePointAt(0)! ** 2, 'real'));
    expect(code.character.reading).toBeCloseTo(1, 12);
  });
});

describe('the leaky counter', () => {
  it('foretells what lies soon after an opening mark', () => {
    let since = Number.POSITIVE_INFINITY;
    const soon = labelled('soon', (t) => {
      since = text.symbols[t] === '‘' ? 0 : since + 1;
      return since < 4 ? 1 : 0;
    });
    expect(baselinesOf(soon).counter).toBeGreaterThan(0.95);
  });

  it('knows nothing of what has nothing to do with opening marks', () => {
    const chance = labelled('chance', () => (random.uniform() < 0.3 ? 1 : 0));
    expect(Math.abs(baselinesOf(chance).counter! - 0.5)).toBeLessThan(0.1);
  });
});

it('a baseline is null where the held-out text has only one side', () => {
  expect(baselinesOf(labelled('never', () => 0))).toEqual({
    character: { reading: null, predicting: null },
    counter: null,
  });
});
