// What the page of a study draws: which networks and hypotheses, and their numbers as points of its figures.
import type { Hypothesis } from '../../pipeline/contract/index.ts';
import type { GalleryStudy } from '../../pipeline/contract/study.ts';
import * as said from './study.ts';
import { memoryFor } from './study-memory.ts';

type Network = GalleryStudy['networks'][number];

/** @param hypotheses of the gallery */
export function studyView(study: GalleryStudy, hypotheses: readonly Hypothesis[]) {
  const titles = new Map(hypotheses.map((hypothesis) => [hypothesis.id, hypothesis.title]));
  const known = (ids: readonly string[]) =>
    ids.flatMap((name) => (titles.has(name) ? [{ id: name, title: titles.get(name)! }] : []));
  const drawn = known(study.hypotheses);
  const probed = known(study.probed).filter((hypothesis) =>
    study.networks.some((network) => said.probesFor(network, hypothesis.id).length > 0),
  );
  const seeds = said.seedsOf(study);
  const steps = said.stepsOf(study);
  const others = study.networks.filter(({ kind }) => kind === 'untrained' || kind === 'shuffled');
  const finished = [...seeds, ...others];
  const untrained = others.find(({ kind }) => kind === 'untrained');
  const isBinary = new Set(hypotheses.filter(({ kind }) => kind === 'binary').map((hypothesis) => hypothesis.id));
  const easiest = (name: string): number =>
    Math.min(...seeds.map((network) => said.bestFor(network, name)?.value ?? 0));
  const rows = hypotheses
    .filter(
      (hypothesis) =>
        hypothesis.needsMemory && seeds.some((network) => said.bestFor(network, hypothesis.id) !== undefined),
    )
    .sort((a, b) => easiest(b.id) - easiest(a.id));
  const curves = drawn.flatMap(({ id: name, title }) => {
    const points = steps.flatMap((network) => {
      const row = said.bestFor(network, name);
      return row === undefined ? [] : [{ step: network.step, value: row.value, interval: row.interval }];
    });
    return points.length < 2 ? [] : [{ id: name, name: title, points }];
  });
  /** Those of which some cell remembers something, the surest first. */
  const least = (name: string): number => Math.min(...seeds.map((network) => memoryFor(network, name)?.adds ?? 0));
  const remembered = hypotheses
    .filter(({ id: name }) => finished.some((network) => (memoryFor(network, name)?.adds ?? 0) >= study.memory.adds))
    .sort((a, b) => least(b.id) - least(a.id));
  const needing = drawn.filter(({ id: name }) => hypotheses.find((hypothesis) => hypothesis.id === name)!.needsMemory);
  const memoryPoint = (network: Network, name: string) => {
    const row = memoryFor(network, name);
    return row && { value: row.adds, interval: row.interval };
  };
  const farthest = Math.max(
    0.1,
    ...finished.flatMap((network) =>
      remembered
        .map(({ id: name }) => memoryPoint(network, name))
        .flatMap((point) => (point ? [point.interval?.[1] ?? point.value] : [])),
    ),
  );
  const memorySteps = steps.filter((network) => network.memory !== null);
  const memoryCurves = needing.flatMap(({ id: name, title }) => {
    const points = memorySteps.map((network) => ({
      step: network.step,
      ...(memoryPoint(network, name) ?? { value: 0, interval: null }),
    }));
    return points.length < 2 ? [] : [{ id: name, name: title, points }];
  });
  const counted = (of: (network: Network) => number) =>
    memorySteps.map((network) => ({ step: network.step, value: of(network), interval: null }));
  const losses = steps.map(({ step, loss }) => ({ step, value: loss, interval: null }));
  return {
    ...{ drawn, probed, rows, needing, remembered },
    ...{ seeds, steps, others, finished, untrained, memorySteps },
    ...{ curves, memoryCurves, losses, counted, memoryPoint, farthest },
    isBinary,
  };
}
