import type { Gallery, Hypothesis } from '../../pipeline/contract/index.ts';
import { rankCells } from '../shared/ranking.ts';
import { once, readCells, readGallery, readHypotheses } from './artifacts.ts';
import { spriteOf } from './wall.ts';

function assemble(id: string) {
  const gallery: Gallery = readGallery(id);
  const byId = new Map(readHypotheses(id).map((hypothesis) => [hypothesis.id, hypothesis]));
  const { hypotheses: order, cells } = readCells(id);
  const hypotheses = order.map((name) => byId.get(name)).filter((found): found is Hypothesis => found !== undefined);
  return { gallery, hypotheses, cells, ranked: rankCells(cells, hypotheses), sprite: spriteOf(cells.length) };
}

/** A gallery's hypotheses in the order of `cells.json`, its cells ranked, and the wall's layout; made once a build. */
export const catalogue = (id: string) => once(`the catalogue of ${id}`, () => assemble(id));

/** Cells with a picture of their own for link previews, the best ones; the others' links show the gallery's. */
export const PREVIEWED = 100;

/** Their ids. */
export const previewed = (gallery: string): string[] =>
  catalogue(gallery)
    .ranked.slice(0, PREVIEWED)
    .map(({ cell }) => cell.id);
