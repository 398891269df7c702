// The last stage of a gallery: what the stages before have measured, as the site draws it.
import { basename, join } from 'node:path';
import type { CellPlace } from '../../base/cell-ids.ts';
import type { GalleryContent, ModelGallery } from '../../content/content.ts';
import type { Note } from '../../content/notes.ts';
import type { GalleryStudy } from '../../contract/study.ts';
import type { Neighbour } from '../../evidence/neighbours.ts';
import type { PartName } from '../../evidence/parts.ts';
import type { LabelledActivations } from '../../gallery/activations.ts';
import { loadControls } from '../../gallery/controls.ts';
import { type Associations, FILES, loadScores, readFile, readIfThere, readJson } from '../../gallery/measured.ts';
import type { LoggedEpoch } from '../../models/formats/own/card.ts';
import { writeGallery } from '../pages/gallery.ts';
import type { GalleryInput } from '../pages/input.ts';
import type { GalleryBuild, Stage, StageResult, Workbench } from '../stage.ts';
import { CONTEXT, type Context } from './context.ts';
import { gatherEvidence } from './evidence.ts';
import { loadLive } from './live.ts';
import { NEIGHBOURS } from './neighbours.ts';
import { valuesOf } from './values.ts';
import { loadWritten } from './writing.ts';

interface Gathered {
  readonly gallery: GalleryContent;
  readonly cells: readonly CellPlace[];
  /** Hash of the text. */
  readonly text: string;
  readonly notes: ReadonlyMap<string, Note>;
  readonly evidence: ReadonlyMap<string, StageResult>;
  /** Parts of it that are still to be measured. */
  readonly pending: readonly PartName[];
}

interface ModelInput extends Gathered {
  readonly gallery: ModelGallery;
  readonly log: readonly LoggedEpoch[];
  readonly study: GalleryStudy | null;
  readonly stages: Readonly<Record<'scores' | 'twin' | 'values' | 'context', StageResult>> &
    Readonly<Partial<Record<'writing' | 'live', StageResult>>>;
}

/** @param inputs besides what the stages before have made */
export function modelArtifactsStage({ build, network }: Workbench, input: ModelInput, inputs: Stage['inputs']): Stage {
  const { gallery, log, stages, study } = input;
  const { scores, twin, values, context, writing, live } = stages;
  return {
    name: 'artifacts',
    module: import.meta.url,
    folder: build.folder,
    inputs: { ...inputs, ...hashesOf(stages), ...hashesOf(Object.fromEntries(input.evidence)) },
    run(to) {
      const { points, neighbours } = readJson<Context>(join(context.output, CONTEXT));
      return writeGallery(to, {
        ...drawnFrom({ scores, values }, input, neighbours),
        labelled: network.labelled,
        network: {
          id: gallery.model,
          model: network,
          facts: { log, context: points },
          twin: loadScores(twin.output),
          controls: loadControls(twin.output),
          written: writing === undefined ? null : loadWritten(writing.output),
          live: live === undefined ? null : loadLive(live.output),
        },
        activations: null,
        expected: readIfThere(join(scores.output, FILES.expected)),
        study,
      });
    },
  };
}

interface ActivationsInput extends Gathered {
  readonly labelled: LabelledActivations;
  readonly stages: Readonly<Record<'scores' | 'values' | 'neighbours', StageResult>>;
  /** Of the file. */
  readonly hash: string;
}

/** @param inputs besides what the stages before have made */
export function activationsArtifactsStage(
  { folder }: GalleryBuild,
  input: ActivationsInput,
  inputs: Stage['inputs'],
): Stage {
  const { labelled, stages, hash } = input;
  return {
    name: 'artifacts',
    module: import.meta.url,
    folder,
    inputs: { ...inputs, ...hashesOf(stages), ...hashesOf(Object.fromEntries(input.evidence)) },
    run(to) {
      const neighbours = readJson<Neighbour[][]>(join(stages.neighbours.output, NEIGHBOURS));
      return writeGallery(to, {
        ...drawnFrom(stages, input, neighbours),
        labelled,
        network: null,
        activations: { file: basename(labelled.activations.file), hash },
        expected: null,
        study: null,
      });
    },
  };
}

function hashesOf(stages: Readonly<Record<string, StageResult>>): Record<string, string> {
  return Object.fromEntries(Object.entries(stages).map(([name, { hash }]) => [name, hash]));
}

/** What every gallery has, wherever its signals come from. */
function drawnFrom(
  { scores, values }: Readonly<Record<'scores' | 'values', StageResult>>,
  { gallery: { id, title, summary, author, year }, cells, text, notes, evidence, pending }: Gathered,
  neighbours: GalleryInput['neighbours'],
) {
  const { output } = scores;
  return {
    about: { id, title, summary, ...(author === undefined ? {} : { author }), ...(year === undefined ? {} : { year }) },
    corpusHash: text,
    cells,
    notes,
    scores: loadScores(output),
    heldOut: readFile(join(output, FILES.heldOut)),
    called: readFile(join(output, FILES.called)),
    values: valuesOf(values),
    neighbours,
    associations: readJson<Associations[]>(join(output, FILES.associations)),
    evidence: gatherEvidence(evidence, cells.length),
    pending,
  };
}
