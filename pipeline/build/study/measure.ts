// Measures the networks of a study as the gallery measures its own, each a stage that is not run again.
import { join } from 'node:path';
import type { Study, StudyNetwork } from '../../artifacts/schema/study.ts';
import { codeHash, runStage } from '../../artifacts/stages.ts';
import type { Engine } from '../../engines/engine.ts';
import type { NetworkGallery } from '../../network-gallery.ts';
import { createJudge, type Judge } from '../../scoring/judge.ts';
import type { ScoringPlan } from '../../scoring/plan.ts';
import { readJson, writeFile } from '../cache.ts';
import { codeFingerprints, fingerprints, hashOf } from '../fingerprints.ts';
import { measure } from '../measure.ts';
import { planOnce } from '../work.ts';
import type { StudyConfiguration } from './configuration.ts';
import { findingsOf, type NetworkFindings } from './measure-network.ts';
import type { Candidate } from './networks.ts';

export interface StudySubject {
  readonly network: NetworkGallery;
  readonly configuration: StudyConfiguration;
  readonly engine: Engine;
  readonly threads: number | undefined;
}

/** What all networks are measured by. */
export interface StudyBench extends StudySubject {
  readonly cells: Study['cells'];
  plan(): ScoringPlan;
  judge(): Judge;
}

/** The plan and its judge are made when the first network needs them. */
export function createBench(subject: StudySubject): StudyBench {
  const plan = planOnce(subject.network);
  let judge: Judge | undefined;
  return {
    ...subject,
    cells: subject.network.card.architecture.units.reduce((sum, units) => sum + units, 0),
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
  const code = codeFingerprints();
  const stage = await runStage({
    name: what.id,
    folder,
    inputs: {
      network: hashOf([what.weights, what.seed, architecture]),
      text,
      labels,
      division,
      engine: computedBy,
      mathematics: code.mathematics,
      scoring: code.scoring,
      probes: hashOf(configuration.probes),
      code: codeHash('build/study/measure-network.ts', 'build/study/strongest-cell.ts'),
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
