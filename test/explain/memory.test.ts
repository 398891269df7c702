import { expect, it } from 'vitest';
import { lossByContext } from '../../pipeline/explain/context.ts';
import { halfLives } from '../../pipeline/explain/half-life.ts';
import { influenceByLag } from '../../pipeline/explain/influence.ts';
import { readForMemory } from '../../pipeline/explain/memory.ts';
import { characterTargets } from '../../pipeline/trace/targets.ts';
import { ARCHITECTURE, randomIds, randomParameters } from '../trace/networks.ts';
import { engine } from './networks.ts';

const targets = characterTargets(randomIds(2100, 21), ARCHITECTURE.outputs);
const subject = { engine, architecture: ARCHITECTURE, parameters: randomParameters(22), sequence: targets.sequence };

it('one reading gives all measures of memory what each would read for itself', async () => {
  const influence = { lags: 6, count: 40 };
  const context = { targets, known: [1, 3], count: 30 };
  const read: number[] = [];
  const found = await readForMemory(subject, influence, context, (steps) => read.push(steps));
  expect(read.reduce((sum, steps) => sum + steps, 0)).toBeGreaterThanOrEqual(2100);
  expect(await influenceByLag(subject, { ...influence, states: found.influenceStates })).toEqual(
    await influenceByLag(subject, influence),
  );
  expect(await lossByContext(subject, { ...context, states: found.contextStates })).toEqual(
    await lossByContext(subject, context),
  );
  expect(found.halfLives).toEqual(await halfLives(subject));
});
