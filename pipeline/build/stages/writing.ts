// The text that the model writes for its pages, with the signals of every cell as it was read.
import { join } from 'node:path';
import { domainOf, toByte } from '../../base/bytes.ts';
import { createProgress } from '../../base/progress.ts';
import { mixedRandom } from '../../base/random.ts';
import type { Domains } from '../../base/schemas.ts';
import type { ModelGallery } from '../../content/content.ts';
import { symbolsOf } from '../../datasets/dataset.ts';
import { prepareText } from '../../datasets/text/preparation.ts';
import { decode, encode } from '../../datasets/text/vocabulary.ts';
import type { Engine } from '../../engines/engine.ts';
import { readFile, readJson, writeFile } from '../../gallery/measured.ts';
import type { NetworkGallery } from '../../gallery/network.ts';
import type { Architecture } from '../../lstm/parameters.ts';
import { type Generated, generate } from '../../trace/generate.ts';
import { signalsOfCells } from '../../trace/read.ts';
import { hashOf } from '../fingerprints.ts';
import type { WrittenText } from '../pages/input.ts';
import type { Stage, Workbench } from '../stage.ts';

const FILES = { text: 'written.json', signals: 'written.bin' } as const;

type Description = Omit<WrittenText, 'bytes'>;

/** Used where a gallery does not say otherwise; the seed text is the beginning of the corpus. */
const DEFAULTS = { temperature: 0.7, length: 700, seed: 1 };
const SEED_LENGTH = 40;

export interface Writing {
  readonly build: { readonly engine: Engine };
  readonly network: NetworkGallery;
  readonly settings: ModelGallery['generated'];
  readonly domains: Domains;
}

/** @param domains of the bytes that the signals are stored as */
export function writingStage(
  { build, network }: Workbench,
  settings: ModelGallery['generated'],
  domains: Domains,
  inputs: Stage['inputs'],
): Stage {
  return {
    name: 'writing',
    module: import.meta.url,
    folder: build.folder,
    inputs: {
      ...inputs,
      settings: hashOf(settings === undefined ? null : [settings, network.card.preparation ?? []]),
      domains: hashOf(domains),
    },
    run: (to) => storeWritten(to, { build, network, settings, domains }),
  };
}

/** Lets the model write and stores the text beside its signals, [cells, signals, characters] bytes over the domains. */
export async function storeWritten(folder: string, { build, network, settings, domains }: Writing): Promise<void> {
  const { architecture, vocabulary, preparation = [] } = network.card;
  const seedIds =
    settings === undefined
      ? symbolsOf(network.inputs).slice(0, SEED_LENGTH)
      : encode(prepareText(settings.seedText, preparation), vocabulary, 'generated.seedText');
  const { temperature, length, seed } = settings ?? DEFAULTS;
  const progress = createProgress({ title: 'Writing', total: length, unit: 'characters' });
  const generated = await generate({
    engine: build.engine,
    architecture,
    parameters: network.parameters,
    seedIds,
    length,
    sampling: { kind: 'random', temperature },
    random: mixedRandom(seed),
    progress: (characters) => progress.advance(characters),
  }).finally(() => progress.finish());
  const text = decode(generated.ids, vocabulary);
  const description: Description = { text, seedText: decode(seedIds, vocabulary), temperature, seed };
  writeFile(join(folder, FILES.text), JSON.stringify(description));
  writeFile(join(folder, FILES.signals), toBytes(generated, architecture, domains));
}

function toBytes({ ids, layers }: Generated, architecture: Architecture, domains: Domains): Uint8Array {
  const { units } = architecture;
  const { signals: given } = signalsOfCells(architecture);
  const length = ids.length;
  const cells = units.reduce((sum, count) => sum + count, 0);
  const bytes = new Uint8Array(cells * given.length * length);
  let cell = 0;
  layers.forEach((signals, layer) => {
    for (let unit = 0; unit < units[layer]!; unit++, cell++) {
      given.forEach((signal, s) => {
        const base = (cell * given.length + s) * length;
        const values = signals[signal]!;
        const domain = domainOf(domains, signal);
        for (let t = 0; t < length; t++) bytes[base + t] = toByte(values[t * units[layer]! + unit]!, domain);
      });
    }
  });
  return bytes;
}

export function loadWritten(folder: string): WrittenText {
  const bytes = readFile(join(folder, FILES.signals));
  return { ...readJson<Description>(join(folder, FILES.text)), bytes };
}
