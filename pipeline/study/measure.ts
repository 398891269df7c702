// Measures the networks of a study as the gallery measures its own, each a stage that is not run again.
import { join } from 'node:path';
import { fingerprints, hashOf } from '../build/fingerprints.ts';
import { runStage } from '../build/stage.ts';
import type { StudyConfiguration } from '../content/studies.ts';
import type { Study, StudyNetwork } from '../contract/study.ts';
import type { Engine } from '../engines/engine.ts';
import { measure, planOnce } from '../gallery/measure.ts';
import { readJson, writeFile } from '../gallery/measured.ts';
import type { NetworkGallery } from '../gallery/network.ts';
import { createJudge, type Judge } from '../scoring/judge/judge.ts';
import type { ScoringPlan } from '../scoring/plan/plan.ts';
import { findingsOf, type NetworkFindings } from './measure-network.ts';
import type { Candidate } from './networks.ts';

/** What all networks are measured by. */
export interface StudyBench {
  readonly network: NetworkGallery;
  readonly configuration: StudyConfiguration;
  readonly engine: Engine;
  readonly threads: number | undefined;
  readonly cells: Study['cells'];
  plan(): ScoringPlan;
  judge(): Judge;
}

/** The plan and its judge are made when the first network needs them. */
export function createBench(studied: Omit<StudyBench, 'cells' | 'plan' | 'judge'>): StudyBench {
  const shared = {};
  const plan = () => planOnce(studied.network, shared);
  let judge: Judge | undefined;
  return {
    ...studied,
    cells: studied.network.card.architecture.units.reduce((sum, units) => sum + units, 0),
    plan,
    judge() {
      judge ??= createJudge(plan().judge);
      return judge;
    },
  };
}

const FINDINGS = 'findings.json';

/** @param folder where what was measured before lies */
export async function measureNetwork(candidate: Candidate, bench: StudyBench, folder: string): Promise<StudyNetwork> {
  const { load, ...what } = candidate;
  const { network, configuration, engine, threads } = bench;
  const { card, sequence, targets, labelled } = network;
  const { text, labels, division, architecture, engine: computedBy } = fingerprints(network, engine);
  const stage = await runStage({
    name: what.id,
    module: import.meta.url,
    folder,
    inputs: {
      network: hashOf([what.weights, what.seed, architecture]),
      text,
      labels,
      division,
      engine: computedBy,
      probes: hashOf(configuration.probes),
    },
    async run(to) {
      const measured = await measure({
        engine,
        architecture: card.architecture,
        ...load(),
        sequence,
        targets,
        blocks: labelled.blocks,
        plan: bench.plan(),
        title: what.id,
        book: false,
        training: true,
        workers: threads,
      });
      writeFile(join(to, FINDINGS), JSON.stringify(findingsOf(measured, bench.plan(), bench.judge(), configuration)));
    },
  });
  return { ...what, ...readJson<NetworkFindings>(join(stage.output, FINDINGS)) };
}
