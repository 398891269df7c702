// Measures the networks of a study as the gallery measures its own, each a stage that is not run again.
import { join } from 'node:path';
import { type Comparison, measureComparison } from '../build/comparison.ts';
import { fingerprints, hashOf } from '../build/fingerprints.ts';
import { type GalleryBuild, runStage, type Workbench } from '../build/stage.ts';
import { windowsOf } from '../build/stages/windows.ts';
import type { StudyConfiguration } from '../content/studies.ts';
import type { Study, StudyNetwork } from '../contract/study.ts';
import { loadControls } from '../gallery/controls.ts';
import { measure, planOnce } from '../gallery/measure.ts';
import { readJson, writeFile } from '../gallery/measured.ts';
import type { NetworkGallery } from '../gallery/network.ts';
import { createJudge } from '../scoring/judge/judge.ts';
import { findingsOf, type Judging, type NetworkFindings } from './measure-network.ts';
import type { Candidate } from './networks.ts';

/** What all networks are measured by. */
export interface StudyBench extends Workbench {
  readonly configuration: StudyConfiguration;
  readonly cells: Study['cells'];
  readonly comparison: Comparison;
  judging(): Judging;
}

/**
 * Takes from the gallery's cache what the last steps tell and what untrained networks reach, or measures it. What else the
 * networks are judged by is made when the first one needs it.
 */
export async function createBench(
  build: GalleryBuild,
  network: NetworkGallery,
  configuration: StudyConfiguration,
): Promise<StudyBench> {
  const workbench: Workbench = { build, network, shared: {} };
  const comparison = await measureComparison(workbench);
  let judging: Judging | undefined;
  return {
    ...workbench,
    configuration,
    comparison,
    cells: network.card.architecture.units.reduce((sum, units) => sum + units, 0),
    judging() {
      judging ??= prepareJudging(workbench, comparison, configuration);
      return judging;
    },
  };
}

function prepareJudging(
  { network, shared }: Workbench,
  { windows, twin }: Comparison,
  { probes }: StudyConfiguration,
): Judging {
  const plan = planOnce(network, shared);
  const { best } = loadControls(twin.output);
  return {
    plan,
    judge: createJudge(plan.judge),
    memory: {
      windows: windowsOf(windows.output, network.labelled, plan),
      untrained: new Map(best.map(({ hypothesis, adds }) => [hypothesis, adds])),
    },
    probes,
  };
}

const FINDINGS = 'findings.json';

/** @param folder where what was measured before lies */
export async function measureNetwork(candidate: Candidate, bench: StudyBench, folder: string): Promise<StudyNetwork> {
  const { load, ...what } = candidate;
  const { network, configuration, comparison, build } = bench;
  const { engine, threads } = build;
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
      windows: comparison.windows.hash,
      twin: comparison.twin.hash,
    },
    async run(to) {
      const judging = bench.judging();
      const measured = await measure({
        engine,
        architecture: card.architecture,
        ...load(),
        sequence,
        targets,
        blocks: labelled.blocks,
        plan: judging.plan,
        title: what.id,
        book: false,
        training: true,
        workers: threads,
      });
      const findings = findingsOf(measured, judging, what.kind !== 'step');
      writeFile(join(to, FINDINGS), JSON.stringify(findings));
    },
  });
  return { ...what, ...readJson<NetworkFindings>(join(stage.output, FINDINGS)) };
}
