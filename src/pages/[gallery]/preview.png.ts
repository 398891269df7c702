import type { APIRoute } from 'astro';
import { galleryPaths } from '../../lib/artifacts.ts';
import { catalogue } from '../../lib/catalogue.ts';
import { leadSwatch } from '../../lib/excerpt.ts';
import { previewPicture } from '../../lib/preview.ts';

export const getStaticPaths = () => galleryPaths();

/** The gallery's title over the output of its best cell. */
export const GET: APIRoute = async ({ params }) => {
  const { gallery, ranked } = catalogue(params.gallery!);
  const { swatch } = leadSwatch(gallery.id, ranked[0]!.cell.id);
  return new Response(await previewPicture('Cellarium, a herbarium of cells', gallery.title, swatch));
};
