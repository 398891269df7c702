import { describe, expect, it } from 'vitest';
import { reachWords } from '../../../src/lib/evidence.ts';

const steps = { step: 'character', steps: 'characters' };
const lost = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1];
const untrained = { twins: 5, far: { half: 0, nineTenths: 0, of: 60 }, median: lost, most: lost };

describe('how far back a cell reaches is said', () => {
  it('in steps', () => {
    expect(reachWords({ lost, half: 18.7, nineTenths: 78.2 }, untrained, steps)).toEqual({
      half: 'Half of what its output varies by is there after 19 characters, nine tenths after 78.',
      beside: 'In 5 untrained networks no cell needs more than 20 for nine tenths.',
    });
  });

  it('in one step at least, or in more than the most that are read', () => {
    expect(reachWords({ lost, half: 0.3, nineTenths: null }, untrained, steps).half).toBe(
      'Half of what its output varies by is there after 1 character, nine tenths after more than 128.',
    );
    expect(reachWords({ lost, half: null, nineTenths: null }, untrained, steps).half).toContain(
      'after more than 128 characters, nine tenths',
    );
  });

  it('beside the untrained cells that reach far, if there are any', () => {
    const one = { ...untrained, far: { half: 0, nineTenths: 1, of: 60 } };
    expect(reachWords({ lost, half: 2, nineTenths: 4 }, one, steps).beside).toBe(
      'In 5 untrained networks 1 of 60 cells needs more than 20 for nine tenths.',
    );
  });
});
