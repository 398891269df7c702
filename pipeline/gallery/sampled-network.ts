// The steps that controls are measured on, as a dataset of their own: the sample of the training steps, and the held-out
// sample. An untrained network reads these alone; it forgets so fast that a short run-up before each is all that it needs.
import type { Span } from '../base/positions.ts';
import type { Block } from '../datasets/blocks.ts';
import type { LabelledDataset, StepInputs } from '../datasets/dataset.ts';
import { kindOf } from '../datasets/kinds.ts';
import { planScoring, type ScoringPlan } from '../scoring/plan/plan.ts';
import { layOut } from '../trace/streams.ts';
import { type Sequence, sequenceOf, type Targets, targetsOf } from '../trace/targets.ts';
import { trainingPositions } from './kept-signals.ts';
import type { NetworkGallery } from './network.ts';

export interface SampledNetwork {
  readonly blocks: readonly Block[];
  readonly sequence: Sequence;
  readonly targets: Targets | null;
  /** Of the very rows that the whole plan's sample has, in the same order, with the same labels and time shifts. */
  readonly plan: ScoringPlan;
}

/** Steps before each segment, which belong to no sample. */
const RUN_UP = 100;

export function sampleNetwork(network: NetworkGallery, whole: ScoringPlan): SampledNetwork {
  const { labelled, card, inputs, scaling } = network;
  const training = trainingPositions(whole.trainRows);
  const segments = [
    ...runs(training).map((span) => ({ ...span, split: 'train' as const })),
    ...runs(whole.judge.positions).map((span) => ({ ...span, split: 'held-out' as const })),
  ].sort((a, b) => a.start - b.start);
  const steps: number[] = [];
  const blocks: Block[] = [];
  const take = (from: number, to: number, split: Block['split']) => {
    if (from >= to) return;
    blocks.push({ start: steps.length, end: steps.length + to - from, split });
    for (let step = from; step < to; step++) steps.push(step);
  };
  let end = 0;
  for (const segment of segments) {
    take(Math.max(end, segment.start - RUN_UP), segment.start, 'validation');
    take(Math.max(end, segment.start), segment.end, segment.split);
    end = segment.end;
  }
  const read = pick(inputs, steps);
  const sampled: Pick<LabelledDataset, 'symbols' | 'blocks'> = {
    symbols: steps.map((step) => labelled.symbols[step]!),
    blocks,
  };
  const labels = labelled.labels.map((label) => ({
    ...label,
    values:
      label.kind === 'binary'
        ? Uint8Array.from(steps, (step) => label.values[step]!)
        : Float64Array.from(steps, (step) => label.values[step]!),
  }));
  const scorable = new Set(whole.scorable.map(({ id }) => id));
  const scored = labels.filter(({ id }) => scorable.has(id));
  return {
    blocks,
    sequence: sequenceOf(read, kindOf(labelled).words.steps),
    targets: targetsOf(read, card.architecture, scaling?.deviations),
    plan: planScoring(sampled, scored, whole.layers, whole.seed, whole, layOut(steps.length).perStream),
  };
}

/** Consecutive rows, with the step after the last one, whose label is paired with it. */
function runs(positions: ArrayLike<number>): Span[] {
  const spans: { start: number; end: number }[] = [];
  for (let row = 0; row < positions.length; row++) {
    const position = positions[row]!;
    const last = spans.at(-1);
    if (last !== undefined && last.end === position + 1) last.end = position + 2;
    else spans.push({ start: position, end: position + 2 });
  }
  return spans;
}

function pick(inputs: StepInputs, steps: readonly number[]): StepInputs {
  if (inputs.reads === 'symbols') return { reads: 'symbols', ids: Int32Array.from(steps, (step) => inputs.ids[step]!) };
  const { values, features } = inputs;
  const picked = new Float32Array(steps.length * features);
  steps.forEach((step, row) => {
    picked.set(values.subarray(step * features, (step + 1) * features), row * features);
  });
  return { reads: 'numbers', values: picked, features };
}
