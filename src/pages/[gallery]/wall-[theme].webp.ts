import type { APIRoute } from 'astro';
import { drawnGalleries, readGallery } from '../../lib/artifacts.ts';
import { THEMES } from '../../lib/colour.ts';
import { wallPicture } from '../../lib/wall.ts';

export const getStaticPaths = () =>
  drawnGalleries().flatMap((gallery) => THEMES.map((theme) => ({ params: { gallery, theme } })));

export const GET: APIRoute = async ({ params }) => {
  const theme = THEMES.find((name) => name === params.theme)!;
  return new Response(new Uint8Array(await wallPicture(readGallery(params.gallery!), theme)));
};
