// Reads mutants, one after another, in a process of its own: as the command would, and says what became of each, what it cost,
// and which parts of a network it found.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../pipeline/base/errors.ts';
import { PREPARATION_STEPS } from '../../pipeline/base/preparation.ts';
import { mixedRandom } from '../../pipeline/base/random.ts';
import { importCache } from '../../pipeline/build/cache/import.ts';
import { loadGallery, loadLabelled, type ModelGallery } from '../../pipeline/content/content.ts';
import { loadYaml } from '../../pipeline/content/files.ts';
import { readSeries } from '../../pipeline/datasets/series/csv.ts';
import { prepareText } from '../../pipeline/datasets/text/preparation.ts';
import { parseTokeniser } from '../../pipeline/datasets/tokens/open.ts';
import { readText } from '../../pipeline/files/files.ts';
import { openActivationsFile } from '../../pipeline/gallery/activations-file.ts';
import { openTally } from '../../pipeline/gallery/tally-reader.ts';
import { listTensors } from '../../pipeline/lstm/parameters.ts';
import { readCard } from '../../pipeline/models/formats/own/card.ts';
import { recurrentNodes } from '../../pipeline/models/graph/model.ts';
import { importModel, type OpenedLayers, type OpenedModel, openAny } from '../../pipeline/models/open.ts';
import { checkParity } from '../../pipeline/models/parity.ts';
import { loadCheckpoint } from '../../pipeline/training/checkpoint.ts';
import { configurationSchema } from '../../pipeline/training/configuration.ts';
import type { Way } from './good-files.ts';

export interface ReadRequest {
  readonly way: Way;
  readonly path: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** How much of each kind of part there is, and how many sentences say what was assumed or left out. */
export interface Parts {
  readonly counts: Readonly<Record<string, number>>;
  readonly said: readonly string[];
}

export interface ReadReply {
  readonly outcome: 'read' | 'refused' | 'crashed';
  /** Of what refused it, or crashed. */
  readonly message: string;
  readonly parts?: Parts;
  readonly processorSeconds: number;
  /** Largest resident memory meanwhile. */
  readonly megabytes: number;
}

const NOTHING: Parts = { counts: {}, said: [] };

/** Reads what lies at a path in each way, as far as a verb would before it computes anything. */
const READERS: Readonly<Record<Way, (request: ReadRequest) => Promise<Parts> | Parts>> = {
  async model({ path, options }) {
    const model = await openAny(path, 'content', options);
    if ('graph' in model) return partsOfLayers(model);
    await checkParity(await importModel(path, options), mixedRandom(1), path);
    return partsOfStack(model);
  },
  async activations({ path, options }) {
    const activations = await openActivationsFile(path, options);
    try {
      for (const signal of activations.signals) activations.read(signal, 0, activations.rows);
      // Of an archive of arrays nobody can tell that it had one more.
      return NOTHING;
    } finally {
      activations.close();
    }
  },
  series({ path }) {
    readSeries(path);
    return NOTHING;
  },
  tokeniser({ path }) {
    parseTokeniser(readText(path), path);
    return NOTHING;
  },
  text({ path }) {
    prepareText(readText(path), PREPARATION_STEPS);
    return NOTHING;
  },
  gallery({ path, options }) {
    const gallery = loadGallery(path, String(options.gallery)) as ModelGallery;
    loadYaml(join(path, 'models', gallery.model, 'training.yaml'), configurationSchema);
    const { hypotheses } = loadLabelled(path, gallery);
    return { counts: { hypotheses: hypotheses.length }, said: [] };
  },
  tally({ path }) {
    openTally(path).close();
    return NOTHING;
  },
  checkpoint({ path }) {
    const { architecture } = readCard(join(path, '..', '..'));
    try {
      loadCheckpoint(path, 'another run', architecture);
    } catch (error) {
      if (!(error instanceof InputError && error.message.includes('of another run'))) throw error;
    }
    return NOTHING;
  },
  async cache({ path }) {
    const cache = join(path, '..', 'taken');
    mkdirSync(cache, { recursive: true });
    try {
      await importCache(path, { cache });
    } finally {
      rmSync(cache, { recursive: true, force: true });
    }
    return NOTHING;
  },
};

function partsOfStack({ architecture, parameters, vocabulary, layerNames, origin, features = [] }: OpenedModel): Parts {
  const { units, bidirectional = [], embedding = 0, hidden = [], outputs, inputs } = architecture;
  const arrays = listTensors(parameters);
  const { assumed = [], notes, withoutHead, unwired, lstms = [] } = origin;
  return {
    counts: {
      ...{ inputs, embedding, outputs, layers: units.length, hidden: hidden.length, vocabulary: vocabulary.length },
      ...{ features: features.length, names: layerNames.length, stored: lstms.length },
      directions: units.length + bidirectional.filter(Boolean).length,
      units: units.reduce((sum, count) => sum + count, 0),
      parameters: arrays.reduce((sum, { data }) => sum + data.length, 0),
    },
    said: [...assumed, ...notes, ...[withoutHead, unwired?.why].filter((one) => one !== undefined)],
  };
}

function partsOfLayers({ graph, layerNames, vocabulary }: OpenedLayers): Parts {
  const nodes = recurrentNodes(graph);
  const directions = nodes.flatMap((node) => node.directions);
  const arrays = directions.flatMap(({ parameters }) => [
    parameters.kernel,
    parameters.recurrentKernel,
    parameters.bias,
  ]);
  return {
    counts: {
      ...{ inputs: graph.inputs.length, layers: nodes.length, names: layerNames.length, vocabulary: vocabulary.length },
      width: graph.inputs.reduce((sum, { width }) => sum + width, 0),
      directions: directions.length,
      parts: graph.nodes.length - nodes.length,
      parameters: arrays.reduce((sum, { data }) => sum + data.length, 0),
    },
    said: [...(graph.assumed ?? []), ...graph.notes, graph.why],
  };
}

const KILOBYTE = 1024;

/** Linux forgets the largest memory of before when it is told to. */
function forgetLargest(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // Then it is the largest since the process began.
  }
}

const largest = () => Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'latin1'))![1]) / KILOBYTE;

async function answer(request: ReadRequest): Promise<ReadReply> {
  forgetLargest();
  const before = process.cpuUsage();
  const cost = () => {
    const { user, system } = process.cpuUsage(before);
    return { processorSeconds: (user + system) / 1e6, megabytes: largest() };
  };
  try {
    const parts = await READERS[request.way](request);
    return { outcome: 'read', message: '', parts, ...cost() };
  } catch (error) {
    if (error instanceof InputError) return { outcome: 'refused', message: error.message, ...cost() };
    return {
      outcome: 'crashed',
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
      ...cost(),
    };
  }
}

process.on('message', (request: ReadRequest) => {
  void answer(request).then((reply) => process.send!(reply));
});
process.on('disconnect', () => process.exit());
