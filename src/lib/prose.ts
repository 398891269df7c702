import { getCollection, render } from 'astro:content';

/** The body of a Markdown file, ready to be placed; null where nobody wrote one, which is no fault. @param id its path below the content's folder, without `.md` */
export async function findProse(id: string) {
  const entries = await getCollection('prose');
  const entry = entries.find((candidate: { id: string }) => candidate.id === id);
  return entry === undefined || (entry.body ?? '').trim() === '' ? null : (await render(entry)).Content;
}
