import { expect, it } from 'vitest';
import { lossByContext } from '../../pipeline/explain/context.ts';
import { halfLives } from '../../pipeline/explain/half-life.ts';
import { type CellTarget, influenceByLag } from '../../pipeline/explain/influence.ts';
import { memory } from '../../pipeline/explain/memory.ts';
import { characterTargets } from '../../pipeline/trace/targets.ts';
import { ARCHITECTURE, randomIds, randomParameters } from '../trace/networks.ts';
import { engine, LINEAR_CELL, linearCell, TARGETS } from './networks.ts';

const targets = characterTargets(randomIds(2100, 21), ARCHITECTURE.outputs);
const subject = { engine, architecture: ARCHITECTURE, parameters: randomParameters(22), sequence: targets.sequence };
const cell: CellTarget = { layer: 0, unit: 3, signal: 'h' };
const [lags, count] = [6, 40];

it('all measures of memory come out of one reading as they do each for itself', async () => {
  const read: number[] = [];
  const found = await memory(subject, { lags, count, cell, targets, progress: (steps) => read.push(steps) });
  expect(found).toEqual({
    influence: await influenceByLag(subject, { lags, count }),
    cellInfluence: await influenceByLag(subject, { lags, count, target: cell }),
    context: await lossByContext(subject, { targets, known: [1, 2, 4, 6], count }),
    halfLives: await halfLives(subject),
  });
  expect(read.reduce((sum, steps) => sum + steps, 0)).toBeGreaterThanOrEqual(2100);
});

it('a network that says nothing about what follows is compared with itself', async () => {
  const network = { engine, architecture: LINEAR_CELL, parameters: linearCell(), sequence: TARGETS.sequence };
  const { context, cellInfluence } = await memory(network, { lags: 1 });
  expect(context).toEqual(await lossByContext(network, { known: [1] }));
  expect(cellInfluence).toBeUndefined();
});
