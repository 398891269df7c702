import { expect, it } from 'vitest';
import { halfLives } from '../../../pipeline/evidence/half-life/half-life.ts';
import { lossByContext } from '../../../pipeline/evidence/memory/context.ts';
import { influenceByLag } from '../../../pipeline/evidence/memory/influence.ts';
import { readForMemory } from '../../../pipeline/evidence/memory/memory.ts';
import { characterTargets } from '../../../pipeline/trace/targets.ts';
import { ARCHITECTURE, randomIds, randomParameters } from '../../trace/networks.ts';
import { engine } from '../networks.ts';

const targets = characterTargets(randomIds(2100, 21), ARCHITECTURE.outputs);
const reader = {
  engine,
  architecture: ARCHITECTURE,
  parameters: randomParameters(22),
  sequence: targets.sequence,
};

it('one reading gives all measures of memory what each would read for itself', async () => {
  const influence = { lags: 6, count: 40 };
  const context = { targets, known: [1, 3], count: 30 };
  const read: number[] = [];
  const found = await readForMemory(reader, influence, context, (steps) => read.push(steps));
  expect(read.reduce((sum, steps) => sum + steps, 0)).toBeGreaterThanOrEqual(2100);
  expect(await influenceByLag(reader, { ...influence, states: found.influenceStates })).toEqual(
    await influenceByLag(reader, influence),
  );
  expect(await lossByContext(reader, { ...context, states: found.contextStates })).toEqual(
    await lossByContext(reader, context),
  );
  expect(found.halfLives).toEqual(await halfLives(reader));
});
