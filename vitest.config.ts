import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import LongestFirst from './test/longest-first.ts';

export default defineConfig({
  test: {
    environment: 'node',
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/site/sites.ts'],
    // Three on two cores too: much of the time is spent waiting for a browser or a command.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    // Tests that run the command or open a browser take their time on a loaded machine; a hang is still noticed.
    testTimeout: 120_000,
    // Some build a gallery, and three of them at once on two cores.
    hookTimeout: 400_000,
    sequence: { sequencer: LongestFirst },
    reporters: ['default'],
  },
});
