// The cells that a gallery shows first: those that remember most, each something else.
import { catalogue } from './catalogue.ts';

/** Cells of the row. */
const MOST = 8;

/** Each with the hypothesis for which it is there. Where nothing is remembered, those that rank first. */
export function bestOf(gallery: string): { cell: string; hypothesis: string }[] {
  const { gallery: about, hypotheses, ranked } = catalogue(gallery);
  const remembered = (about.memory?.hypotheses ?? [])
    .flatMap(({ hypothesis, best, cells }) => (best === null || cells === 0 ? [] : [{ hypothesis, ...best }]))
    .sort((a, b) => b.adds - a.adds)
    .map(({ cell, hypothesis }) => ({ cell, hypothesis }));
  const rest = ranked.flatMap(({ cell, hypothesis }) => {
    const found = hypotheses[hypothesis];
    return found === undefined ? [] : [{ cell: cell.id, hypothesis: found.id }];
  });
  const chosen: { cell: string; hypothesis: string }[] = [];
  for (const one of [...remembered, ...rest]) {
    const isNew = chosen.every(({ cell, hypothesis }) => cell !== one.cell && hypothesis !== one.hypothesis);
    if (isNew && chosen.length < MOST) chosen.push(one);
  }
  return chosen;
}
