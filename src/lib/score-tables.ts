// What the tables of a cell's scores have in common all over a gallery; a script fetches it to draw them.
import { type ScoreContext, type ScoreTables, scoreColumns } from '../shared/score-columns.ts';
import { address, definition } from './address.ts';
import { readGallery, readHypotheses } from './artifacts.ts';
import { readWords } from './series.ts';
import { isTerm, TERMS } from './terms.ts';

export function scoreTables(id: string): ScoreTables {
  const gallery = readGallery(id);
  const { memory, interpretable } = gallery;
  const words = readWords(gallery);
  const context: ScoreContext = {
    memory: memory && {
      steps: memory.steps,
      hypotheses: memory.hypotheses.map(({ hypothesis, windows }) => ({ hypothesis, windows })),
    },
    shifts: gallery.null.shifts,
    hasUntrained: interpretable.untrainedCount !== null,
    present: words.read,
    steps: words.steps,
  };
  const fixed = ['Hypothesis', 'Signal', 'Alignment'].map((name) => ({
    name,
    id: name === 'Signal' ? 'signals' : name.toLowerCase(),
  }));
  return {
    ...context,
    heads: [...fixed, ...scoreColumns(context)].map(({ name, id: defined }) => ({
      name,
      href: definition(defined),
      ...(isTerm(defined) ? { description: TERMS[defined] } : {}),
    })),
    hypotheses: Object.fromEntries(
      readHypotheses(id).map(({ id: hypothesis, title }) => [
        hypothesis,
        { title, href: address(`${id}/hypotheses/${hypothesis}/`) },
      ]),
    ),
  };
}
