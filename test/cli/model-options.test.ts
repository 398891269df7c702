import { describe, expect, it } from 'vitest';
import { cellName, namesOf, recurrentActivation, signalsOf, unitRange } from '../../pipeline/cli/model-options.ts';

describe('the options of verbs that read a model', () => {
  it('know a recurrent activation by its name, or by slope and offset', () => {
    expect(recurrentActivation('sigmoid')).toEqual({ kind: 'sigmoid' });
    expect(recurrentActivation('hard-sigmoid')).toEqual({ kind: 'hard-sigmoid', slope: 0.2, offset: 0.5 });
    expect(recurrentActivation('hard-sigmoid:0.1667,0.5')).toEqual({
      kind: 'hard-sigmoid',
      slope: 0.1667,
      offset: 0.5,
    });
    for (const wrong of ['tanh', 'hard-sigmoid:', 'hard-sigmoid:0,0.5', 'hard-sigmoid:1', 'hard-sigmoid:.,.']) {
      expect(() => recurrentActivation(wrong), wrong).toThrow('hard-sigmoid:<slope>,<offset>');
    }
  });

  it('know units, cells, signals and names', () => {
    expect([unitRange('7'), unitRange('10-19')]).toEqual([
      { first: 7, last: 7 },
      { first: 10, last: 19 },
    ]);
    expect(cellName('2-139')).toEqual({ layer: 2, unit: 139 });
    expect(cellName('rnns.0-7')).toEqual({ layer: 'rnns.0', unit: 7 });
    expect(signalsOf('h, f')).toEqual(['f', 'h']);
    expect(namesOf('a, b')).toEqual(['a', 'b']);
  });

  it.each([
    [unitRange, ['', '-3', '4-', '9-3', 'a']],
    [cellName, ['0-1', '2', '2-', '-1', 'encoder']],
    [signalsOf, ['', 'i,x', 'f,f']],
    [namesOf, ['', 'a,,b', 'a,a']],
  ])('refuse what is none: %o', (read, wrong) => {
    for (const text of wrong) expect(() => read(text), text).toThrow('It must be');
  });
});
