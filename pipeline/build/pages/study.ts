// The study in a gallery's artifacts: as it was made, with what has changed since, and as tables for other programs.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../base/errors.ts';
import { csvCell } from '../../base/table.ts';
import { studyPath } from '../../content/studies.ts';
import {
  type GalleryStudy,
  galleryStudySchema,
  networksBeside,
  STUDY_VERSION,
  type Study,
  studySchema,
} from '../../contract/study.ts';
import { readText } from '../../files/files.ts';
import { writeArtifact } from '../../files/publish.ts';
import { writeFile } from '../../gallery/measured.ts';

/**
 * @param now hashes of the gallery's text, labels and weights as they are
 * @returns null where nobody studied the gallery
 * @throws InputError a file that is no study
 */
export function loadGalleryStudy(
  content: string,
  gallery: string,
  now: Pick<Study['made'], 'text' | 'labels' | 'weights'>,
): GalleryStudy | null {
  const file = studyPath(content, gallery);
  if (!existsSync(file)) return null;
  const study = parseStudy(readText(file), file);
  const changed = (['text', 'labels', 'weights'] as const).filter((part) => study.made[part] !== now[part]);
  return { ...study, changed };
}

function parseStudy(json: string, file: string): Study {
  const refuse = (why: string): never => {
    throw new InputError(`The file is not a study: ${why}.`, { file }, 'Make it anew with `npx cellarium study`.');
  };
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return refuse('it is not JSON');
  }
  if (isOfOtherVersion(value)) {
    throw new InputError(
      'The study was made by another version of Cellarium, which did not measure the same things.',
      { file },
      'Make it anew with `npx cellarium study`: what is trained already is only measured again.',
    );
  }
  const parsed = studySchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return refuse(`"${issue!.path.join('.')}": ${issue!.message}`);
}

/** Of a study of before the versions were counted, that is too. */
function isOfOtherVersion(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('networks' in value)) return false;
  return !('version' in value) || value.version !== STUDY_VERSION;
}

/**
 * Writes study.json, and what its plots are drawn from: study-networks.csv, study-memory.csv, study-best.csv and
 * study-probes.csv.
 */
export function writeStudy(folder: string, study: GalleryStudy): void {
  writeArtifact(join(folder, 'study.json'), galleryStudySchema, study);
  const { networks } = study;
  const best = networks.flatMap((network) =>
    network.best.map((row) => [
      ...whichNetwork(network),
      row.hypothesis,
      row.cell,
      row.signal,
      row.alignment,
      row.value,
      ...endsOf(row.interval),
      row.interpretable,
    ]),
  );
  const probes = networks.flatMap((network) =>
    network.probes.map((row) => [
      ...whichNetwork(network),
      row.hypothesis,
      row.size,
      row.cells.join(' '),
      row.auroc,
      ...endsOf(row.interval),
    ]),
  );
  const memory = networks.flatMap((network) =>
    (network.memory?.best ?? []).map((row) => [
      ...whichNetwork(network),
      row.hypothesis,
      row.cell,
      row.signal,
      row.alignment,
      row.adds,
      ...endsOf(row.interval),
      row.remembering,
    ]),
  );
  const which = ['network', 'kind', 'seed', 'step', 'loss'];
  const cell = ['hypothesis', 'cell', 'signal', 'alignment'];
  const counts = countsOf(networks);
  writeTable(join(folder, 'study-networks.csv'), [...which, ...counts.header], counts.rows);
  writeTable(join(folder, 'study-memory.csv'), [...which, ...cell, 'adds', 'low', 'high', 'remembering'], memory);
  writeTable(join(folder, 'study-best.csv'), [...which, ...cell, 'value', 'low', 'high', 'interpretable'], best);
  writeTable(
    join(folder, 'study-probes.csv'),
    [...which, 'hypothesis', 'size', 'cells', 'auroc', 'low', 'high'],
    probes,
  );
}

/** A row a network: its cells that track a label, that remember, and that add to windows of each length, where that was counted. */
function countsOf(networks: Study['networks']): { header: string[]; rows: (string | number)[][] } {
  const curves = networks.flatMap(({ memory }) => memory?.curve ?? []);
  const lengths = [...new Set(curves.map(({ steps }) => steps))].sort((a, b) => a - b);
  return {
    header: ['interpretable', 'remembering', 'adding', ...lengths.map((steps) => `adding to ${steps}`)],
    rows: networks.map((network) => {
      const { interpretable, memory } = network;
      const adding = new Map(memory?.curve.map(({ steps, cells }) => [steps, cells]));
      return [
        ...whichNetwork(network),
        interpretable.count,
        memory?.remembering ?? '',
        memory?.adding ?? '',
        ...lengths.map((steps) => adding.get(steps) ?? ''),
      ];
    }),
  };
}

const whichNetwork = ({ id, kind, seed, step, loss }: Study['networks'][number]) => [id, kind, seed, step ?? '', loss];

const endsOf = (interval: [number, number] | null) => interval ?? ['', ''];

function writeTable(path: string, header: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  writeFile(path, [header, ...rows].map((row) => `${row.map(csvCell).join(',')}\n`).join(''));
}

/** Cells of the shuffled twin by strength: for each hypothesis, and by the best that needs memory. */
export interface ShuffledSpread {
  readonly ofHypothesis: ReadonlyMap<string, readonly number[]>;
  readonly strongest: readonly number[];
}

/** @returns null where there is no shuffled twin, or where the study is of another text, other labels or other weights */
export function shuffledSpread(study: GalleryStudy | null): ShuffledSpread | null {
  const twin = networksBeside(study).find(({ kind }) => kind === 'shuffled');
  if (twin === undefined) return null;
  return {
    ofHypothesis: new Map(twin.spread.map(({ hypothesis, counts }) => [hypothesis, counts])),
    strongest: twin.strongest,
  };
}
