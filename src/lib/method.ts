// The pages of the method, as their Markdown is: which page defines which number, and where old addresses lead.
import type { MarkdownInstance } from 'astro';
import { areOfGru } from '../../pipeline/base/signals.ts';
import type { Gallery } from '../../pipeline/contract/index.ts';
import { listGalleries, readGallery } from './artifacts.ts';

type Written = { title: string; summary: string; order: number };

export interface MethodPage {
  /** Its path below method/. */
  id: string;
  title: string;
  summary: string;
  /** Groups of definitions, in the order of the page; `id` is the anchor of each. */
  groups: { id: string; title: string; definitions: { id: string; title: string }[] }[];
  Content: MarkdownInstance<Written>['Content'];
}

const idOf = (file: string) => file.replace(/^.*\/|\.md$/g, '');

const written = import.meta.glob<MarkdownInstance<Written>>('../method/*.md', { eager: true });

/** Pages of what only some sites show, by what a gallery must have. */
const ONLY_WHERE: Readonly<Record<string, (gallery: Gallery) => boolean>> = {
  gru: ({ signals }) => areOfGru(signals),
};

function isShown(id: string): boolean {
  const fits = ONLY_WHERE[id];
  return fits === undefined || listGalleries().some((gallery) => fits(readGallery(gallery)));
}

const PAGES: readonly MethodPage[] = Object.entries(written)
  .sort(([, a], [, b]) => a.frontmatter.order - b.frontmatter.order)
  .map(([file, { frontmatter, getHeadings, Content }]) => {
    const groups: MethodPage['groups'] = [];
    for (const { depth, slug, text } of getHeadings()) {
      if (depth === 2) groups.push({ id: slug, title: text, definitions: [] });
      else groups.at(-1)?.definitions.push({ id: slug, title: text });
    }
    const { title, summary } = frontmatter;
    return { id: idOf(file), title, summary, groups, Content };
  });

/** Those that this site shows, in their order. */
export function methodPages(): MethodPage[] {
  return PAGES.filter(({ id }) => isShown(id));
}

/** Anchors that the method had when it was a single page, and what they name now: a definition or a page. */
export const FORMER_ANCHORS: Readonly<Record<string, string>> = {
  'what-is-looked-at': 'looked-at',
  'how-well-a-cell-fits-a-hypothesis': 'scores',
  'what-the-score-has-to-beat': 'baselines',
  'how-the-network-works': 'network',
  'in-your-browser': 'small-network',
  'foremost-hypothesis': 'headline-hypothesis',
  'tie-bound': 'exactness',
  interpretable: 'tracks',
};

const PAGE_OF = new Map(
  PAGES.flatMap(({ id, groups }) => groups.flatMap(({ definitions }) => definitions.map((one) => [one.id, id]))),
);

/** The path of a definition below the site's root; throws where no page of the method defines it. */
export function definitionPath(id: string): string {
  const page = PAGE_OF.get(id);
  if (page === undefined) throw new Error(`no page in src/method defines “${id}”`);
  return `method/${page}/#${id}`;
}
