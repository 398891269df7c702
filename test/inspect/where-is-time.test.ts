import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explainTime } from '../../pipeline/inspect/where-is-time.ts';
import { countParameters } from '../../pipeline/lstm/parameters.ts';

describe('explainTime', () => {
  it('says with the numbers of the network where the time steps are', () => {
    const text = explainTime('the feature of one step', [{ inputs: 1, units: 10 }]).join('\n');
    expect(text).toContain('The time steps are nowhere in the weights');
    expect(text).toContain('(1 number: the feature of one step)');
    expect(text).toContain('W [1, 40]');
    expect(text).toContain('U [10, 40]');
    expect(text).toContain('b [40]');
    expect(text).toContain('one a gate: i, f, g (which Keras calls c) and o');
    expect(text).toContain('the same 480 numbers');
    expect(text).not.toContain('Layer 2');
  });

  it('says what the layers above read, and what a second direction adds', () => {
    const text = explainTime('x', [
      { inputs: 3, units: 5, bidirectional: true },
      { inputs: 10, units: 2 },
    ]).join('\n');
    expect(text).toContain('Layer 2 reads 10 outputs of the layer below it, so its W is [10, 8] and U [2, 8].');
    expect(text).toContain('both ways');
  });

  it('counts as many numbers as the layers have', () => {
    const size = fc.integer({ min: 1, max: 60 });
    fc.assert(
      fc.property(size, size, size, fc.boolean(), (inputs, first, second, both) => {
        const architecture = {
          inputs,
          units: [first, second],
          bidirectional: [both, false],
          outputs: 0,
          cellActivation: 'tanh',
          recurrentActivation: { kind: 'sigmoid' },
        } as const;
        const layers = [
          { inputs, units: first, bidirectional: both },
          { inputs: both ? 2 * first : first, units: second },
        ];
        const count = countParameters(architecture).toLocaleString('en');
        expect(explainTime('x', layers).join('\n')).toContain(`the same ${count} numbers`);
      }),
    );
  });
});
