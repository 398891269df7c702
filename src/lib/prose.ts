import { getCollection, render } from 'astro:content';

type Kind = 'galleries' | 'notes' | 'hypotheses' | 'series-hypotheses';

/**
 * The body of a Markdown file, ready to be placed; null where nobody wrote one, which is no fault.
 * @param id its path below the folder of its kind, without `.md`
 */
export async function findProse(kind: Kind, id: string) {
  const entries = await getCollection(kind);
  const entry = entries.find((candidate: { id: string }) => candidate.id === `${kind}/${id}`);
  return entry === undefined || (entry.body ?? '').trim() === '' ? null : (await render(entry)).Content;
}
