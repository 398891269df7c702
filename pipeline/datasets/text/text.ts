// A text as a dataset, and its labels. A text is read and never changed.
import type { Characters, Span } from '../../base/positions.ts';
import { sharedLabels } from '../../base/shared-memory.ts';
import { type Block, lengthOfTraining } from '../blocks.ts';
import { type Dataset, type LabelledDataset, type NamedHypothesis, NO_ROWS, type Source } from '../dataset.ts';
import { fromSpans, type LabelKind, type Labels } from '../labels.ts';
import { cutBlocks, sampleText } from './blocks.ts';
import { sinceMatch } from './labels/counts.ts';
import { LABEL_FUNCTIONS } from './labels/index.ts';
import { paragraphs } from './paragraphs.ts';
import type { ReadSyntax } from './syntax.ts';
import { TextView, viewOf } from './text-view.ts';

/** Lets a pattern search a text of so many characters, and stops it when it takes too long. */
export type Limit = (search: () => Span[], characters: number) => Span[];

/**
 * By a regular expression with the flags g and u; by how long ago such an expression last matched; or by the name of a function of
 * `labels/`.
 */
export type Labelling =
  | { readonly pattern: RegExp; readonly limit?: Limit }
  | { readonly since: RegExp; readonly limit?: Limit }
  | { readonly label: string };

/**
 * Labels each character of a text.
 * @param view of the characters; one that knows of what they are a sample, where they are
 * @returns one value a code point
 */
export function labelText(
  { kind, labelling }: { readonly kind: LabelKind; readonly labelling: Labelling },
  characters: Characters,
  view: TextView = viewOf(characters),
): Labels {
  if ('label' in labelling) {
    const { label, inContext } = LABEL_FUNCTIONS.get(labelling.label)!;
    return { kind, values: inContext === true ? view.pick(label(view.whole)) : label(view) };
  }
  const { limit } = labelling;
  const found = (search: () => Span[], { length }: Characters) =>
    limit === undefined ? search() : limit(search, length);
  if ('pattern' in labelling) {
    const { pattern } = labelling;
    return {
      kind,
      values: fromSpans(
        found(() => view.matches(pattern), characters),
        characters.length,
      ),
    };
  }
  const { since } = labelling;
  const { whole } = view;
  const counts = sinceMatch(
    found(() => whole.matches(since), whole.characters),
    whole.characters.length,
  );
  return { kind, values: view.pick(counts) };
}

/**
 * @param pattern a regular expression; if it has a group named `on`, that group is what it labels, else the match
 * @param flags any of i, m and s; g and u are always on
 * @throws SyntaxError where the pattern or its flags are malformed
 */
export function compilePattern(pattern: string, flags = ''): RegExp {
  if (!/^[ims]*$/.test(flags)) throw new SyntaxError(`The flags may be i, m and s, not "${flags}"`);
  return new RegExp(pattern, `gu${flags}`);
}

/** @param blocks where it is not cut like any other */
export function textDataset(
  source: Source,
  characters: Characters,
  blocks: readonly Block[] = cutBlocks(characters),
): Dataset {
  return {
    kind: 'text',
    source: sourceOf(source),
    texts: characters,
    symbols: characters,
    spans: [],
    rows: NO_ROWS,
    blocks,
    paragraphs: paragraphs(characters),
    sampledFrom: null,
    leaps: [],
    training: lengthOfTraining(blocks),
  };
}

/** A source alone, of whatever brings it: what pages name it by, and what is known of its text. */
export const sourceOf = (given: Source): Source => {
  const { id, title, author, source, licence, language, preparation, quotations } = given;
  return {
    ...{ id, title, author, source, licence },
    ...(language === undefined ? {} : { language }),
    ...(preparation === undefined ? {} : { preparation }),
    ...(quotations === undefined ? {} : { quotations }),
  };
};

/** Of a text about so many characters; see {@link sampleText}. */
export function sampledDataset(source: Source, whole: Characters, atLeast: number): Dataset {
  const wholeBlocks = cutBlocks(whole);
  const { characters, blocks, leaps, pieces } = sampleText(whole, wholeBlocks, atLeast);
  const isSample = characters.length < whole.length;
  return {
    ...textDataset(source, characters, blocks),
    sampledFrom: isSample ? { steps: whole.length, text: whole.join(''), pieces } : null,
    leaps,
    training: lengthOfTraining(wholeBlocks),
  };
}

export interface LabellingHypothesis extends NamedHypothesis {
  readonly labelling: Labelling;
}

/** @param readSyntax what labels of programs ask for, where there are any among the hypotheses */
export function labelTextDataset(
  dataset: Dataset,
  hypotheses: readonly LabellingHypothesis[],
  readSyntax?: ReadSyntax,
): LabelledDataset {
  const { texts, sampledFrom, source } = dataset;
  const { language, quotations } = source;
  const view =
    sampledFrom === null
      ? viewOf(texts, language, { readSyntax, quotations })
      : new TextView(texts, { language, readSyntax, quotations, sampledFrom });
  const labels = hypotheses.map((hypothesis) => {
    const { kind, values } = labelText(hypothesis, texts, view);
    return { id: hypothesis.id, kind, values: sharedLabels(kind, values) };
  });
  return { ...dataset, hypotheses, labels };
}

/** Cuts a text and labels it in one go. @param blocks where it is not cut like any other */
export function labelCharacters(
  source: Source,
  characters: Characters,
  hypotheses: readonly LabellingHypothesis[],
  blocks?: readonly Block[],
): LabelledDataset {
  return labelTextDataset(textDataset(source, characters, blocks), hypotheses);
}
