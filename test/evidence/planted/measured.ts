// The planted network taken through the stages of a build, up to what the parts of the evidence are measured from.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cellPlaces } from '../../../pipeline/base/cell-ids.ts';
import { loadGallery, type ModelGallery } from '../../../pipeline/content/content.ts';
import { encode } from '../../../pipeline/datasets/text/vocabulary.ts';
import { onnxEngine } from '../../../pipeline/engines/onnx.ts';
import { type EvidenceContext, sampledFrom } from '../../../pipeline/evidence/context.ts';
import { measure, planNetwork } from '../../../pipeline/gallery/measure.ts';
import { loadScores, storeMeasured } from '../../../pipeline/gallery/measured.ts';
import type { NetworkGallery } from '../../../pipeline/gallery/network.ts';
import type { ScoringResult } from '../../../pipeline/scoring/results.ts';
import { characterTargets } from '../../../pipeline/trace/targets.ts';
import { type Planting, plant } from '../../fixtures/planted.ts';

export interface PlantedMeasurement {
  readonly scoring: ScoringResult;
  readonly context: EvidenceContext;
  /** Removes the files that the context reads. */
  remove(): void;
}

/** Traces and scores the planted network by all hypotheses, and keeps what a build keeps. */
export async function measurePlanted(planting: Planting): Promise<PlantedMeasurement> {
  const { labelled, network: planted } = plant(planting);
  const { architecture, parameters, vocabulary } = planted;
  const ids = encode(labelled.texts, vocabulary);
  const targets = characterTargets(ids, vocabulary.length);
  const network: NetworkGallery = {
    gallery: loadGallery('content', 'alice') as ModelGallery,
    ...{
      labelled,
      inputs: { reads: 'symbols', ids },
      parameters,
      sequence: targets.sequence,
      targets,
      starts: undefined,
    },
    card: {
      ...{ vocabulary: [...vocabulary], architecture: { ...architecture, units: [...architecture.units] } },
      ...{ weights: { file: 'none', sha256: '0'.repeat(64) }, chosenEpoch: null, loss: null, run: {}, body: '' },
    },
    scaling: null,
  };
  const engine = onnxEngine({ device: 'cpu', threads: 1 });
  const measured = await measure({
    ...{ engine, architecture, parameters, sequence: targets.sequence, targets, blocks: labelled.blocks },
    ...{ plan: planNetwork(network), title: 'Scoring planted cells', book: false, training: true, workers: 0 },
  });
  const folder = mkdtempSync(join(tmpdir(), 'cellarium-planted-'));
  const cells = cellPlaces(architecture.units);
  const names = cells.map(({ id }) => id);
  storeMeasured(folder, measured, names, labelled.labels);
  const scores = loadScores(folder);
  return {
    scoring: measured.scoring,
    context: { engine, threads: 1, labelled, network, cells, scores, ...sampledFrom(folder, scores) },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
