// How long it takes to tally and to score a model of Alice's size, on synthetic signals: what a value is does not
// matter to the time, only how many there are.

import { integerBelow, normal, type Random, seededRandom } from '../pipeline/base/random.ts';
import type { Label } from '../pipeline/scoring/plan/labels.ts';
import { planScoring } from '../pipeline/scoring/plan/plan.ts';
import { createScorer } from '../pipeline/scoring/scorer.ts';
import type { SignalWindow } from '../pipeline/scoring/tally/staging.ts';

const CHARACTERS = 144_000;
const BLOCK = 1500;
const LAYERS = [512, 512];
const STREAMS = 64;
const STEPS = 100;

/** Share of labelled characters and mean length of a span: word-like, letter-like, quotation-like, rare. */
const BINARY: readonly (readonly [share: number, span: number])[] = [
  ...Array.from({ length: 3 }, () => [0.18, 1] as const),
  [0.3, 1.2],
  [0.3, 80],
  [0.2, 3],
  [0.1, 5],
  ...Array.from({ length: 15 }, () => [0.03, 3] as const),
];
const REAL_PERIODS = [5, 60, 80, 200, 60, 200];

export interface TallyBench {
  /** From the first window to the last training row tallied and every held-out row kept. */
  readonly seconds: number;
  /** From there to the scores: choices, intervals, nulls, ranks. */
  readonly scoringSeconds: number;
  /** Labels, baselines, shifts: known before any signal. */
  readonly planSeconds: number;
  /** Largest resident memory of the process. */
  readonly megabytes: number;
}

/** Measures one model of 2 × 512 cells. */
export async function benchTally(workers?: number): Promise<TallyBench> {
  const random = seededRandom(1);
  const blocks = Array.from({ length: CHARACTERS / BLOCK }, (_, index) => ({
    start: index * BLOCK,
    end: (index + 1) * BLOCK,
    split: index % 10 === 9 ? ('held-out' as const) : index % 10 === 4 ? ('validation' as const) : ('train' as const),
  }));
  const symbols = Array.from({ length: CHARACTERS }, () => 'abcdefghijklmnopqrst ,.‘’'[integerBelow(25, random)]!);

  const started = performance.now();
  const plan = planScoring({ symbols, blocks }, hypotheses(random), LAYERS, 1);
  const planned = performance.now();
  const scorer = createScorer(plan, workers);
  let tracing = 0;
  for (const window of windows(random)) {
    const from = performance.now();
    await scorer.add(window);
    tracing += performance.now() - from;
  }
  const tallied = performance.now();
  await scorer.settle();
  const settled = performance.now();
  await scorer.finish();
  const finished = performance.now();
  return {
    seconds: (tracing + settled - tallied) / 1000,
    scoringSeconds: (finished - settled) / 1000,
    planSeconds: (planned - started) / 1000,
    megabytes: process.resourceUsage().maxRSS / 1024,
  };
}

function hypotheses(random: Random): Label[] {
  const binary = BINARY.map(([share, span], index): Label => {
    const values = new Uint8Array(CHARACTERS);
    for (let t = 0; t < CHARACTERS; t++) {
      const change = values[t - 1] === 1 ? 1 / span : share / (1 - share) / span;
      values[t] = random.uniform() < change ? 1 - (values[t - 1] ?? 0) : (values[t - 1] ?? 0);
    }
    return { id: `binary-${index}`, kind: 'binary', values };
  });
  const real = REAL_PERIODS.map((period, index): Label => {
    const values = new Float32Array(CHARACTERS);
    for (let t = 1; t < CHARACTERS; t++) values[t] = random.uniform() < 1 / period ? 0 : values[t - 1]! + 1;
    return { id: `real-${index}`, kind: 'real', values };
  });
  return [...binary, ...real];
}

/** Parallel streams whose signals change slowly: each unit follows its own slow wave, with a little noise. */
function* windows(random: Random): Generator<SignalWindow> {
  const noise = Float32Array.from({ length: 1 << 16 }, () => 0.1 * normal(random));
  const perStream = CHARACTERS / STREAMS;
  for (let first = 0; first < perStream; first += STEPS) {
    const steps = Math.min(STEPS, perStream - first);
    const positions = Int32Array.from(
      { length: steps * STREAMS },
      (_, row) => (row % STREAMS) * perStream + first + Math.floor(row / STREAMS),
    );
    const layers = LAYERS.map((units) => {
      const signal = () => {
        const values = new Float32Array(positions.length * units);
        const offset = integerBelow(noise.length, random);
        for (let row = 0; row < positions.length; row++) {
          for (let unit = 0; unit < units; unit++) {
            const wave = ((positions[row]! * (unit + 1)) >> 6) & 255;
            const jitter = noise[(offset + row * units + unit) & 0xffff]!;
            values[row * units + unit] = Math.abs(wave - 128) / 160 + jitter;
          }
        }
        return values;
      };
      return { i: signal(), f: signal(), g: signal(), o: signal(), c: signal(), h: signal() };
    });
    yield { positions, layers };
  }
}
