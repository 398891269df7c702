// What a person wrote under content/, read and checked: galleries, and what their networks read.
import { dirname, isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { InputError } from '../base/errors.ts';
import { suggestNames } from '../base/suggest.ts';
import { type Dataset, KINDS, type Kind, type LabelledDataset } from '../datasets/dataset.ts';
import { STEPS_IN_PLACE } from '../datasets/text/preparation.ts';
import { isEncoding } from '../files/encoding.ts';
import { labelCorpus, languageFields, loadTextDataset } from './corpora.ts';
import { type Entry, findEntry, listIds, loadMarkdown } from './files.ts';
import { labelSeriesContent, loadSeriesDataset } from './series.ts';
import { labelTokensContent, loadTokensDataset, readsTokens } from './tokens.ts';

/** What can be said of a text alone. */
const textSettings = {
  /** About how many characters of a long text are read for the scores; all where left out. See text/blocks. */
  sample: z.int().positive().optional(),
  /** How the text that the model writes for its pages comes about. */
  generated: z
    .strictObject({
      seedText: z.string().min(1),
      temperature: z.number().positive(),
      length: z.int().positive(),
      seed: z.int(),
    })
    .optional(),
};

/** A kind of dataset, as a person writes of it. */
interface KindContent {
  /** The key that names one, in a gallery and in a training configuration, and what it names. */
  readonly key: 'corpus' | 'series';
  readonly hypothesis: Entry;
  /** Whether a long one is read as a sample, and whether the network writes. */
  readonly settings: readonly (keyof typeof textSettings)[];
  /** @param model that reads it, whose tokeniser a text of tokens is cut with */
  load(content: string, id: string, sample: number | undefined, model: string): Dataset;
  /** @throws InputError an unknown id, or a hypothesis that is invalid, with line and column */
  label(content: string, dataset: Dataset, hypotheses: readonly string[] | 'all'): LabelledDataset;
}

export const KIND_CONTENT: Readonly<Record<Kind, KindContent>> = {
  text: {
    key: 'corpus',
    hypothesis: 'hypothesis',
    settings: ['sample', 'generated'],
    load: loadTextDataset,
    label: labelCorpus,
  },
  series: {
    key: 'series',
    hypothesis: 'series hypothesis',
    settings: [],
    load: loadSeriesDataset,
    label: labelSeriesContent,
  },
  tokens: {
    key: 'corpus',
    hypothesis: 'hypothesis',
    settings: ['sample'],
    load: loadTokensDataset,
    label: labelTokensContent,
  },
};

/** A dataset of content/, by its kind and id. */
export interface DatasetReference {
  readonly kind: Kind;
  readonly id: string;
}

/**
 * @param model that reads it
 * @param sample about how many steps of a long one are read; all where left out
 * @throws InputError an unknown id, or files that are broken or not there
 */
export function loadDataset(
  content: string,
  { kind, id }: DatasetReference,
  model: string,
  sample?: number | undefined,
): Dataset {
  return KIND_CONTENT[kind].load(content, id, sample, model);
}

/** The dataset of a gallery with its labels. @param hypotheses ids; the gallery's own where left out */
export function loadLabelled(content: string, gallery: ModelGallery, hypotheses?: readonly string[]): LabelledDataset {
  const dataset = loadDataset(content, gallery.dataset, gallery.model, gallery.sample);
  return KIND_CONTENT[gallery.dataset.kind].label(content, dataset, hypotheses ?? gallery.hypotheses);
}

/** Which dataset some front matter or configuration names; null where it names none. A corpus is read by character here. */
export function datasetNamedIn(keys: Readonly<Record<string, unknown>>): DatasetReference | null {
  const kind = KINDS.find((candidate) => typeof keys[KIND_CONTENT[candidate].key] === 'string');
  return kind === undefined ? null : { kind, id: String(keys[KIND_CONTENT[kind].key]) };
}

/** An id of something under content/; an unknown one is refused where it is written, with those there are. */
function reference(content: string, entry: Entry) {
  const known = listIds(content, entry);
  return z.string().refine((id) => known.includes(id), {
    error: ({ input }) => `there is no ${entry} "${input}". ${suggestNames(String(input), known)}`,
  });
}

/** What every gallery says of itself. */
function common(content: string, hypothesis: Entry) {
  const ids = z.array(reference(content, hypothesis)).min(1);
  return {
    title: z.string().min(1),
    /** One sentence for index pages and link previews. */
    summary: z.string().min(1),
    /** Whom, and as of which year, a citation of its pages names. */
    author: z.string().min(1).optional(),
    year: z.int().optional(),
    hypotheses: z.union([z.literal('all'), ids], { error: 'must be "all" or a list of ids' }),
  };
}

type Common = z.infer<z.ZodObject<ReturnType<typeof common>>>;

interface Page {
  readonly id: string;
  /** Its front page, in Markdown. */
  readonly body: string;
}

interface ModelSettings extends Common {
  /** Id of its network. */
  readonly model: string;
  readonly sample?: number | undefined;
  readonly generated?: z.infer<typeof textSettings.generated>;
}

/** A network of this project, and what it reads. */
export interface ModelGallery extends ModelSettings, Page {
  readonly dataset: DatasetReference;
}

export type ActivationsGallery = z.infer<ReturnType<typeof activationsGallerySchema>> & Page;
export type GalleryContent = ModelGallery | ActivationsGallery;

function modelGallerySchema(content: string, kind: Kind): z.ZodType<ModelSettings> {
  const { key, hypothesis, settings } = KIND_CONTENT[kind];
  const schema = z.strictObject({
    ...common(content, hypothesis),
    /** Not a reference: a model that is not there yet is trained first. */
    model: z.string().min(1),
    ...{ [key]: reference(content, key) },
    ...textSettings,
  });
  const left = (Object.keys(textSettings) as (keyof typeof textSettings)[]).filter((name) => !settings.includes(name));
  return schema.omit(Object.fromEntries(left.map((name) => [name, true])) as Record<keyof typeof textSettings, true>);
}

/** Activations that came from elsewhere, in a file with their text. */
function activationsGallerySchema(content: string) {
  return z.strictObject({
    ...common(content, 'hypothesis'),
    /** Path of the file, from the folder of the gallery's own. */
    activations: z.string().min(1),
    /** The arrays that are meant, a layer each, where their file holds others too. */
    datasets: z.array(z.string().min(1)).min(1).exactOptional(),
    /** Of the text. */
    licence: z.string().min(1).optional(),
    /** What is changed in the text, of which no character may move: each has its row. Nothing where left out. */
    prepare: z
      .union([z.literal('none'), z.array(z.enum(STEPS_IN_PLACE))], {
        error: `must be "none" or a list of steps that move no character: ${STEPS_IN_PLACE.join(', ')}`,
      })
      .optional(),
    /** Of the file with the text; see `corpora.ts`. */
    encoding: z.string().refine(isEncoding, 'must be a name of the Encoding Standard').optional(),
    ...languageFields,
  });
}

/**
 * @param content the folder that holds galleries/, corpora/, hypotheses/, models/ and notes/
 * @returns what it says; of activations, where their file lies
 * @throws {InputError} an unknown id, or front matter that is broken or refers to what is not there
 */
export function loadGallery(content: string, id: string): GalleryContent {
  const path = findEntry(content, 'gallery', id);
  const { data: keys } = loadMarkdown(path, z.looseObject({}));
  if ('activations' in keys) {
    const { data, body } = loadMarkdown(path, activationsGallerySchema(content));
    const { activations, ...rest } = data;
    return { id, ...rest, activations: isAbsolute(activations) ? activations : join(dirname(path), activations), body };
  }
  const named = KINDS.find((candidate) => KIND_CONTENT[candidate].key in keys) ?? 'text';
  // A corpus is read as the model reads it: by character, or by token.
  const kind =
    named === 'text' && typeof keys.model === 'string' && readsTokens(content, keys.model) ? 'tokens' : named;
  const { key } = KIND_CONTENT[kind];
  const { data, body } = loadMarkdown(path, modelGallerySchema(content, kind));
  const { [key]: reads, ...rest } = data as ModelSettings & Readonly<Record<string, unknown>>;
  return { id, ...rest, dataset: { kind, id: String(reads) }, body };
}

/**
 * @param id a gallery's, or that of a model which has one gallery
 * @returns the gallery's id
 * @throws InputError neither, or a model with several galleries
 */
export function findGallery(content: string, id: string): string {
  const galleries = listIds(content, 'gallery');
  if (galleries.includes(id)) return id;
  const ofModel = galleries.filter((name) => {
    const gallery = loadGallery(content, name);
    return 'model' in gallery && gallery.model === id;
  });
  if (ofModel.length > 1) {
    throw new InputError(`The model "${id}" has ${ofModel.length} galleries.`, {}, `Name one: ${ofModel.join(', ')}.`);
  }
  return ofModel[0] ?? id;
}
