import { beforeAll, describe, expect, it } from 'vitest';
import { loadGallery, type ModelGallery } from '../../pipeline/content/content.ts';
import { trainingPositions } from '../../pipeline/gallery/kept-signals.ts';
import { planNetwork } from '../../pipeline/gallery/measure.ts';
import { loadNetworkGallery, type NetworkGallery } from '../../pipeline/gallery/network.ts';
import { type SampledNetwork, sampleNetwork } from '../../pipeline/gallery/sampled-network.ts';
import type { ScoringPlan } from '../../pipeline/scoring/plan/plan.ts';

let network: NetworkGallery;
let whole: ScoringPlan;
let sampled: SampledNetwork;

beforeAll(() => {
  network = loadNetworkGallery('content', loadGallery('content', 'weather') as ModelGallery);
  whole = planNetwork(network);
  sampled = sampleNetwork(network, whole);
});

describe('the steps that untrained networks read', () => {
  it('have the rows of the whole plan, in the same order, with the same labels', () => {
    const { plan } = sampled;
    const pairs = [
      [trainingPositions(whole.trainRows), trainingPositions(plan.trainRows)],
      [[...whole.judge.positions], [...plan.judge.positions]],
    ] as const;
    for (const [full, own] of pairs) {
      expect(own.length).toBe(full.length);
      for (const [k, label] of plan.scorable.entries()) {
        const known = network.labelled.labels.find(({ id }) => id === label.id)!;
        for (const offset of [0, 1]) {
          const values = own.map((step) => plan.scorable[k]!.values[step + offset]!);
          expect(values).toEqual(full.map((step) => known.values[step + offset]!));
        }
      }
    }
  });

  it('are exchanged by the same shifts', () => {
    expect(sampled.plan.judge.shifts).toEqual(whole.judge.shifts);
  });

  it('are read after a run-up that belongs to no sample, and are fewer than the whole has', () => {
    const { blocks, sequence } = sampled;
    expect(blocks[0]!.start).toBe(0);
    expect(blocks.at(-1)!.end).toBe(sequence.length);
    expect(sequence.length).toBeLessThan(network.sequence.length);
    const runUps = blocks.filter(({ split }) => split === 'validation');
    expect(runUps.length).toBeGreaterThan(5);
    for (const { start, end } of runUps) expect(end - start).toBeLessThanOrEqual(100);
  });
});
