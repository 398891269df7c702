// The curves of one figure: cells that add to windows of each length, in a gallery's own network and in others.
import { type GalleryStudy, networksBeside, type StudyNetwork } from '../../pipeline/contract/study.ts';
import type { Memory } from './memory-words.ts';
import { networkName } from './study.ts';

export interface MemoryCurveOf {
  /** What stands at its end; curves of one name share it. */
  readonly name: string;
  readonly kind: 'own' | 'seed' | 'shuffled' | 'untrained';
  readonly points: readonly { readonly steps: number; readonly cells: number }[];
}

const curveOf = (network: StudyNetwork, kind: MemoryCurveOf['kind']): MemoryCurveOf[] =>
  network.memory === null || network.memory.curve.length === 0
    ? []
    : [{ name: networkName(network), kind, points: network.memory.curve }];

/** The gallery's network, its untrained ones and, where a study of it as it is has them, those of other seeds and the shuffled one. */
export function galleryCurves({ curve }: Memory, study: GalleryStudy | null): MemoryCurveOf[] {
  const untrained = curve[0]?.untrained.length ?? 0;
  return [
    { name: 'this network', kind: 'own', points: curve },
    ...networksBeside(study).flatMap((network) => curveOf(network, network.kind === 'shuffled' ? 'shuffled' : 'seed')),
    ...Array.from({ length: untrained }, (_, network): MemoryCurveOf => {
      const points = curve.map(({ steps, untrained: counts }) => ({ steps, cells: counts[network]! }));
      return { name: 'untrained', kind: 'untrained', points };
    }),
  ];
}

/** All networks of a study, the gallery's own first. */
export function studyCurves({ networks }: GalleryStudy): MemoryCurveOf[] {
  const finished = networks.filter(({ kind }) => kind !== 'step');
  return finished.flatMap((network, index) =>
    curveOf(network, index === 0 ? 'own' : (network.kind as Exclude<StudyNetwork['kind'], 'step'>)),
  );
}
