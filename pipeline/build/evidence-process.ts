// A process that measures parts of a gallery's evidence.
import { cellPlaces } from '../base/cell-ids.ts';
import { loadGallery } from '../content/content.ts';
import { wantedHypotheses } from '../content/corpora.ts';
import { chooseEngine, type EngineChoice } from '../engines/index.ts';
import { type EvidenceContext, sampledFrom } from '../evidence/context.ts';
import type { PartName } from '../evidence/parts.ts';
import { describedIn, labelActivations } from '../gallery/activations.ts';
import { loadScores } from '../gallery/measured.ts';
import { loadNetworkGallery } from '../gallery/network.ts';
import { answerRequests } from './processes.ts';
import { measurePart } from './stages/evidence.ts';

export interface EvidenceTask extends EngineChoice {
  readonly content: string;
  /** Of the gallery. */
  readonly id: string;
  /** The folder of the scoring stage's files. */
  readonly scores: string;
  readonly part: PartName;
  /** The folder that it is written below. */
  readonly to: string;
}

/** Of the first request, for all have the same gallery and scores. */
let context: Promise<EvidenceContext> | undefined;

answerRequests<EvidenceTask, void>(async ({ part, to, ...task }) => {
  context ??= contextOf(task);
  await measurePart(part, await context, to);
});

async function contextOf({
  content,
  id,
  scores: folder,
  ...choice
}: Omit<EvidenceTask, 'part' | 'to'>): Promise<EvidenceContext> {
  const gallery = loadGallery(content, id);
  const engine = await chooseEngine(choice);
  const scores = loadScores(folder);
  const common = { engine, threads: choice.threads, scores, ...sampledFrom(folder, scores) };
  if (!('activations' in gallery)) {
    const network = loadNetworkGallery(content, gallery);
    const cells = cellPlaces(network.card.architecture.units);
    return { ...common, labelled: network.labelled, network, cells };
  }
  const wanted = wantedHypotheses(content, gallery.hypotheses);
  const { source, options } = describedIn(gallery);
  const labelled = await labelActivations(gallery.activations, wanted, source, options);
  const { layers, names } = labelled.activations;
  return { ...common, labelled, network: null, cells: cellPlaces(layers, names) };
}
