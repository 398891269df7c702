// What people wrote about a gallery's cells: content/notes/<gallery>/<layer>-<unit>.md.
import { basename, join } from 'node:path';
import { z } from 'zod';
import { InputError } from '../base/errors.ts';
import { cellId } from '../base/schemas.ts';
import { KNOWN_SIGNALS } from '../base/signals.ts';
import { suggestNames } from '../base/suggest.ts';
import { loadMarkdown, markdownIds } from './files.ts';

/** @param hypotheses ids of those that the gallery scores; any where nobody knows them */
function noteSchema(hypotheses: readonly string[] | undefined) {
  const known = (id: string) => hypotheses === undefined || hypotheses.includes(id);
  return z.strictObject({
    /** What a person calls the cell. */
    name: z.string().min(1),
    /** What it does, in one line. */
    explanation: z.string().min(1).optional(),
    /** The hypothesis that the cell's page is about, where it is not the one that the measures would choose. */
    hypothesis: z
      .string()
      .refine(known, {
        error: ({ input }) =>
          `the gallery has no hypothesis "${input}". ${suggestNames(String(input), hypotheses ?? [])}`,
      })
      .optional(),
    /** The signal in whose colours the page opens, where it is not the one that the hypothesis was scored on. */
    signal: z.enum(KNOWN_SIGNALS, { error: `must be one of the signals ${KNOWN_SIGNALS.join(', ')}` }).optional(),
  });
}

export interface Note extends z.infer<ReturnType<typeof noteSchema>> {
  /** In Markdown. */
  readonly body: string;
}

/**
 * @param hypotheses ids of those that the gallery scores, one of which a note may name; any where left out
 * @returns notes by the cell's id; none where there is no such folder
 * @throws {InputError} a file that is not named by a cell, a hypothesis or a signal that there is not, or broken front matter
 */
export function loadNotes(content: string, gallery: string, hypotheses?: readonly string[]): Map<string, Note> {
  const folder = join(content, 'notes', gallery);
  const schema = noteSchema(hypotheses);
  const notes = markdownIds(folder).map((id): [string, Note] => {
    const path = join(folder, `${id}.md`);
    if (!cellId.safeParse(id).success) {
      const fix = 'Name it <layer>-<unit>.md, layer from 1 and unit from 0, as in 2-189.md.';
      throw new InputError(`"${basename(path)}" names no cell.`, { file: path }, fix);
    }
    const { data, body } = loadMarkdown(path, schema);
    return [id, { ...data, body }];
  });
  return new Map(notes);
}
