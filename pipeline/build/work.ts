// What the measuring stages do: trace and score the model and its twin, and see how far back the model looks.
import { join } from 'node:path';
import type { StageResult } from '../artifacts/stages.ts';
import type { Engine } from '../engines/engine.ts';
import type { NetworkGallery } from '../network-gallery.ts';
import type { ScoringPlan } from '../scoring/plan.ts';
import { FILES, loadScores, readFile, storeMeasured, storeScores, writeFile } from './cache.ts';
import { cellPlaces } from './cells-artifact.ts';
import { type ContextPoint, lossByContext } from './context.ts';
import { hOf } from './gallery-description.ts';
import { storeLive } from './live.ts';
import { measure, planNetwork } from './measure.ts';
import { findNeighbours, type Neighbour } from './neighbours.ts';

export interface GalleryBuild {
  readonly id: string;
  readonly content: string;
  readonly engine: Engine;
  readonly threads?: number | undefined;
  /** Where the stages keep what they made. */
  readonly folder: string;
}

/** A text longer than this has no file a cell of h over all of it: they would outgrow the site. */
export const LONGEST_BOOK = 250_000;

/** What every stage has at hand. */
export interface Workbench {
  readonly build: GalleryBuild;
  readonly network: NetworkGallery;
  readonly plan: () => ScoringPlan;
}

/** The file that {@link measureContext} writes. */
export const CONTEXT = 'context.json';

/** What is in it. */
export interface Context {
  readonly points: readonly ContextPoint[];
  /** For each cell. */
  readonly neighbours: readonly (readonly Neighbour[])[];
}

/** The plan is made when the first stage needs it, and not at all if none does. */
export function planOnce(network: NetworkGallery): () => ScoringPlan {
  let plan: ScoringPlan | undefined;
  return () => {
    plan ??= planNetwork(network);
    return plan;
  };
}

export async function scoreModel({ build, network, plan }: Workbench, to: string): Promise<void> {
  const { labelled, card, parameters, sequence, targets, starts } = network;
  const measured = await measure({
    engine: build.engine,
    architecture: card.architecture,
    parameters,
    sequence,
    targets,
    starts,
    blocks: labelled.blocks,
    plan: plan(),
    title: `Tracing and scoring ${build.id}`,
    book: hasBook(network),
    expected: true,
    training: true,
    workers: build.threads,
  });
  storeMeasured(to, measured, idsOf(network), labelled.hypotheses);
}

export async function scoreTwin({ build, network, plan }: Workbench, to: string): Promise<void> {
  const { labelled, card, sequence, targets, twin } = network;
  const measured = await measure({
    engine: build.engine,
    architecture: card.architecture,
    parameters: twin(),
    sequence,
    targets,
    blocks: labelled.blocks,
    plan: plan(),
    title: `Tracing and scoring its untrained twin`,
    book: false,
    training: false,
    workers: build.threads,
  });
  storeScores(to, measured);
}

/** Makes the network small, and sees that its best cells stay what they are. */
export async function makeLive({ build, network }: Workbench, scores: StageResult, to: string): Promise<void> {
  const { card, parameters, ids } = network;
  const { positions, scores: scored } = loadScores(scores.output);
  const sample = Int32Array.from(positions, (position) => ids![position]!);
  await storeLive(to, { engine: build.engine, architecture: card.architecture, parameters }, sample, scored);
}

/** Whether there is a file a cell of h over all of it. */
export function hasBook({ labelled }: Pick<NetworkGallery, 'labelled'>): boolean {
  return labelled.characters.length <= LONGEST_BOOK;
}

/** How far back the model looks, and which cells go along with which. */
export async function measureContext(
  { build, network: { card, parameters, targets, labelled } }: Workbench,
  scores: StageResult,
  to: string,
): Promise<void> {
  const { positions } = loadScores(scores.output);
  const { engine } = build;
  let points: ContextPoint[] = [];
  if (targets !== null) {
    const network = { engine, architecture: card.architecture, parameters, targets };
    const losses = readFile(join(scores.output, FILES.losses));
    const known = new Float32Array(losses.buffer, losses.byteOffset, losses.length / 4);
    points = await lossByContext(network, positions, known, labelled.paragraphs);
  }
  const neighbours = await neighboursIn(engine, scores);
  writeFile(join(to, CONTEXT), JSON.stringify({ points, neighbours } satisfies Context));
}

/** Which cells go along with which, by what a scoring stage kept of h. */
export function neighboursIn(engine: Engine, scores: StageResult): Promise<Neighbour[][]> {
  const { positions, signals } = loadScores(scores.output);
  const width = positions.length;
  const h = hOf(readFile(join(scores.output, FILES.heldOut)), signals, width);
  const rows = Array.from({ length: h.length / width }, (_, cell) => h.subarray(cell * width, (cell + 1) * width));
  return findNeighbours(engine, rows);
}

function idsOf({ card }: NetworkGallery): string[] {
  return cellPlaces(card.architecture.units).map(({ id }) => id);
}
