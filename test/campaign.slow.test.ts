// A short campaign; `npm run bench -- --only campaign` tries the same thousands of times, and whole builds besides.
import { expect, it } from 'vitest';
import { readMutants } from '../bench/campaign/mutants.ts';
import { sendSignals } from '../bench/campaign/signals.ts';
import { killTraining } from '../bench/campaign/training-kills.ts';
import { temporaryFolder } from './temporary.ts';

const options = (tries: number) => ({ tries, until: Number.POSITIVE_INFINITY, seed: 1, home: temporaryFolder() });

/** Milliseconds on a machine that is busy with other tests. */
const LONGEST = 300_000;

it(
  'training that is killed again and again loses nothing, and ends in the weights of an unbroken run',
  async () => {
    const { tried, held, failures, seen } = await killTraining(options(2));
    expect({ held, failures }).toEqual({ held: tried, failures: [] });
    expect(tried).toBeGreaterThanOrEqual(2);
    expect(seen['runs ended']).toBeGreaterThan(0);
  },
  LONGEST,
);

it(
  'verbs end by a signal, whatever they are doing',
  async () => {
    const verbs = ['trace', 'generate', 'a runaway pattern'];
    const { tried, held, failures } = await sendSignals(options(1), verbs);
    expect({ held, failures }).toEqual({ held: tried, failures: [] });
    // One or the other may have ended before its signal came.
    expect(tried).toBeGreaterThanOrEqual(1);
  },
  LONGEST,
);

it(
  'mutants of files of every format are read or refused, and lose no part of a network in silence',
  async () => {
    const { tried, held, failures, megabytes, seen } = await readMutants(options(60), false);
    expect({ tried, held, failures }).toEqual({ tried: 60, held: 60, failures: [] });
    expect(megabytes).toBeLessThan(1024);
    // Something is tried only where both happens.
    expect(seen.read).toBeGreaterThan(10);
    expect(seen.refused).toBeGreaterThan(10);
  },
  LONGEST,
);
