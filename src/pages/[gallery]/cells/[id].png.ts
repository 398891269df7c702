import type { APIRoute } from 'astro';
import { drawnOfCells } from '../../../lib/artifacts.ts';
import { previewed } from '../../../lib/catalogue.ts';
import { leadSwatch } from '../../../lib/excerpt.ts';
import { previewPicture } from '../../../lib/preview.ts';
import { plainCellNumber } from '../../../shared/cell-number.ts';

export const getStaticPaths = () =>
  drawnOfCells((gallery) => previewed(gallery).map((id) => ({ params: { gallery, id } })));

/** A cell's number, what it does, and its first excerpt in the signal that its page opens with. */
export const GET: APIRoute = async ({ params }) => {
  const { cell, swatch } = leadSwatch(params.gallery!, params.id!);
  const label = `Cellarium, cell ${plainCellNumber(cell.id)}`;
  return new Response(await previewPicture(label, cell.name ?? cell.explanation, swatch));
};
