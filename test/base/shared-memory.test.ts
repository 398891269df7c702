import { expect, it } from 'vitest';
import { sharedLabels } from '../../pipeline/base/shared-memory.ts';
import { labelCharacters } from '../../pipeline/datasets/text/text.ts';
import { planScoring } from '../../pipeline/scoring/plan/plan.ts';

it("a text's labels lie in shared memory from the first, and a scoring copies none of them", () => {
  const characters = Array.from('One. “Two,” said three.\n\n'.repeat(200));
  const pattern = (title: string, source: string) => ({
    ...{ id: title, title, kind: 'binary' as const, labelling: { pattern: new RegExp(source, 'gu') } },
    ...{ phrases: { on: title, off: title }, example: undefined, prose: '' },
  });
  const real = { ...pattern('column', '.'), kind: 'real' as const, labelling: { label: 'position-in-line' } };
  const labelled = labelCharacters({ id: 'text', title: 'Text', source: 'here' }, characters, [
    pattern('letter', '\\p{L}'),
    real,
  ]);
  const plan = planScoring(labelled, labelled.labels, [2], 1);
  expect(plan.scorable).toHaveLength(2);
  const given = labelled.labels.map(({ values }) => values);
  expect([...plan.plainLabels.binary, ...plan.plainLabels.real]).toEqual(given);
  expect(plan.plainLabels.binary[0]).toBe(given[0]);
  expect(plan.plainLabels.real[0]).toBe(given[1]);
  for (const labels of [plan.plainLabels, plan.trainLabels, plan.judge.labels]) {
    expect([labels.binary[0], labels.real[0]]).toEqual(given);
    expect(labels.real[0]).toBe(given[1]);
  }
});

it('labels of other origin are copied into shared memory without losing a digit', () => {
  for (const [kind, values] of [
    ['binary', [0, 1, 1]],
    ['real', [0.1, 1 / 3, -2e300]],
    ['real', Float32Array.of(0.1, 3)],
  ] as const) {
    const shared = sharedLabels(kind, values);
    expect(shared.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(Array.from(shared)).toEqual(Array.from(values));
  }
});
